"""From log-probabilities to hypotheses, as the decoding section of a recipe says: all decoding goes through here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.greedy import greedy
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.rejection import Rejection
from speechrnn.decoding.resources import Resources
from speechrnn.recipe import DecodingConfig
from speechrnn.text.alphabet import Alphabet

if TYPE_CHECKING:
    from speechrnn.decoding.fusion import Table

GREEDY_SETTINGS: Final[Mapping[str, object]] = {"decoder": "greedy", "lm": "none"}
"""What a signature says of greedy decoding."""


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
    tables: "dict[str, Table]"

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
        from speechrnn.decoding.search import search

        return search(self, log_probs, nbest, align=align)

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
            named |= {"alpha": config.alpha, "beta": config.beta, **_of_words(self.tables["lm"])}
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
    from speechrnn.decoding.search import named_resources, tables

    resources = named_resources(config) if resources is None else resources
    return Decoder(config, alphabet, resources, tables(config, alphabet, resources))


def _of_words(table: "Table") -> dict[str, object]:
    """Name what only a language model of words has, over characters."""
    from speechrnn.decoding.word_lm import WordLm

    return {"unknown_penalty": table.graph.unknown_penalty} if isinstance(table.graph, WordLm) else {}
