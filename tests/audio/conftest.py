"""Sounds with known samples."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

WriteTone = Callable[..., Path]


@pytest.fixture
def write_tone(tmp_path: Path) -> WriteTone:
    """Write a 440 Hz tone; `num_channels` copies of it, each quieter by half."""

    def write(name: str, *, seconds: float = 1.0, rate: int = 16000, num_channels: int = 1, **options: str) -> Path:
        tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
        channels = np.stack([tone / 2**channel for channel in range(num_channels)], axis=1)
        soundfile.write(tmp_path / name, channels, rate, **options)
        return tmp_path / name

    return write
