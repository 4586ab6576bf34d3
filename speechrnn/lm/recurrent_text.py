"""Lines of text as a recurrent language model learns from them: symbols numbered, lines held out, batches drawn.

Only the lines trained on make the vocabulary. Symbols seen once among them are read as `<unk>` half of the time, drawn
anew in every epoch, so that `<unk>` is learnt as a stand-in for what was never seen; a half is about what absolute
discounting takes off a single count (Ney et al. 1994).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from speechrnn.decoding.ngram import END_ID, START_ID, UNKNOWN_ID
from speechrnn.errors import LanguageModelError
from speechrnn.lm.recurrent_config import RecurrentLmConfig
from speechrnn.lm.vocabulary import cut_lines, make_vocabulary

Ids = NDArray[np.int64]

UNKNOWN_SHARE: Final = 0.5
LONGEST_PIECE: Final = 400
"""Symbols; longer lines are learnt in pieces, each but the first begun without a past."""
FEWEST_LINES: Final = 10
"""Of fewer lines none is held out: the training lines themselves then choose the epoch."""
_POOL_BATCHES: Final = 16
"""Batches whose lines are put in order of length together, so that little is padded."""
_IGNORED: Final = -100


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A text ready to learn from.

    Attributes:
        vocabulary: the markers, then symbols in sorted order.
        train: pieces of lines, ids from `<s>` to `</s>`.
        dev: the same of the lines held out; the training lines where `held_out` is 0.
        held_out: how many lines were held out.
        rare: which symbols were seen once `(symbols,)`.
        unigrams: natural log-probability of every symbol `(symbols,)`, one added to each count.
    """

    vocabulary: tuple[str, ...]
    train: tuple[Ids, ...]
    dev: tuple[Ids, ...]
    held_out: int
    rare: NDArray[np.bool_]
    unigrams: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Pieces side by side: what is read and what comes next, ids `(batch, time)`, and lengths `(batch,)`."""

    symbols: Tensor
    following: Tensor
    lengths: Tensor


def number_text(lines: Sequence[str], config: RecurrentLmConfig) -> Text:
    """Hold lines out, make the vocabulary of the others, and number all.

    Raises:
        LanguageModelError: there are no lines, or one of them holds `<s>` or `</s>`.
    """
    if not lines:
        raise LanguageModelError("text: no lines came, at least one was wanted; name a text that is not empty")
    order = np.random.default_rng(config.seed).permutation(len(lines))
    held_out = max(1, round(config.dev_share * len(lines))) if len(lines) >= FEWEST_LINES and config.dev_share else 0
    split = cut_lines(lines, config.unit)
    train, dev = [split[at] for at in sorted(order[held_out:])], [split[at] for at in sorted(order[:held_out])]
    vocabulary = tuple(make_vocabulary(train, config.unit, min_count=config.min_count, vocab_size=config.vocab_size))
    ids = {symbol: number for number, symbol in enumerate(vocabulary) if number > END_ID}
    pieces = tuple(piece for line in train for piece in _pieces(line, ids))
    seen = np.bincount(np.concatenate([piece[1:] for piece in pieces]), minlength=len(vocabulary))
    return Text(
        vocabulary=vocabulary,
        train=pieces,
        dev=tuple(piece for line in dev for piece in _pieces(line, ids)) or pieces,
        held_out=held_out,
        rare=(seen == 1) & (np.arange(len(vocabulary)) > END_ID),
        unigrams=torch.tensor(np.log((seen + 1) / (seen + 1).sum()), dtype=torch.float32),
    )


def draw_batches(text: Text, config: RecurrentLmConfig, epoch: int) -> list[Batch]:
    """Draw the batches of an epoch, the same whenever it is drawn."""
    random = np.random.default_rng([config.seed, epoch])
    pieces = [_with_unknowns(piece, text.rare, random) for piece in text.train]
    order, pool = random.permutation(len(pieces)), config.batch_lines * _POOL_BATCHES
    groups = [
        group
        for first in range(0, len(order), pool)
        for group in _by_length(pieces, order[first : first + pool], config.batch_lines)
    ]
    return [make_batch([pieces[at] for at in groups[number]]) for number in random.permutation(len(groups))]


def plan_batches(pieces: Sequence[Ids], batch_lines: int) -> Iterator[Batch]:
    """Batch pieces as they are, in order of length."""
    for group in _by_length(pieces, np.arange(len(pieces)), batch_lines):
        yield make_batch([pieces[at] for at in group])


def make_batch(pieces: Sequence[Ids]) -> Batch:
    """Put pieces side by side, padded to the longest."""
    lengths = torch.tensor([len(piece) - 1 for piece in pieces])
    symbols = torch.full((len(pieces), int(lengths.max())), END_ID)
    following = torch.full_like(symbols, _IGNORED)
    for row, piece in enumerate(pieces):
        symbols[row, : len(piece) - 1] = torch.from_numpy(piece[:-1])
        following[row, : len(piece) - 1] = torch.from_numpy(piece[1:])
    return Batch(symbols, following, lengths)


def _pieces(line: Sequence[str], ids: dict[str, int]) -> Iterator[Ids]:
    """Number a line and cut it; a piece begins with the symbol that the one before ended with."""
    whole = np.array([START_ID, *(ids.get(symbol, UNKNOWN_ID) for symbol in line), END_ID])
    for first in range(0, len(whole) - 1, LONGEST_PIECE):
        yield whole[first : first + LONGEST_PIECE + 1]


def _with_unknowns(piece: Ids, rare: NDArray[np.bool_], random: np.random.Generator) -> Ids:
    unknown = rare[piece] & (random.random(len(piece)) < UNKNOWN_SHARE)
    return np.where(unknown, UNKNOWN_ID, piece)


def _by_length(pieces: Sequence[Ids], places: Ids, batch_lines: int) -> list[Ids]:
    lengths = np.array([len(pieces[at]) for at in places])
    ordered = places[np.argsort(lengths, kind="stable")]
    return [ordered[first : first + batch_lines] for first in range(0, len(ordered), batch_lines)]
