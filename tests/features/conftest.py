from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

Make = Callable[..., NDArray[np.int16]]


def int16_signal(num_samples: int, sample_rate_hz: int = 16000) -> NDArray[np.int16]:
    """A swept tone whose level breathes, over noise and a constant: every mel bin gets something, at many levels.

    The noise is a linear congruential generator worked out in 64 bits, so that any machine makes the same samples.
    """
    seconds = np.arange(num_samples) / sample_rate_hz
    state, noise = 12345, np.empty(num_samples)
    for index in range(num_samples):
        state = (1103515245 * state + 12345) % 2**31
        noise[index] = state / 2**30 - 1
    tone = np.sin(2 * np.pi * (200 + 300 * seconds) * seconds) * (1 + np.sin(2 * np.pi * 3 * seconds)) / 2
    return np.round(8000 * tone + 300 * noise + 200).astype(np.int16)


@pytest.fixture(scope="session")
def make_signal() -> Make:
    return int16_signal
