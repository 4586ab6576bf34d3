"""Sound from stored cepstra: what a corpus that passes on features alone said, made audible again.

Cepstra keep the spectral envelope, smoothed, and lose the voice's pitch. Each frame's envelope becomes an impulse
response of minimum phase (Oppenheim and Schafer, Discrete-Time Signal Processing, on the cepstrum of a causal signal).
Frames with most of their energy low down are excited by pulses at a fixed pitch, the others by white noise.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.features.cepstrum import cepstrum_matrix
from speechrnn.features.filterbank import corners_hz
from speechrnn.features.spectrum import PRE_EMPHASIS
from speechrnn.recipe import FeaturesConfig

FFT_SIZE: Final = 1024
NOISE_RESPONSE: Final = 400
LOW_BINS, HIGH_BINS = slice(0, 16), slice(26, None)
VOICED_OVER_HIGH: Final = 0.5
QUIET_PERCENTILE: Final = 35
PEAK: Final = 0.5

Array = NDArray[np.float64]


def make_sound(cepstra: Array, config: FeaturesConfig, pitch_hz: float, rng: np.random.Generator) -> Array:
    """Make sound whose cepstra are near those given.

    Args:
        cepstra: `(time, num_ceps)` of the Sphinx convention, without deltas.
        config: the front end that made them.
        pitch_hz: of voiced frames.
        rng: of the noise.

    Returns:
        Samples `(num_samples,)` at `config.sample_rate_hz`, the largest of them 0.5.
    """
    rate = config.sample_rate_hz
    shift = round(rate * config.frame_shift_ms / 1000)
    log_mel = log_mel_energies(cepstra, config)
    responses = impulse_responses(envelopes(log_mel, config))
    samples = np.zeros(len(cepstra) * shift + FFT_SIZE)
    next_pulse, period = 0.0, rate / pitch_hz
    for number, (response, voiced) in enumerate(zip(responses, is_voiced(log_mel), strict=True)):
        start = number * shift
        if voiced:
            next_pulse = max(next_pulse, start)
            while next_pulse < start + shift:
                samples[int(next_pulse) :][:FFT_SIZE] += np.sqrt(period) * response  # the power of noise of variance 1
                next_pulse += period
        else:
            noisy = np.convolve(rng.standard_normal(shift), response[:NOISE_RESPONSE])
            samples[start : start + len(noisy)] += noisy
    return samples[: len(cepstra) * shift] * PEAK / np.abs(samples).max()


def log_mel_energies(cepstra: Array, config: FeaturesConfig) -> Array:
    """Give the smoothest log mel energies `(time, num_mel_bins)` that have these cepstra."""
    order, bins = np.arange(config.num_ceps), np.arange(config.num_mel_bins)
    cosines = np.cos(np.pi / config.num_mel_bins * np.outer(bins + 0.5, order))
    return np.linalg.solve(cepstrum_matrix(config).numpy().T @ cosines, cepstra.T).T @ cosines.T


def envelopes(log_mel: Array, config: FeaturesConfig) -> Array:
    """Give log power over frequency `(time, bins)`, pre-emphasis taken back; the filters have area 1."""
    hz = np.arange(FFT_SIZE // 2 + 1) * config.sample_rate_hz / FFT_SIZE
    centres_hz = corners_hz(config).numpy()[1:-1]
    emphasis = np.abs(1 - PRE_EMPHASIS * np.exp(-2j * np.pi * hz / config.sample_rate_hz)) ** 2
    return np.stack([np.interp(hz, centres_hz, frame) for frame in log_mel]) - np.log(emphasis)


def impulse_responses(log_power: Array) -> Array:
    """Give responses of minimum phase `(time, FFT_SIZE)` with these log powers."""
    quefrencies = np.fft.irfft(log_power / 2)
    causal = np.zeros(FFT_SIZE)
    causal[0] = causal[FFT_SIZE // 2] = 1
    causal[1 : FFT_SIZE // 2] = 2
    return np.fft.irfft(np.exp(np.fft.rfft(quefrencies * causal)))


def is_voiced(log_mel: Array) -> NDArray[np.bool_]:
    """Tell which frames `(time,)` sound like a voice: low rather than high, and not among the quiet ones."""
    level = log_mel.mean(axis=1)
    low, high = (log_mel[:, bins].mean(axis=1) for bins in (LOW_BINS, HIGH_BINS))
    return (low - high > VOICED_OVER_HIGH) & (level > np.percentile(level, QUIET_PERCENTILE))
