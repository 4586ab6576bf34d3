"""Every path of a few frames, one by one: what the recursions are held against."""

import itertools
import math
from collections.abc import Iterator

import torch
from torch import Tensor


def collapse(path: tuple[int, ...]) -> list[int]:
    """Merge runs, drop blanks: what a path spells."""
    return [label for label, _ in itertools.groupby(path) if label != 0]


def all_paths(log_probs: Tensor) -> Iterator[tuple[list[int], float]]:
    """Give every path through `(time, vocab)`: what it spells, and the log of its probability."""
    scores = log_probs.tolist()
    for path in itertools.product(range(log_probs.shape[1]), repeat=len(scores)):
        yield collapse(path), sum(scores[time][label] for time, label in enumerate(path))


def log_of_sum(logs: list[float]) -> float:
    """Add what the logs stand for."""
    return math.log(math.fsum(map(math.exp, logs))) if logs else -math.inf


def random_log_probs(time: int, batch: int = 1, vocab: int = 3, sharpness: float = 1) -> Tensor:
    """Draw log-probabilities `(time, batch, vocab)` in float64; the seed is the number of frames."""
    torch.manual_seed(time)
    return (sharpness * torch.randn(time, batch, vocab, dtype=torch.float64)).log_softmax(2)
