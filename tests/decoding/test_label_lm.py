"""The language model over labels, against the model's own score of the same text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.decoding.label_lm import LabelLm
from speechrnn.errors import UsageError
from speechrnn.text.alphabet import Alphabet
from tests.decoding.graph_walk import walk
from tests.decoding.toy_ngram import toy_bigram

LETTERS = Alphabet((" ", "a", "b", "c"))
WORDS = Alphabet(("no", "six", "yes"), "word")
OF_LETTERS = toy_bigram(["<space>", "a", "b"])  # "c" is unknown to it
OF_WORDS = toy_bigram(["six", "yes", "zero"])


@given(st.text(" abc", max_size=9))
def test_characters_score_as_the_model_scores_the_text(text: str) -> None:
    graph = LabelLm(OF_LETTERS, LETTERS, alpha=0.6, beta=0.4)
    wanted = 0.6 * OF_LETTERS.score_text(text) + 0.4 * len(text)
    assert walk(graph, LETTERS.encode(text)) == pytest.approx(wanted)


@given(st.lists(st.sampled_from(WORDS.symbols), max_size=6))
def test_words_that_are_labels_score_as_the_model_scores_the_text(words: list[str]) -> None:
    graph = LabelLm(OF_WORDS, WORDS, alpha=0.6, beta=0.4)
    wanted = 0.6 * OF_WORDS.score_text(" ".join(words)) + 0.4 * len(words)
    assert walk(graph, WORDS.encode(" ".join(words))) == pytest.approx(wanted)


def test_a_vocabulary_much_larger_than_the_alphabet_gives_the_same_scores() -> None:
    large = toy_bigram([*WORDS.symbols, *map(str, range(300))])
    graph = LabelLm(large, WORDS, alpha=1.0)
    assert len(large) > 64 * len(WORDS.symbols)
    assert walk(graph, WORDS.encode("six yes six no")) == pytest.approx(large.score_text("six yes six no"))


@pytest.mark.parametrize(
    ("model", "alphabet", "message"),
    [
        (
            OF_LETTERS,
            WORDS,
            "a language model of characters came, and the model writes words; build one with --unit word",
        ),
        (
            OF_WORDS,
            LETTERS,
            "a language model of words came, and the model writes characters; build one with --unit ch",
        ),
    ],
)
def test_a_model_of_the_other_unit_is_refused(model, alphabet: Alphabet, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match=message):
        LabelLm(model, alphabet, alpha=1.0)
