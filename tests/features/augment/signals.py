"""Sounds whose every property is known."""

import numpy as np
from numpy.typing import NDArray

RATE = 8000


def rng(seed: int = 1) -> np.random.Generator:
    """A generator at its beginning."""
    return np.random.default_rng(seed)


def tone(num_samples: int = RATE, hz: float = 500.0, level: float = 0.2) -> NDArray[np.float32]:
    """A sine, one second long unless told."""
    return (level * np.sin(2 * np.pi * hz * np.arange(num_samples) / RATE)).astype(np.float32)


def white(num_samples: int = RATE, level: float = 0.1, seed: int = 0) -> NDArray[np.float32]:
    """Noise with every frequency in it."""
    return (level * rng(seed).standard_normal(num_samples)).astype(np.float32)


def level_db(samples: NDArray[np.float32]) -> float:
    """Mean power in dB."""
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2)))
