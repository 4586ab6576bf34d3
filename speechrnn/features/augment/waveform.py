"""What happens to the samples of a training utterance, on the way from the mouth to the recording.

One seed gives one result; settings at their defaults draw nothing and change nothing.
"""

import numpy as np

from speechrnn.features.augment.channel import limit_band, tilt_spectrum
from speechrnn.features.augment.noise import add_noise
from speechrnn.features.augment.pitch import shift_pitch
from speechrnn.features.augment.rooms import add_room
from speechrnn.features.augment.speed import Samples, change_speed
from speechrnn.recipe import AugmentConfig


def augment_samples(samples: Samples, sample_rate_hz: int, config: AugmentConfig, rng: np.random.Generator) -> Samples:
    """Change speed and pitch, tilt the spectrum, add a room, then noise, limit the band, change the level.

    Args:
        samples: `(num_samples,)` in [-1, 1].
        sample_rate_hz: their rate.
        config: the recipe's augment section.
        rng: where every draw comes from.

    Returns:
        `(num_samples / speed,)`, to the nearest whole number (halves up), clipped to [-1, 1].
    """
    if config.speed_factors:
        samples = change_speed(samples, sample_rate_hz, float(rng.choice(config.speed_factors)))
    if config.pitch_semitones > 0:
        samples = shift_pitch(samples, sample_rate_hz, _around_zero(config.pitch_semitones, rng))
    if config.tilt_db_per_octave > 0:
        samples = tilt_spectrum(samples, sample_rate_hz, _around_zero(config.tilt_db_per_octave, rng))
    if _drawn(config.room_probability, rng):
        rt60_seconds, direct_db = rng.uniform(*config.room_rt60_seconds), rng.uniform(*config.room_direct_db)
        samples = add_room(samples, sample_rate_hz, rt60_seconds, direct_db, rng)
    if _drawn(config.noise_probability, rng):
        samples = add_noise(samples, rng.uniform(*config.noise_snr_db), rng)
    if _drawn(config.band_limit_probability, rng):
        low_hz, high_hz = rng.uniform(*config.band_limit_low_hz), rng.uniform(*config.band_limit_high_hz)
        samples = limit_band(samples, sample_rate_hz, low_hz, high_hz)
    if config.gain_db > 0:
        samples = samples * np.float32(10 ** (_around_zero(config.gain_db, rng) / 20))
    return np.clip(samples, -1, 1)


def _drawn(probability: float, rng: np.random.Generator) -> bool:
    return probability > 0 and rng.random() < probability


def _around_zero(most: float, rng: np.random.Generator) -> float:
    return rng.uniform(-most, most)
