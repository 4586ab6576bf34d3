"""Perplexity as its definition says, and as kenlm and nltk say."""

import json
import math
from pathlib import Path

import pytest

from speechrnn.decoding.arpa import parse_arpa
from speechrnn.decoding.ngram import NgramModel
from speechrnn.decoding.ngram_io import write_ngram
from speechrnn.errors import LanguageModelError
from speechrnn.lm.build import BuildOptions, estimate_lm
from speechrnn.lm.perplexity import Perplexity, measure

UNIGRAMS = "\\data\\\nngram 1=4\n\\1-grams:\n-1 <unk>\n-99 <s>\n-0.5 </s>\n-0.25 a\n\\end\\\n"
TEXT = ["one two three", "two three four", "one", "three three two one four", "two two", "four one two three"]


@pytest.fixture
def unigrams() -> NgramModel:
    return parse_arpa(UNIGRAMS.encode(), "lm")


def test_worked_by_hand_with_and_without_unknown_words(unigrams: NgramModel) -> None:
    result = measure(unigrams, ["a a", "zebra a"], "word")
    assert (result.sentences, result.words, result.unknown) == (2, 4, 1)
    assert result.log_prob / math.log(10) == pytest.approx(-3 * 0.25 - 1 - 2 * 0.5)
    assert result.perplexity == pytest.approx(10 ** (2.75 / 6), rel=1e-6)
    assert result.known_perplexity == pytest.approx(10 ** (1.75 / 5), rel=1e-6)


def test_characters_are_predicted_with_the_spaces() -> None:
    model = parse_arpa(UNIGRAMS.replace("ngram 1=4", "ngram 1=5").replace(" a", " a\n-0.5 <space>").encode(), "lm")
    result = measure(model, ["a a"], "character")
    assert (result.words, result.unknown) == (3, 0)
    assert result.perplexity == pytest.approx(10 ** (1.5 / 4), rel=1e-6)


def test_no_text_has_no_perplexity(unigrams: NgramModel) -> None:
    with pytest.raises(LanguageModelError, match="no lines came"):
        measure(unigrams, [], "word")


def test_what_is_impossible_is_said_in_json_as_null() -> None:
    result = Perplexity("word", 1, 1, 0, -math.inf, -math.inf)
    assert json.loads(result.json_text())["perplexity"] is None
    assert "perplexity inf" in result.text()


def test_the_same_numbers_as_kenlm(tmp_path: Path) -> None:
    kenlm = pytest.importorskip("kenlm", reason="kenlm is not installed: it is an oracle, no dependency")
    model = estimate_lm(TEXT, BuildOptions(order=3))
    write_ngram(tmp_path / "lm.arpa", model)
    theirs = kenlm.Model(str(tmp_path / "lm.arpa"))
    held_out = [*TEXT, "four four four", "five one two zebra", "three"]
    scores = [list(theirs.full_scores(line)) for line in held_out]
    result = measure(model, held_out, "word")
    log10 = [score for line in scores for score, _, _ in line]
    assert result.log_prob / math.log(10) == pytest.approx(math.fsum(log10), abs=1e-4)
    assert result.unknown == sum(unknown for line in scores for _, _, unknown in line) == 2


def test_the_same_numbers_as_nltk_where_one_discount_serves_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """NLTK knows plain interpolated Kneser-Ney with one fixed discount, bigrams over counts, unigrams over contexts."""
    nltk_lm = pytest.importorskip("nltk.lm", reason="nltk is not installed: it is an oracle, no dependency")
    monkeypatch.setattr("speechrnn.lm.kneser_ney.discounts", lambda values: (0.1, 0.1, 0.1))
    padded = [["<s>", *line.split(), "</s>"] for line in TEXT]
    theirs = nltk_lm.KneserNeyInterpolated(2, discount=0.1)
    theirs.fit([list(zip(line, line[1:], strict=False)) for line in padded], [word for line in padded for word in line])
    ours = estimate_lm(TEXT, BuildOptions(order=2))
    compared = 0
    for history in ("one", "two", "three"):
        state = ours.score(ours.empty, ours.word_id(history))[1]
        row = ours.row(state)[0]
        saved = math.exp(float(ours.trie.back_offs[state]))
        for word in ("one", "two", "three", "four"):
            # Their unigrams are not discounted, ours are: compare what a bigram has above its back-off.
            above = math.exp(row[ours.word_id(word)]) - saved * math.exp(ours.row(ours.empty)[0][ours.word_id(word)])
            context = (history,)
            alpha, gamma = theirs.estimator.alpha_gamma(word, context)
            assert saved == pytest.approx(gamma, abs=1e-6)
            assert above == pytest.approx(alpha, abs=1e-6)
            compared += 1
    assert compared == 12
