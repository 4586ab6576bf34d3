"""From text to a file: options checked first, the model of the file the one that was estimated."""

from pathlib import Path

import pytest

from speechrnn.decoding.arpa import arpa_text
from speechrnn.decoding.ngram_io import read_ngram
from speechrnn.errors import LanguageModelError, UsageError
from speechrnn.lm.build import BuildOptions, build_lm, estimate_lm, parse_thresholds
from speechrnn.lm.source import TextSource

LINES = ["turn the light on", "turn the light off", "light off"]


@pytest.fixture
def source(tmp_path: Path) -> TextSource:
    (tmp_path / "text.txt").write_text("\n".join(LINES))
    return TextSource((tmp_path / "text.txt",))


@pytest.mark.parametrize("name", ["lm.arpa", "lm.arpa.gz", "lm.bin"])
def test_the_file_holds_the_model_of_the_text(source: TextSource, tmp_path: Path, name: str) -> None:
    built = build_lm(source, BuildOptions(order=2), tmp_path / name)
    expected = estimate_lm(LINES, BuildOptions(order=2))
    again = read_ngram(tmp_path / name)
    assert again.vocabulary == expected.vocabulary
    for line in [*LINES, "on on", "unheard of"]:
        assert again.score_text(line) == pytest.approx(expected.score_text(line), rel=1e-6)
    assert (built.sentences, built.words, built.level_sizes) == (3, 10, expected.trie.level_sizes)
    assert built.line() == f"{tmp_path / name}: 3 sentences, 10 words; 8 1-grams, 8 2-grams"


def test_the_usual_order_is_four_words_or_six_characters() -> None:
    assert estimate_lm(LINES, BuildOptions()).order == 4
    model = estimate_lm(LINES, BuildOptions(unit="character"))
    assert (model.order, model.unit) == (6, "character")
    assert "<space>" in model


@pytest.mark.parametrize(
    "options",
    [
        BuildOptions(order=3),
        BuildOptions(unit="character"),
        BuildOptions(prune=(0, 1)),
        BuildOptions(entropy=1e-2),
        BuildOptions(min_count=2),
        BuildOptions(vocab_size=2),
    ],
)
def test_every_option_changes_the_model(options: BuildOptions) -> None:
    assert arpa_text(estimate_lm(LINES, options)) != arpa_text(estimate_lm(LINES, BuildOptions()))


def test_words_cut_from_the_vocabulary_lend_their_counts_to_unknown_ones() -> None:
    whole, cut = (estimate_lm(LINES, BuildOptions(order=1, min_count=count)) for count in (1, 2))
    assert cut.score(cut.empty, 0)[0] > whole.score(whole.empty, 0)[0]


def test_a_name_without_format_is_refused_before_the_text_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"lm\.txt: a language model is written to a file whose name ends in"):
        build_lm(TextSource((tmp_path / "gone",)), BuildOptions(), tmp_path / "lm.txt")


def test_thresholds_are_read() -> None:
    assert parse_thresholds("0") == (0,)
    assert parse_thresholds("0, 0,2") == (0, 0, 2)


@pytest.mark.parametrize("text", ["", "one", "0,,1", "0,-1", "0;1", "0.5", "\u00b2"])
def test_thresholds_that_are_no_numbers_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="wanted whole numbers with commas"):
        parse_thresholds(text)


@pytest.mark.parametrize("text", ["1", "0,2,1", "1,1"])
def test_thresholds_that_would_orphan_ngrams_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="wanted 0 for single words"):
        parse_thresholds(text)


def test_sentence_marks_in_the_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("<s> a b </s>\n")
    with pytest.raises(LanguageModelError, match="<s> and </s> came as a word"):
        build_lm(TextSource((tmp_path / "text.txt",)), BuildOptions(), tmp_path / "lm.bin")
