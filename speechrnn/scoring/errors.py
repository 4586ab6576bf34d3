"""Word, character and sentence errors from Levenshtein alignments made by jiwer.

Words are what white space separates; characters include the single spaces between words, as jiwer counts them.
Rates are percent of the reference. An empty reference adds nothing to the reference length and every hypothesis word
is an insertion. Where the *whole* reference is empty the rate divides by one instead of zero, as jiwer does:
0 when nothing was said, else 100 per inserted word.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from jiwer import AlignmentChunk, CharacterOutput, WordOutput, process_characters, process_words

_Aligner: TypeAlias = Callable[[list[str], list[str]], WordOutput | CharacterOutput]


@dataclass(frozen=True, slots=True)
class ErrorCounts:
    """The four outcomes of an alignment; adding two of them pools their utterances."""

    hits: int = 0
    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0

    @property
    def errors(self) -> int:
        """Edits that turn the reference into the hypothesis."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def reference_length(self) -> int:
        """Words or characters in the reference."""
        return self.hits + self.substitutions + self.deletions

    @property
    def rate(self) -> float:
        """Errors in percent of the reference; over 100 when much was inserted."""
        return 100.0 * self.errors / max(self.reference_length, 1)

    def __add__(self, other: "ErrorCounts") -> "ErrorCounts":
        """Pool the counts of two sets of utterances."""
        return ErrorCounts(
            self.hits + other.hits,
            self.substitutions + other.substitutions,
            self.deletions + other.deletions,
            self.insertions + other.insertions,
        )


@dataclass(frozen=True, slots=True)
class Score:
    """The errors of a set of utterances."""

    utterances: int
    wrong_utterances: int
    words: ErrorCounts
    characters: ErrorCounts

    @property
    def wer(self) -> float:
        """Word error rate in percent."""
        return self.words.rate

    @property
    def cer(self) -> float:
        """Character error rate in percent, spaces counted."""
        return self.characters.rate

    @property
    def ser(self) -> float:
        """Utterances with at least one word error, in percent."""
        return 100.0 * self.wrong_utterances / max(self.utterances, 1)


def score(references: Sequence[str], hypotheses: Sequence[str]) -> Score:
    """Pool the errors of all pairs; no pairs give a score of zero utterances.

    Raises:
        ValueError: the two sequences differ in length.
    """
    each = score_each(references, hypotheses)
    return Score(
        utterances=len(each),
        wrong_utterances=sum(one.wrong_utterances for one in each),
        words=sum((one.words for one in each), ErrorCounts()),
        characters=sum((one.characters for one in each), ErrorCounts()),
    )


def score_each(references: Sequence[str], hypotheses: Sequence[str]) -> list[Score]:
    """Score every pair on its own, in order.

    Raises:
        ValueError: the two sequences differ in length.
    """
    words = _count_each(process_words, references, hypotheses)
    characters = _count_each(process_characters, references, hypotheses)
    return [Score(1, int(word.errors > 0), word, character) for word, character in zip(words, characters, strict=True)]


def align_words(references: Sequence[str], hypotheses: Sequence[str]) -> WordOutput:
    """Align every pair by words, white space of any kind and amount counting as one space.

    Raises:
        ValueError: the two sequences differ in length.
    """
    return process_words(*_cleaned(references, hypotheses))


def _count_each(aligner: _Aligner, references: Sequence[str], hypotheses: Sequence[str]) -> list[ErrorCounts]:
    cleaned = _cleaned(references, hypotheses)
    # jiwer answers no pairs at all with one empty pair.
    return [_count(chunks) for chunks in aligner(*cleaned).alignments] if references else []


def _cleaned(references: Sequence[str], hypotheses: Sequence[str]) -> tuple[list[str], list[str]]:
    if len(references) != len(hypotheses):
        raise ValueError(f"{len(references)} references against {len(hypotheses)} hypotheses: wanted one for each")
    return [" ".join(text.split()) for text in references], [" ".join(text.split()) for text in hypotheses]


def _count(chunks: list[AlignmentChunk]) -> ErrorCounts:
    lengths = {"equal": 0, "substitute": 0, "delete": 0, "insert": 0}
    for chunk in chunks:
        # An insertion spans no reference and a deletion no hypothesis; the other two span both alike.
        lengths[chunk.type] += max(chunk.ref_end_idx - chunk.ref_start_idx, chunk.hyp_end_idx - chunk.hyp_start_idx)
    return ErrorCounts(lengths["equal"], lengths["substitute"], lengths["delete"], lengths["insert"])
