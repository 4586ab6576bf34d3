"""A corpus one can hold in the head: every letter is a pair of tones, a space is silence.

Half a minute in all, which a network of a few thousand weights learns to spell in a few seconds. It is written as the
corpus `folder` reads it, so tests walk the way of a user with recordings of their own.
"""

from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE_HZ: Final = 8000
TONES_HZ: Final = {"a": (300, 1100), "b": (500, 1900), "c": (800, 2700), "d": (1400, 3300)}
SPLITS: Final = {"train": 24, "dev": 5, "test": 5}
RECIPE: Final = """
name: mini
corpus: {{name: folder, path: {path!s}}}
features: {{sample_rate_hz: 8000, num_mel_bins: 16, num_ceps: 10, deltas: 0}}
model: {{cell: gru, layers: 1, size: 24, subsampling_factor: 2, dropout: 0.1}}
training: {{epochs: 12, batch_seconds: 3, learning_rate: 0.03, threads: 1}}
"""


def _silence(seconds: float) -> NDArray[np.float64]:
    return np.zeros(int(RATE_HZ * seconds))


def speak(text: str, rng: np.random.Generator) -> NDArray[np.float32]:
    """Sound a text: 80 to 120 ms a letter, 30 ms of near silence between letters, 100 ms for a space."""
    parts = [_silence(0.05)]
    for letter in text:
        if letter == " ":
            parts.append(_silence(0.1))
            continue
        time = np.arange(int(RATE_HZ * rng.uniform(0.08, 0.12))) / RATE_HZ
        tone = sum(np.sin(2 * np.pi * hz * time + rng.uniform(0, 6)) for hz in TONES_HZ[letter])
        parts += [0.2 * tone * np.hanning(len(time)), _silence(0.03)]
    samples = np.concatenate(parts)
    return (samples + 0.001 * rng.standard_normal(len(samples))).astype(np.float32)


def draw_text(rng: np.random.Generator) -> str:
    """Draw one to three words of one to three letters."""
    return " ".join("".join(rng.choice(list(TONES_HZ), rng.integers(1, 4))) for _ in range(rng.integers(1, 4)))


def write_corpus(root: Path, splits: dict[str, int] = SPLITS, seed: int = 0) -> Path:
    """Write `root/<split>/<number>.wav` with its transcript beside it, and return the root."""
    rng = np.random.default_rng(seed)
    for split, count in splits.items():
        (root / split).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            text = draw_text(rng)
            soundfile.write(root / split / f"{number:02}.wav", speak(text, rng), RATE_HZ, subtype="PCM_16")
            (root / split / f"{number:02}.txt").write_text(text + "\n", encoding="utf-8")
    return root


def write_recipe(path: Path, corpus: Path) -> Path:
    """Write the recipe that learns the corpus at `corpus`."""
    path.write_text(RECIPE.format(path=corpus), encoding="utf-8")
    return path


class Silent:
    """Takes the news of a run and keeps the lines."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        """Keep a line."""
        self.lines.append(line)

    def start(self, title: str, total: int) -> None:
        """Show nothing."""

    def advance(self, steps: int = 1) -> None:
        """Show nothing."""
