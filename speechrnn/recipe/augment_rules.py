"""Contradictions within the augment section, and between it and the features and spelling of an experiment."""

import math
from collections.abc import Iterator
from typing import Final

from speechrnn.recipe.augment import AugmentConfig
from speechrnn.recipe.recipe import Recipe

FACTORS: Final = (0.5, 2.0)
RANGES: Final = {
    "warp_factors": FACTORS,
    "tempo_factors": FACTORS,
    "noise_snr_db": (-math.inf, math.inf),
    "room_rt60_seconds": (0.01, 10.0),
    "room_direct_db": (-math.inf, math.inf),
    "band_limit_low_hz": (0.0, math.inf),
    "band_limit_high_hz": (0.0, math.inf),
    "concatenate_gap_seconds": (0.0, 10.0),
    "pause_seconds": (0.0, 10.0),
}
"""Settings that are ranges to draw from, and what both their ends must lie between."""


def augment_faults(recipe: Recipe) -> Iterator[str]:
    """Find every contradiction, as `path: reason`."""
    yield from _range_faults(recipe.augment)
    yield from _band_faults(recipe)
    low_hz, high_hz = recipe.features.band_hz
    if recipe.augment.warp_factors != (1, 1) and 4 * low_hz > high_hz:
        yield (
            "augment.warp_factors: wants features.high_hz at least four times low_hz, "
            f"and the filter bank goes from {low_hz:g} to {high_hz:g} Hz"
        )
    if recipe.features.stored and recipe.augment.changes_waveforms:
        yield (
            "augment: speed, pitch, tilt, rooms, noise, band limits, gain and pauses change waveforms, and "
            "features.stored has none; warp_factors, tempo_factors, concatenation and masks work on stored features"
        )
    yield from _joined_text_faults(recipe)


def _joined_text_faults(recipe: Recipe) -> Iterator[str]:
    text = recipe.text
    if not recipe.augment.concatenate_probability:
        return
    if text.unit == "word" and " " in text.remove:
        yield "text.remove: takes out spaces, so augment.concatenate_probability would join whole words into one"
    if text.unit == "character" and text.alphabet is not None and " " not in text.remove + text.alphabet:
        yield "text.alphabet: has no space, by which augment.concatenate_probability joins transcripts; add one"


def _range_faults(augment: AugmentConfig) -> Iterator[str]:
    if any(not FACTORS[0] <= factor <= FACTORS[1] for factor in augment.speed_factors):
        yield f"augment.speed_factors: {list(augment.speed_factors)} came, factors from 0.5 to 2 were wanted"
    for name, (least, most) in RANGES.items():
        low, high = getattr(augment, name)
        if low > high:
            yield f"augment.{name}: [{low:g}, {high:g}] came, the lower bound first was wanted"
        if low < least or high > most:
            wanted = f"from {least:g} to {most:g}" if math.isfinite(most) else f"{least:g} or more"
            yield f"augment.{name}: [{low:g}, {high:g}] came, values {wanted} were wanted"


def _band_faults(recipe: Recipe) -> Iterator[str]:
    augment, nyquist_hz = recipe.augment, recipe.features.sample_rate_hz / 2
    if not augment.band_limit_probability:
        return
    if augment.band_limit_low_hz[1] >= augment.band_limit_high_hz[0]:
        yield (
            f"augment.band_limit_low_hz: up to {augment.band_limit_low_hz[1]:g} came, "
            f"less than the lowest upper edge ({augment.band_limit_high_hz[0]:g}) was wanted"
        )
    if augment.band_limit_low_hz[1] == 0 and augment.band_limit_high_hz[0] >= nyquist_hz:
        yield (
            f"augment.band_limit_high_hz: from {augment.band_limit_high_hz[0]:g} came, and with low edges of 0 nothing "
            f"would be cut off; less than {nyquist_hz:g} (half the sample rate) was wanted"
        )
