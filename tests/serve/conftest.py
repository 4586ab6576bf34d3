"""One server for the tests that do not change it."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import soundfile

from speechrnn.audio import Audio
from tests.serve.serving import Running, running
from tests.tiny_bundle import noise

Wav = Callable[..., bytes]


@pytest.fixture(scope="module")
def server(tiny: Path) -> Iterator[Running]:
    """Give a server of the tiny model."""
    with running(tiny) as one:
        yield one


@pytest.fixture
def wav() -> Wav:
    """Make a WAV file of noise, in which the tiny model hears words."""

    def make(seconds: float = 2.0, seed: int = 1, audio: Audio | None = None) -> bytes:
        sound = audio or noise(seconds, seed=seed)
        content = io.BytesIO()
        soundfile.write(content, sound.samples, sound.sample_rate_hz, format="WAV", subtype="FLOAT")
        return content.getvalue()

    return make
