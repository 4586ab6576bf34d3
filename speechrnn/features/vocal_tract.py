"""The frequency axis of a longer or shorter vocal tract: vocal-tract-length perturbation (Jaitly & Hinton 2013).

A filter bank whose corners are moved from `f` to `f / factor` hears a voice with formants `factor` times as high. The
map is Kaldi's: straight through both edges of the band, with slope `1 / factor` between two bends, so that no filter
leaves the band or falls on another. Kaldi bends 80 Hz above the lower edge and 500 Hz below the upper one; narrow bands
have their bends nearer to the edges.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_LOWER_BEND_HZ = 80.0
_UPPER_BEND_HZ = 500.0
_STEP = 0.01


class Bends(NamedTuple):
    """Where the map is bent for factors near 1, in Hz; Kaldi's `vtln_low` and `vtln_high`."""

    low_hz: float
    high_hz: float


def bends(low_hz: float, high_hz: float) -> Bends:
    """Return the bends for a filter bank from `low_hz` to `high_hz`."""
    width = high_hz - low_hz
    return Bends(low_hz + min(_LOWER_BEND_HZ, width / 16), high_hz - min(_UPPER_BEND_HZ, width / 4))


def nearest_step(factor: float) -> float:
    """Round a factor to hundredths, so that few filter banks are ever made."""
    return round(factor / _STEP) * _STEP


def warp_hz(
    hz: Sequence[float] | NDArray[np.float64], factor: float, low_hz: float, high_hz: float
) -> NDArray[np.float64]:
    """Move frequencies as a voice whose formants are `factor` times as high asks for.

    Args:
        hz: frequencies from `low_hz` to `high_hz`.
        factor: 0.5 to 2, over 1 for a shorter vocal tract.
        low_hz: lower edge of the filter bank.
        high_hz: its upper edge, at least four times the lower one.

    Returns:
        As many frequencies in the same order, in the same band; each `hz / factor` between the bends.
    """
    bend = bends(low_hz, high_hz)
    left, right = bend.low_hz * max(1.0, factor), bend.high_hz * min(1.0, factor)
    return np.interp(hz, [low_hz, left, right, high_hz], [low_hz, left / factor, right / factor, high_hz])
