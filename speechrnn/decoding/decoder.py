"""From log-probabilities to hypotheses, as the decoding section of a recipe says: all decoding goes through here."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.align import align as align_labels
from speechrnn.decoding.fused_graphs import fused_graphs
from speechrnn.decoding.fusion import Table
from speechrnn.decoding.greedy import BLANK, greedy
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.prefix_beam import BeamOptions, prefix_beam
from speechrnn.decoding.rejection import Rejection
from speechrnn.decoding.rescore import rescore
from speechrnn.decoding.resources import Resources, open_resources
from speechrnn.decoding.word_lm import WordLm
from speechrnn.recipe import DecodingConfig
from speechrnn.text.alphabet import Alphabet

GREEDY_SETTINGS: Final[Mapping[str, object]] = {"decoder": "greedy", "lm": "none"}
"""What a signature says of greedy decoding."""
RESCORED: Final = 100
"""Hypotheses of a search that a second language model ranks, or as many as are asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Decoder:
    """Settings with everything they name opened; it can travel to another process.

    Attributes:
        config: the settings.
        alphabet: of the acoustic model.
        resources: what they name, opened.
        tables: what is fused, by the name of its setting, in the order of a hypothesis' parts; what a second
            language model says comes last.
    """

    config: DecodingConfig
    alphabet: Alphabet
    resources: Resources
    tables: dict[str, Table]

    def decode(self, log_probs: NDArray[np.floating], nbest: int = 1, *, align: bool = True) -> list[Hypothesis]:
        """Read one utterance.

        Args:
            log_probs: `(time, vocab)` natural-log probabilities.
            nbest: hypotheses wanted; greedy has only one.
            align: whether hypotheses of a beam search get their `frames`.

        Returns:
            One to `nbest` hypotheses, best first. Where a lexicon or grammar allows nothing of what the beam holds,
            the empty one.
        """
        if self.config.kind == "greedy":
            return greedy(log_probs)
        graphs, rescorer = tuple(self.tables.values()), self.resources.rescorer
        if rescorer is None:
            found = prefix_beam(log_probs, graphs=graphs, options=_beam_options(self.config, align), nbest=nbest)
            return found or [self._nothing(log_probs)]
        options = _beam_options(self.config, align=False)
        found = prefix_beam(log_probs, graphs=graphs, options=options, nbest=max(nbest, RESCORED))
        ranked = rescore(
            found or [self._nothing(log_probs)], rescorer.model, self.alphabet, self.config.rescore_weight
        )[:nbest]
        return [replace(one, frames=align_labels(log_probs, one.labels).starts) for one in ranked] if align else ranked

    @property
    def part_names(self) -> tuple[str, ...]:
        """Name what a hypothesis' parts come from."""
        return (*self.tables, *(("rescore",) if self.resources.rescorer else ()))

    def text(self, hypothesis: Hypothesis) -> str:
        """Spell a hypothesis with single spaces, since a model may put several, or some at an end."""
        return " ".join(self.alphabet.decode(hypothesis.labels).split())

    @property
    def rejection(self) -> Rejection | None:
        """When a phrase counts as not said; None where there is no grammar, or all it allows is kept."""
        threshold = self.config.reject_below
        return Rejection(threshold) if threshold is not None and "grammar" in self.tables else None

    def refusal(self, hypotheses: Sequence[Hypothesis], step_seconds: float) -> str:
        """Say why an utterance is rejected as out of the grammar; nothing where it is accepted.

        Args:
            hypotheses: of the utterance, best first, with their `frames`.
            step_seconds: from one frame to the next.
        """
        return "" if self.rejection is None else self.rejection.refusal(hypotheses, self.alphabet, step_seconds)

    def _nothing(self, log_probs: NDArray[np.floating]) -> Hypothesis:
        """Score silence, also where a graph forbids it."""
        finals = [table.graph.final(table.graph.start) for table in self.tables.values()]
        parts = tuple(final if math.isfinite(final) else 0.0 for final in finals)
        return Hypothesis((), float(log_probs[:, BLANK].sum(dtype=np.float64)) + sum(parts), (), parts)

    def settings(self) -> dict[str, object]:
        """Name what a score depends on, for its signature."""
        config, lm = self.config, self.resources.lm
        if config.kind == "greedy":
            return dict(GREEDY_SETTINGS)
        named: dict[str, object] = {
            "decoder": "beam",
            "beam": config.beam_size,
            "beam_threshold": config.beam_threshold,
            "token_threshold": config.token_threshold,
            "blank_skip": config.blank_skip,
            "lm": "none" if lm is None else lm.name,
        }
        if lm is not None:
            named |= {"alpha": config.alpha, "beta": config.beta}
            if isinstance(self.tables["lm"].graph, WordLm):
                named["unknown_penalty"] = self.tables["lm"].graph.unknown_penalty
        if self.resources.words is not None:
            named["lexicon"] = f"{len(self.resources.words)} words"
        if self.resources.grammar is not None:
            named["grammar"] = Path(self.resources.grammar.source).name
        if self.resources.rescorer is not None:
            named |= {"rescore": self.resources.rescorer.name, "rescore_weight": config.rescore_weight}
        if self.rejection is not None:
            named["reject_below"] = config.reject_below
        return {**named, "hotwords": config.hotwords} if config.hotwords else named


def build_decoder(config: DecodingConfig, alphabet: Alphabet, resources: Resources | None = None) -> Decoder:
    """Open everything that settings name.

    Args:
        config: the settings.
        alphabet: of the acoustic model.
        resources: what the settings name, where it is open already; else its files are read.

    Raises:
        LanguageModelError, UsageError, GrammarError: what the settings name cannot be read, or not be used here.
    """
    if config.kind == "greedy":
        return Decoder(config, alphabet, Resources(), {})
    if resources is None:
        named = (config.lm, config.lexicon, config.grammar, config.rescore)
        resources = open_resources(*(Path(name) if name else None for name in named))
    graphs = fused_graphs(config, alphabet, resources)
    return Decoder(config, alphabet, resources, {name: Table(graph, alphabet.size) for name, graph in graphs.items()})


def _beam_options(config: DecodingConfig, align: bool) -> BeamOptions:
    return BeamOptions(
        beam_size=config.beam_size,
        beam_threshold=math.inf if config.beam_threshold is None else config.beam_threshold,
        token_threshold=math.inf if config.token_threshold is None else config.token_threshold,
        blank_skip_threshold=config.blank_skip,
        align=align,
    )
