"""Stands for the package `sounddevice` on a machine with two microphones and a loudspeaker."""

import threading
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

DEVICES = (
    {"name": "built-in", "max_input_channels": 2, "default_samplerate": 48000.0},
    {"name": "loudspeaker", "max_input_channels": 0, "default_samplerate": 48000.0},
    {"name": "headset", "max_input_channels": 1, "default_samplerate": 16000.0},
)


class PortAudioError(Exception):
    """What PortAudio refuses."""


class FakeSounddevice(ModuleType):
    """Plays `samples` to whoever listens, then calls `done`."""

    PortAudioError = PortAudioError

    def __init__(self, samples: NDArray[np.float32], done: Callable[[], None] = lambda: None) -> None:
        super().__init__("sounddevice")
        self.samples, self.done = samples, done
        self.default = SimpleNamespace(device=(2, 1))
        self.is_busy = self.is_gone = False
        self.opened: dict[str, Any] = {}

    def query_devices(self, device: int | str | None = None, kind: str | None = None) -> Any:
        if kind is None:
            return DEVICES
        if isinstance(device, str):
            found = [one for one in DEVICES if device in one["name"]]
            if not found:
                raise ValueError(f"No {kind} device matching {device!r}")
            return found[0]
        if device is not None and device >= len(DEVICES):
            raise PortAudioError(f"Error querying device {device}")
        return DEVICES[2 if device is None else device]

    def check_input_settings(self, device: int | str | None, channels: int, samplerate: int, dtype: str) -> None:
        if samplerate not in (16000, 48000):
            raise PortAudioError("Invalid sample rate")

    def InputStream(self, **settings: Any) -> "FakeStream":  # noqa: N802  the package calls it so
        self.opened = settings
        if self.is_busy:
            raise PortAudioError("Device unavailable")
        return FakeStream(self)


class FakeStream:
    """An open device: a thread gives block after block."""

    def __init__(self, module: FakeSounddevice) -> None:
        self._module = module
        self.active = not module.is_gone
        self._thread = threading.Thread(target=self._play, daemon=True)

    def __enter__(self) -> "FakeStream":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._thread.join()

    def _play(self) -> None:
        size, status = self._module.opened["blocksize"], SimpleNamespace(input_overflow=False)
        for start in range(0, len(self._module.samples), size):
            block = self._module.samples[start : start + size, np.newaxis].copy()
            self._module.opened["callback"](block, len(block), None, status)
            block[:] = np.nan  # PortAudio uses it again
        self._module.done()
