"""The beam search that a decoder's settings ask for, and the second language model that ranks what it found.

Only a decoder that searches imports this file, and with it all that can be fused: most models are decoded greedily,
and a short recording is transcribed in less time than these imports take.
"""

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.align import align as align_labels
from speechrnn.decoding.fused_graphs import fused_graphs
from speechrnn.decoding.fusion import Table
from speechrnn.decoding.greedy import BLANK
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.prefix_beam import BeamOptions, prefix_beam
from speechrnn.decoding.rescore import rescore
from speechrnn.decoding.resources import Resources, open_resources
from speechrnn.recipe import DecodingConfig
from speechrnn.text.alphabet import Alphabet

if TYPE_CHECKING:
    from speechrnn.decoding.decoder import Decoder

RESCORED: Final = 100
"""Hypotheses of a search that a second language model ranks, or as many as are asked for."""


def named_resources(config: DecodingConfig) -> Resources:
    """Read the files that settings name.

    Raises:
        LanguageModelError, UsageError, GrammarError: one cannot be read.
    """
    named = (config.lm, config.lexicon, config.grammar, config.rescore)
    return open_resources(*(Path(name) if name else None for name in named))


def tables(config: DecodingConfig, alphabet: Alphabet, resources: Resources) -> dict[str, Table]:
    """Make a table of every graph that settings name, in the order of a hypothesis' parts; see `fused_graphs`."""
    return {name: Table(graph, alphabet.size) for name, graph in fused_graphs(config, alphabet, resources).items()}


def search(decoder: "Decoder", log_probs: NDArray[np.floating], nbest: int, *, align: bool) -> list[Hypothesis]:
    """Search one utterance; see `Decoder.decode`.

    Args:
        decoder: its settings, and what they name.
        log_probs: `(time, vocab)` natural-log probabilities.
        nbest: hypotheses wanted.
        align: whether hypotheses get their `frames`.

    Returns:
        One to `nbest` hypotheses, best first; the empty one where nothing else is allowed.
    """
    graphs, rescorer = tuple(decoder.tables.values()), decoder.resources.rescorer
    if rescorer is None:
        found = prefix_beam(log_probs, graphs=graphs, options=_beam_options(decoder.config, align), nbest=nbest)
        return found or [_silence(decoder, log_probs)]
    options = _beam_options(decoder.config, align=False)
    found = prefix_beam(log_probs, graphs=graphs, options=options, nbest=max(nbest, RESCORED))
    ranked = rescore(
        found or [_silence(decoder, log_probs)], rescorer.model, decoder.alphabet, decoder.config.rescore_weight
    )[:nbest]
    return [replace(one, frames=align_labels(log_probs, one.labels).starts) for one in ranked] if align else ranked


def _silence(decoder: "Decoder", log_probs: NDArray[np.floating]) -> Hypothesis:
    """Score silence, also where a graph forbids it."""
    finals = [table.graph.final(table.graph.start) for table in decoder.tables.values()]
    parts = tuple(final if math.isfinite(final) else 0.0 for final in finals)
    return Hypothesis((), float(log_probs[:, BLANK].sum(dtype=np.float64)) + sum(parts), (), parts)


def _beam_options(config: DecodingConfig, align: bool) -> BeamOptions:
    return BeamOptions(
        beam_size=config.beam_size,
        beam_threshold=math.inf if config.beam_threshold is None else config.beam_threshold,
        token_threshold=math.inf if config.token_threshold is None else config.token_threshold,
        blank_skip_threshold=config.blank_skip,
        align=align,
    )
