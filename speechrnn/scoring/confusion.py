"""Which words are taken for which, most frequent first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from jiwer import WordOutput

from speechrnn.scoring.errors import align_words


@dataclass(frozen=True, slots=True)
class Confusion:
    """A word said, the word heard instead, and how often.

    An empty `hypothesis` is a deletion, an empty `reference` an insertion.
    """

    reference: str
    hypothesis: str
    count: int


def confusions(references: Sequence[str], hypotheses: Sequence[str]) -> list[Confusion]:
    """Count every word error, the most frequent first and ties in alphabetical order.

    Raises:
        ValueError: the two sequences differ in length.
    """
    counts = Counter(_wrong_pairs(align_words(references, hypotheses)))
    return [Confusion(*pair, count) for pair, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _wrong_pairs(aligned: WordOutput) -> Iterator[tuple[str, str]]:
    for said, heard, chunks in zip(aligned.references, aligned.hypotheses, aligned.alignments, strict=True):
        for chunk in chunks:
            if chunk.type != "equal":
                yield from zip_longest(
                    said[chunk.ref_start_idx : chunk.ref_end_idx],
                    heard[chunk.hyp_start_idx : chunk.hyp_end_idx],
                    fillvalue="",
                )
