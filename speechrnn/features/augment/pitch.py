"""Higher or lower speech of the same duration, formants included (librosa: phase vocoder, then resampling).

About 5 ms per second of audio on one thread, 40 times what a change of speed takes; nothing else here costs so much.
"""

import numpy as np

from speechrnn.features.augment.speed import Samples

_WINDOW_SECONDS = 0.05
"""Long enough to tell the harmonics of a low voice apart, short enough for consonants."""


def shift_pitch(samples: Samples, sample_rate_hz: int, semitones: float) -> Samples:
    """Raise the pitch.

    Args:
        samples: `(num_samples,)`; anything shorter than a window of the vocoder is left alone.
        sample_rate_hz: their rate.
        semitones: twelve to the octave; under 0 is lower.

    Returns:
        `(num_samples,)`.
    """
    window_samples = 1 << (int(_WINDOW_SECONDS * sample_rate_hz) - 1).bit_length()
    if semitones == 0 or samples.size < window_samples:
        return samples
    from librosa.effects import pitch_shift  # only where pitch is changed: its first call takes seconds

    shifted = pitch_shift(samples, sr=sample_rate_hz, n_steps=semitones, n_fft=window_samples)
    return shifted.astype(np.float32, copy=False)
