"""From text to a file that holds an n-gram model."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from speechrnn.decoding.ngram import NgramModel
from speechrnn.decoding.ngram_io import check_format, write_ngram
from speechrnn.errors import UsageError
from speechrnn.lm.counts import count_ngrams
from speechrnn.lm.kneser_ney import estimate
from speechrnn.lm.prune import prune_by_entropy
from speechrnn.lm.source import TextSource, read_lines
from speechrnn.lm.vocabulary import cut_lines, make_vocabulary, number_sentences
from speechrnn.text.alphabet import Unit

ORDER: Final[dict[Unit, int]] = {"word": 4, "character": 6}
"""Words of the longest n-grams, where nothing is said."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How to make a model.

    Attributes:
        unit: what it calls a word.
        order: words of the longest n-grams; None for the usual of the unit.
        prune: per order, drop n-grams that came so often or less; the last number holds for all longer ones.
        entropy: drop n-grams without which perplexity rises by a smaller share than this.
        min_count: occurrences a word must have to be known.
        vocab_size: most words to know; None for all.
    """

    unit: Unit = "word"
    order: int | None = None
    prune: tuple[int, ...] = (0,)
    entropy: float = 0.0
    min_count: int = 1
    vocab_size: int | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """What was made, of how much."""

    path: Path
    sentences: int
    words: int
    unit: Unit
    level_sizes: tuple[int, ...]

    def line(self) -> str:
        """Say it on one line."""
        kinds = ", ".join(f"{size} {order}-grams" for order, size in enumerate(self.level_sizes, start=1))
        return f"{self.path}: {self.sentences} sentences, {self.words} {self.unit}s; {kinds}"


def build_lm(source: TextSource, options: BuildOptions, output: Path) -> Built:
    """Make a model of text and write it.

    Raises:
        UsageError: the output's name says no format, or the pruning thresholds do not fit.
        LanguageModelError: there are no words, or they are not text.
    """
    check_format(output)
    check_thresholds(options.prune)
    lines = read_lines(source)
    model = estimate_lm(lines, options)
    write_ngram(output, model)
    words = sum(map(len, cut_lines(lines, options.unit)))
    return Built(output, len(lines), words, options.unit, model.trie.level_sizes)


def estimate_lm(lines: list[str], options: BuildOptions) -> NgramModel:
    """Make a model of lines of normalised text, at least one."""
    sentences = cut_lines(lines, options.unit)
    vocabulary = make_vocabulary(sentences, options.unit, min_count=options.min_count, vocab_size=options.vocab_size)
    text = number_sentences(sentences, vocabulary)
    counts = count_ngrams(text, len(vocabulary), options.order or ORDER[options.unit])
    model = NgramModel.of_levels(vocabulary, estimate(counts, options.prune))
    return prune_by_entropy(model, options.entropy) if options.entropy else model


def parse_thresholds(text: str) -> tuple[int, ...]:
    """Read pruning thresholds, `0,0,1`.

    Raises:
        UsageError: they are not whole numbers that begin with 0 and never fall.
    """
    parts = text.split(",")
    if not all(part.strip().isdecimal() for part in parts):
        raise UsageError(f"--prune {text}: wanted whole numbers with commas, one per order, such as 0,0,1")
    thresholds = tuple(map(int, parts))
    check_thresholds(thresholds)
    return thresholds


def check_thresholds(thresholds: tuple[int, ...]) -> None:
    """Refuse thresholds that would keep an n-gram without its history.

    Raises:
        UsageError: they do not begin with 0, or fall.
    """
    if not thresholds or thresholds[0] or list(thresholds) != sorted(thresholds):
        came = ",".join(map(str, thresholds))
        raise UsageError(
            f"--prune {came}: wanted 0 for single words (cut those with --min-count), then numbers that never fall"
        )
