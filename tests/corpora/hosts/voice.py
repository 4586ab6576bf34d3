"""A voice for miniature corpora: harmonics under three moving formants, breath for consonants, pauses between words.

Nobody would understand it, but it has the level, the spectrum, the gaps and the length of speech, so that all that
looks at recordings finds them usable. The same words of the same speaker in a file of the same name are the same
samples on any machine; anything else differs.
"""

import zlib
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

_HOP_SECONDS: Final = 0.01
_LETTER_SECONDS: Final = 0.07
_IDEOGRAPH_SECONDS: Final = 0.22
_PAUSE_SECONDS: Final = 0.08
_NUM_HARMONICS: Final = 16
_BREATHY: Final = frozenset("cfhkpqstxz")
_FORMANTS_HZ: Final = ((280, 2250, 2900), (400, 2000, 2550), (700, 1220, 2600), (450, 800, 2830), (310, 870, 2250))
_BANDWIDTHS_HZ: Final = np.array((90.0, 120.0, 180.0))
_LEVEL: Final = 0.06  # RMS, -24 dB of full scale
_FLOOR: Final = 0.0004


def speak(
    path: Path, text: str, speaker: str = "", *, rate_hz: int = 16000, seconds: float | None = None, **form: str
) -> Path:
    """Write a sound file of somebody saying something.

    Args:
        path: by its ending, or `form`, of any kind libsndfile writes; its folder is made.
        text: what is said; its length decides that of the file.
        speaker: decides pitch and throat.
        rate_hz: sample rate.
        seconds: length of the file, where it is cut or filled up to one.
        form: `format` and `subtype` of libsndfile.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(zlib.crc32(f"{path.name}|{speaker}|{text}".encode()))
    samples = utter(text, speaker, rate_hz, rng)
    if seconds is not None:
        num_samples = round(seconds * rate_hz)
        samples = np.pad(samples, (0, max(0, num_samples - len(samples))))[:num_samples]
    samples = samples + _FLOOR * rng.standard_normal(len(samples))
    soundfile.write(path, samples, rate_hz, **form)
    return path


def utter(text: str, speaker: str, rate_hz: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the samples `(num_samples,)` of a text, as loud as speech, with a short silence at both ends."""
    person = np.random.default_rng(zlib.crc32(speaker.encode()))
    pitch_hz, throat = person.uniform(90, 230), person.uniform(0.88, 1.15)
    loudness, breath, formants = _tracks(text, rng)
    num_samples = round(len(loudness) * _HOP_SECONDS * rate_hz)
    time = np.arange(num_samples) / rate_hz / _HOP_SECONDS
    frames = np.arange(len(loudness))
    contour = pitch_hz * (1.08 - 0.16 * frames / len(frames)) * (1 + 0.03 * np.sin(frames / 7))
    phase = 2 * np.pi * np.cumsum(np.interp(time, frames, contour)) / rate_hz
    voiced = np.zeros(num_samples)
    for harmonic in range(1, _NUM_HARMONICS + 1):
        if harmonic * pitch_hz < 0.45 * rate_hz:
            gain = _gain(harmonic * contour, throat * formants) / harmonic
            voiced += np.interp(time, frames, gain * loudness) * np.sin(harmonic * phase)
    hiss = np.diff(rng.standard_normal(num_samples), prepend=0.0)
    samples = voiced + 0.15 * np.interp(time, frames, breath) * hiss
    return samples * _LEVEL / np.sqrt(np.mean(samples**2))


def _tracks(text: str, rng: np.random.Generator) -> tuple[NDArray[np.float64], ...]:
    """Lay the letters out in time: loudness and breath `(frames,)`, formants `(frames, 3)`."""
    rows = [(0.0, 0.0, 2)] * 8
    for letter in text.lower():
        length = _IDEOGRAPH_SECONDS if letter > "\u2e7f" else _PAUSE_SECONDS if letter == " " else _LETTER_SECONDS
        is_said, is_breathy = letter.isalnum(), letter in _BREATHY
        row = (0.0 if not is_said else 0.15 if is_breathy else 1.0, float(is_breathy), ord(letter) % len(_FORMANTS_HZ))
        rows += [row] * round(length * rng.uniform(0.8, 1.2) / _HOP_SECONDS)
    rows += [(0.0, 0.0, 2)] * 8
    smooth = np.hanning(7)[1:-1] / np.hanning(7).sum()
    loudness = np.convolve([row[0] for row in rows], smooth, "same")
    breath = np.convolve([row[1] for row in rows], smooth, "same")
    formants = np.stack([np.convolve(track, np.ones(5) / 5, "same") for track in _formants(rows)], axis=1)
    return loudness, breath, formants


def _formants(rows: list[tuple[float, float, int]]) -> NDArray[np.float64]:
    """Return the formants `(3, frames)` before they glide."""
    return np.array([_FORMANTS_HZ[row[2]] for row in rows], dtype=float).T


def _gain(frequency_hz: NDArray[np.float64], formants_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much of a frequency `(frames,)` three resonances `(frames, 3)` let through."""
    distance = (frequency_hz[:, None] - formants_hz) / _BANDWIDTHS_HZ
    return (1 / (1 + distance**2)).sum(axis=1) + 0.05
