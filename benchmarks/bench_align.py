"""How far off are word boundaries? Digits of the Free Spoken Digit Dataset, put together with known gaps, are aligned.

    python benchmarks/bench_align.py RECORDINGS MODEL...

RECORDINGS is the dataset's folder of wav files; each MODEL one that was trained on joined digits, such as the six of
`recipes/fsdd_loso.yaml`. A model in a folder named after a speaker is measured on that speaker's takes 0 to 4,
which it has not heard. Gaps of 0.1 to 0.5 s hold faint noise, -80 dB of full scale.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from figure import show_figure
from numpy.typing import NDArray

from speechrnn.audio import Audio, read_audio
from speechrnn.bundle.find import resolve_model
from speechrnn.recipe import TextConfig
from speechrnn.transcription.align import align_text
from speechrnn.transcription.recognizer import Recognizer

NAMES = "zero one two three four five six seven eight nine".split()
UTTERANCES = 30
NOISE = 1e-4
TARGET_MS = 40.0


def main(recordings: Path, models: list[Path]) -> None:
    """Align with every model, and show the median error over all."""
    errors = []
    for path in models:
        own = np.concatenate([*measure(Recognizer.load(resolve_model(path)), takes(recordings, path))])
        starts, ends = np.median(np.abs(own), axis=0)
        worst = np.percentile(np.abs(own), 90)
        print(
            f"{path}: {len(own)} words, median error of starts {starts:.0f} ms, of ends {ends:.0f} ms, 90 % {worst:.0f}"
        )
        errors.append(own)
    show_figure("word_boundary_median_error_ms", float(np.median(np.abs(np.concatenate(errors)))), TARGET_MS)


def takes(recordings: Path, model: Path) -> list[Path]:
    """Pick the recordings to measure a model on."""
    found = sorted(path for path in recordings.glob("*_*_*.wav") if int(path.stem.split("_")[2]) < 5)
    speakers = {path.stem.split("_")[1] for path in found}
    folder = model.name if model.is_dir() else model.parent.name
    return [path for path in found if folder not in speakers or path.stem.split("_")[1] == folder]


def measure(recognizer: Recognizer, recordings: list[Path]) -> Iterator[NDArray[np.float64]]:
    """Give the error of start and end of each word `(words, 2)` in ms, utterance by utterance."""
    rng = np.random.default_rng(0)
    for _ in range(UTTERANCES):
        audio, text, truth = join([recordings[i] for i in rng.choice(len(recordings), rng.integers(3, 7))], rng)
        words = align_text(recognizer, audio, text, TextConfig()).words
        yield 1000 * (np.array([(word.start_seconds, word.end_seconds) for word in words]) - truth)


def join(recordings: list[Path], rng: np.random.Generator) -> tuple[Audio, str, NDArray[np.float64]]:
    """Put recordings together: the sound, what is said, and where each begins and ends `(words, 2)` in seconds."""
    digits = [read_audio(path) for path in recordings]
    rate = digits[0].sample_rate_hz
    parts, truth = [np.zeros(int(rate * rng.uniform(0.1, 0.5)), np.float32)], []
    for digit in digits:
        start = sum(map(len, parts)) / rate
        truth.append((start, start + digit.duration_seconds))
        parts += [digit.samples, np.zeros(int(rate * rng.uniform(0.1, 0.5)), np.float32)]
    samples = np.concatenate(parts)
    noisy = np.clip(samples + rng.normal(0, NOISE, len(samples)), -1, 1).astype(np.float32)
    return Audio(noisy, rate), " ".join(NAMES[int(path.name[0])] for path in recordings), np.array(truth)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]])
