"""Simulated rooms: the response of a room no one measured, convolved with the utterance.

The model is Polack's (1988): after the direct sound, Gaussian noise that decays exponentially, 60 dB in the
reverberation time; on it stand a few early reflections, as strong together as the noise. The direct-to-reverberant
ratio says how far the speaker is from the microphone.
"""

import numpy as np

from speechrnn.features.augment.speed import Samples

_EARLY_REFLECTIONS = 6
_FIRST_REFLECTION_SECONDS = 0.002
_LAST_EARLY_SECONDS = 0.04
"""Early reflections come between these two times; after the second there are too many to tell apart."""


def add_room(
    samples: Samples, sample_rate_hz: int, rt60_seconds: float, direct_db: float, rng: np.random.Generator
) -> Samples:
    """Move the speaker into a room.

    Args:
        samples: `(num_samples,)`.
        sample_rate_hz: their rate.
        rt60_seconds: time in which the reverberation falls by 60 dB.
        direct_db: energy of the direct sound over that of all that follows it.
        rng: where the room comes from.

    Returns:
        `(num_samples,)` of the same mean power; the direct sound is where it was, what rings on after the end is cut.
    """
    if not samples.any():
        return samples
    from scipy.signal import oaconvolve  # only where there are rooms

    response = room_response(sample_rate_hz, rt60_seconds, direct_db, rng)
    wet = oaconvolve(samples, response)[: len(samples)]
    loudness = np.sqrt(np.mean(samples**2) / np.mean(wet**2))
    moved: Samples = (wet * loudness).astype(np.float32)
    return moved


def room_response(sample_rate_hz: int, rt60_seconds: float, direct_db: float, rng: np.random.Generator) -> Samples:
    """Draw the impulse response of a room.

    Returns:
        `(max(2, rt60_seconds * sample_rate_hz),)`, rounded to the nearest; the first sample is the direct sound, 1.
    """
    length = max(2, round(rt60_seconds * sample_rate_hz))
    seconds = np.arange(length) / sample_rate_hz
    decay = 10 ** (-3 * seconds / rt60_seconds)
    first = min(round(_FIRST_REFLECTION_SECONDS * sample_rate_hz), length - 1)
    last = min(round(_LAST_EARLY_SECONDS * sample_rate_hz), length - 1)
    tail = rng.standard_normal(length) * decay
    tail[:first] = 0
    early = np.zeros(length)
    places = rng.integers(first, last + 1, _EARLY_REFLECTIONS)
    early[places] = rng.choice([-1.0, 1.0], _EARLY_REFLECTIONS) * decay[places]
    reverberation = tail / np.linalg.norm(tail) + early / np.linalg.norm(early)
    response = reverberation * 10 ** (-direct_db / 20) / np.linalg.norm(reverberation)
    response[0] = 1
    return response.astype(np.float32)
