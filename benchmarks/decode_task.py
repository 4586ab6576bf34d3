"""What the decoders of `bench_decode.py` are given: a language model, its text, and log-probabilities of lines of it.

Words, sentences and log-probabilities are drawn, so nothing has to be fetched. Of 2000 words each prefers a few to
follow it, so a 4-gram model has something to say. The log-probabilities are as peaked as those of a model trained on
AN4: on half of the frames blank has more than 0.999, on the others about nine labels are within 10 nats of the best.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SYMBOLS = tuple(" '-.#") + tuple(LETTERS)
"""With the blank 32 labels; three of them stand in no word."""

FRAMES = 500
FRAMES_PER_LABEL = 3.4
WORDS, FOLLOWERS, SENTENCES, UTTERANCES = 2000, 30, 8000, 3


@dataclass(frozen=True, slots=True)
class Task:
    """Paths of what was made, and what was said."""

    arpa: Path
    log_probs: NDArray[np.float32]
    texts: tuple[str, ...]


def write_task(folder: Path) -> Task:
    """Make everything; the peers find `lm.arpa`, `log_probs.npy` and `task.json` in the folder."""
    from speechrnn.lm.build import BuildOptions, build_lm
    from speechrnn.lm.source import TextSource

    rng = np.random.default_rng(4)
    words = draw_words(rng)
    lines = draw_lines(rng, words)
    (folder / "text.txt").write_text("\n".join(lines))
    arpa = folder / "lm.arpa"
    print(build_lm(TextSource(files=(folder / "text.txt",)), BuildOptions(order=4), arpa).line().split(": ", 1)[1])
    texts = tuple(fill_up(lines[100 * number :]) for number in range(UTTERANCES))
    log_probs = np.stack([draw_log_probs(rng, text) for text in texts])
    np.save(folder / "log_probs.npy", log_probs)
    known = sorted({word for line in lines for word in line.split()})
    (folder / "task.json").write_text(json.dumps({"symbols": SYMBOLS, "words": known}))
    return Task(arpa, log_probs, texts)


def draw_words(rng: np.random.Generator) -> list[str]:
    """Spell words of one to some ten letters, rare letters and common ones."""
    chances = rng.dirichlet(np.ones(len(LETTERS)))
    words: dict[str, None] = {}
    while len(words) < WORDS:
        words["".join(rng.choice(list(LETTERS), size=1 + rng.poisson(4), p=chances))] = None
    return list(words)


def draw_lines(rng: np.random.Generator, words: list[str]) -> list[str]:
    """Write sentences: every word is followed by one of its own thirty, most often by the first of them."""
    common = 1 / np.arange(1, len(words) + 1)
    followers = rng.choice(len(words), size=(len(words), FOLLOWERS), p=common / common.sum())
    lines = []
    for _ in range(SENTENCES):
        at, line = int(rng.integers(len(words))), []
        for turn in rng.geometric(0.15, size=4 + rng.poisson(6)) - 1:
            line.append(words[at])
            at = int(followers[at, turn % FOLLOWERS])
        lines.append(" ".join(line))
    return lines


def fill_up(lines: list[str]) -> str:
    """Put lines together that say as much as the frames can hold."""
    text = " ".join(lines[:40])
    return text[: int(FRAMES / FRAMES_PER_LABEL)].rsplit(" ", 1)[0]


def draw_log_probs(rng: np.random.Generator, text: str) -> NDArray[np.float32]:
    """Say a text on `(frames, labels)`: a peak for each of its labels, with a rival now and then, blank in between."""
    labels = [SYMBOLS.index(symbol) + 1 for symbol in text]
    logits = rng.normal(scale=3.0, size=(FRAMES, len(SYMBOLS) + 1))
    logits[:, 0] += rng.uniform(10, 26, size=FRAMES)
    at = np.linspace(1, FRAMES - 2, len(labels)).astype(int)
    logits[at, 0] = rng.uniform(-2, 10, size=len(labels))
    logits[at, labels] += rng.uniform(9, 22, size=len(labels))
    logits[at, rng.integers(1, len(SYMBOLS) + 1, size=len(labels))] += rng.uniform(0, 14, size=len(labels))
    return (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))).astype(np.float32)
