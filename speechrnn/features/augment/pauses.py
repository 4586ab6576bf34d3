"""Pauses before and behind an utterance, as a recording has them that was started early and stopped late.

A pause is white noise as loud as the quiet moments of the utterance itself, but for one in four, which is digital
silence: telephones, noise gates and editors put it there, and a network that never met it hears words in it.
"""

import numpy as np

from speechrnn.features.augment.joins import quiet_level
from speechrnn.features.augment.speed import Samples

DIGITAL_SHARE = 0.25
"""Share of pauses that are digital silence."""


def add_pauses(
    samples: Samples, before_seconds: float, behind_seconds: float, sample_rate_hz: int, rng: np.random.Generator
) -> Samples:
    """Put a pause before an utterance, and another behind it.

    Args:
        samples: `(num_samples,)`.
        before_seconds: length of the first pause.
        behind_seconds: length of the second.
        sample_rate_hz: rate of the samples.
        rng: where the noise comes from, and whether there is any; pauses of no length draw nothing.

    Returns:
        `(num_samples + pauses,)`, each pause to the nearest sample.
    """
    lengths = [round(seconds * sample_rate_hz) for seconds in (before_seconds, behind_seconds)]
    if not any(lengths):
        return samples
    level = 0.0 if rng.random() < DIGITAL_SHARE else quiet_level(samples, sample_rate_hz)
    before, behind = (rng.standard_normal(length, dtype=np.float32) * np.float32(level) for length in lengths)
    return np.concatenate([before, samples, behind])
