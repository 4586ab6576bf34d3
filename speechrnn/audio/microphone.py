"""The microphone, through PortAudio (package `sounddevice`, extra `mic`): blocks of samples as they are heard."""

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from speechrnn.audio.decoder import Samples
from speechrnn.errors import AudioError, MissingDependencyError, UsageError

BLOCK_SECONDS: Final = 0.1
_WAIT_SECONDS: Final = 0.2
"""How often a microphone that gives nothing is asked whether it is still there."""
_MOST_WAITING: Final = 600
"""Blocks that may wait to be taken, one minute of them: who falls behind further never catches up."""


@dataclass(frozen=True, slots=True)
class Device:
    """A microphone.

    Attributes:
        number: PortAudio's own.
        name: as the system calls it.
        num_channels: how many it has.
        sample_rate_hz: the rate it runs at by default.
        is_default: whether it is the one that is taken when none is named.
    """

    number: int
    name: str
    num_channels: int
    sample_rate_hz: int
    is_default: bool


@dataclass(slots=True)
class Microphone:
    """An open microphone.

    Attributes:
        name: as the system calls it.
        sample_rate_hz: of its samples.
        num_lost: how often samples were lost because nobody took them in time.
    """

    name: str
    sample_rate_hz: int
    num_lost: int = 0
    _heard: "queue.Queue[Samples]" = field(default_factory=lambda: queue.Queue(_MOST_WAITING))
    _is_active: Callable[[], bool] = lambda: True

    def blocks(self, wanted: Callable[[], bool]) -> Iterator[Samples]:
        """Give what is heard for as long as it is wanted, `(num_samples,)` float32 in [-1, 1] each.

        Raises:
            AudioError: the microphone is gone.
        """
        while wanted():
            try:
                yield self._heard.get(timeout=_WAIT_SECONDS)
            except queue.Empty:
                if not self._is_active():
                    raise AudioError(f"{self.name}: gives no more sound; is it still plugged in?") from None

    def hear(self, block: Any, num_samples: int, when: Any, status: Any) -> None:
        """Take what PortAudio gives, `(num_samples, 1)`, in a thread of its own."""
        self.num_lost += bool(status.input_overflow)
        # PortAudio uses the block again once this returns.
        try:
            self._heard.put_nowait(np.clip(block[:, 0], -1.0, 1.0))
        except queue.Full:
            self.num_lost += 1


def list_devices() -> list[Device]:
    """List the microphones.

    Raises:
        MissingDependencyError: `sounddevice` or PortAudio is not there.
    """
    sounddevice = _load()
    default = sounddevice.default.device[0]
    return [
        Device(number, one["name"], one["max_input_channels"], round(one["default_samplerate"]), number == default)
        for number, one in enumerate(sounddevice.query_devices())
        if one["max_input_channels"] > 0
    ]


@contextmanager
def open_microphone(device: str | None, wanted_hz: int) -> Iterator[Microphone]:
    """Begin to listen, in mono.

    Args:
        device: its number, or enough of its name to tell it from others; None for the system's own choice.
        wanted_hz: the rate to ask for; a device that cannot gives its own.

    Raises:
        MissingDependencyError: `sounddevice` or PortAudio is not there.
        UsageError: there is no such device, or no microphone at all.
        AudioError: the device cannot be opened.
    """
    sounddevice = _load()
    named: int | str | None = int(device) if device is not None and device.isdecimal() else device
    try:
        found = sounddevice.query_devices(named, "input")
    except (ValueError, sounddevice.PortAudioError) as error:
        raise UsageError(
            f"{'microphone' if device is None else f'--device {device}'}: none found "
            f"({' '.join(str(error).split())}); --list-devices shows them"
        ) from error
    try:
        rate = _rate(sounddevice, named, wanted_hz, round(found["default_samplerate"]))
        microphone = Microphone(found["name"], rate)
        stream = sounddevice.InputStream(
            device=named,
            channels=1,
            samplerate=rate,
            dtype="float32",
            blocksize=round(BLOCK_SECONDS * rate),
            callback=microphone.hear,
        )
        microphone._is_active = lambda: bool(stream.active)
        with stream:
            yield microphone
    except sounddevice.PortAudioError as error:
        raise AudioError(f"{found['name']}: cannot be opened ({error}); is another program using it?") from error


def _rate(sounddevice: Any, device: int | str | None, wanted_hz: int, own_hz: int) -> int:
    try:
        sounddevice.check_input_settings(device=device, channels=1, samplerate=wanted_hz, dtype="float32")
    except sounddevice.PortAudioError:
        return own_hz
    return wanted_hz


def _load() -> Any:
    try:
        import sounddevice
    except ImportError as error:
        raise MissingDependencyError("sounddevice is not there; run pip install 'speechrnn[mic]'") from error
    except OSError as error:
        raise MissingDependencyError(
            f"sounddevice finds no PortAudio ({error}); install it, as in apt install libportaudio2"
        ) from error
    return sounddevice
