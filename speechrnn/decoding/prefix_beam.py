"""CTC prefix beam search: the likeliest label sequences, each with the probability of all the paths that spell it.

Method: Graves 2008, section 7.4, and Hannun et al. 2014, algorithm 1. Of every prefix two probabilities are kept, of
the paths that end in a blank and of those that end in its last label, since only the former may repeat the label.
Equal prefixes are one entry. Natural log throughout; a frame is a handful of array operations over the whole beam.
With a beam no prefix falls out of, no pruned tokens and no skipped frames, the probabilities are exact.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.align import align
from speechrnn.decoding.beam import Beam
from speechrnn.decoding.frame_plan import Frame, plan
from speechrnn.decoding.fusion import Table
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.prefixes import Prefixes


@dataclass(frozen=True, slots=True, kw_only=True)
class BeamOptions:
    """How wide a search looks. The defaults leave out nothing but what falls out of the beam.

    Attributes:
        beam_size: prefixes kept after every frame.
        beam_threshold: prefixes whose score is further below the best one's are dropped, in natural log.
        token_threshold: labels whose log-probability is further below the best one's of their frame open no prefix.
        beam_size_token: labels per frame that may open a prefix, the likeliest; None for all.
        blank_skip_threshold: frames whose blank has a higher probability than this count as blank; 1 skips none.
        align: whether hypotheses get their `frames`; without, these stay empty.
    """

    beam_size: int = 100
    beam_threshold: float = math.inf
    token_threshold: float = math.inf
    beam_size_token: int | None = None
    blank_skip_threshold: float = 1.0
    align: bool = True

    def __post_init__(self) -> None:
        """Refuse what leaves nothing to search."""
        sizes = (self.beam_size, 1 if self.beam_size_token is None else self.beam_size_token)
        if min(sizes) < 1 or min(self.beam_threshold, self.token_threshold) < 0 or not 0 < self.blank_skip_threshold:
            raise ValueError(f"{self} came; wanted sizes of 1 or more, thresholds of 0 or more")


def prefix_beam(
    log_probs: NDArray[np.floating], *, graphs: Sequence[Table] = (), options: BeamOptions, nbest: int = 1
) -> list[Hypothesis]:
    """Search the likeliest label sequences.

    Args:
        log_probs: `(time, vocab)` natural-log probabilities; column 0 is the blank.
        graphs: what to fuse, as tables of the same vocab, kept from one utterance to the next.
        options: how wide to look.
        nbest: hypotheses wanted at most.

    Returns:
        Distinct hypotheses, best score first, equal ones in the order of their labels. None at all where every prefix
        of the beam is impossible: no path has a probability above zero, or no graph lets the utterance end there.

    Raises:
        ValueError: the array is not two-dimensional, holds no labels or what is no log-probability; nbest is below 1.
    """
    if nbest < 1:
        raise ValueError(f"nbest={nbest} came, 1 or more was wanted")
    exact = _checked(log_probs)
    beam, prefixes = Beam.start(graphs), Prefixes()
    for frame in plan(exact, options.token_threshold, options.beam_size_token, options.blank_skip_threshold):
        if isinstance(frame, Frame):
            beam.advance(frame, prefixes, options.beam_size, options.beam_threshold)
        else:
            beam.wait(frame)
    return [
        replace(found, frames=align(exact, found.labels).starts) if options.align else found
        for found in _ranked(beam, prefixes, nbest)
    ]


def _ranked(beam: Beam, prefixes: Prefixes, nbest: int) -> list[Hypothesis]:
    scores, parts, nodes = beam.finish()
    edge = np.sort(scores)[-nbest:][:1]  # only what can be among the best, equal ones included, is spelled
    found = [
        Hypothesis(prefixes.labels(int(nodes[at])), float(scores[at]), (), tuple(parts[at].tolist()))
        for at in np.flatnonzero(scores >= edge)
    ]
    return sorted(found, key=lambda hypothesis: (-hypothesis.score, hypothesis.labels))[:nbest]


def _checked(log_probs: NDArray[np.floating]) -> NDArray[np.float64]:
    if log_probs.ndim != 2 or log_probs.shape[1] == 0:
        raise ValueError(f"log_probs has shape {log_probs.shape}, wanted (time, vocab) with vocab >= 1")
    if not (log_probs < np.inf).all():
        raise ValueError("log_probs holds NaN or infinity, wanted natural-log probabilities")
    return log_probs.astype(np.float64)
