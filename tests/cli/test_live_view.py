"""What live recognition shows."""

import io
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from speechrnn.audio.decoder import Samples
from speechrnn.cli.live_view import LiveView, follow
from speechrnn.errors import AudioError
from speechrnn.transcription.streaming import Heard


class Terminal(io.StringIO):
    """Stderr of a user."""

    def isatty(self) -> bool:
        return True


class Hears:
    """A recogniser that is in the middle of a word."""

    def accept(self, samples: Samples) -> Heard:
        return Heard((), "half a wo")


def test_what_was_being_said_is_taken_back_when_the_source_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")

    def breaks() -> Iterator[Samples]:
        yield np.zeros(800, np.float32)
        raise AudioError("headset: gives no more sound")

    with pytest.raises(AudioError, match="gives no more sound"):
        follow(Hears(), breaks(), LiveView("txt", "headset", colored=False))  # type: ignore[arg-type]
    assert "half a wo" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[2K")
