"""The word language model over a lexicon, against the sum over the words of a text worked out apart."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.decoding.fusion import Table
from speechrnn.decoding.lexicon import build_lexicon, entries_of
from speechrnn.decoding.ngram import UNKNOWN_ID
from speechrnn.decoding.prefix_beam import BeamOptions, prefix_beam
from speechrnn.decoding.word_lm import WordLm
from speechrnn.errors import UsageError
from speechrnn.text.alphabet import Alphabet
from tests.decoding.graph_walk import walk
from tests.decoding.toy_ngram import toy_bigram

LETTERS = Alphabet((" ", "a", "b", "c"))
WORDS = ["a", "ab", "abc", "b", "cab", "cc"]
MODEL = toy_bigram(["a", "ab", "b", "cab", "elsewhere"])  # "abc" and "cc" are words it does not know
LEXICON = build_lexicon(entries_of(WORDS), LETTERS)
ALPHA, BETA, PENALTY = 0.7, 1.3, 2.1
EVERYTHING = BeamOptions(beam_size=2000, align=False)
TEXTS = st.text(" abc", max_size=12)


def by_words(text: str, penalty: float | None) -> float:
    """Score a text word by word from the model alone."""
    words = text.split()
    if penalty is None and not set(words) <= set(WORDS):
        return -np.inf
    ids = [MODEL.word_id(word) if word in WORDS else UNKNOWN_ID for word in words]
    unknown = sum(len(word) for word in words if word not in WORDS)
    return ALPHA * sum(MODEL.sentence(ids)) + BETA * len(words) - (penalty or 0.0) * unknown


@given(TEXTS)
@pytest.mark.parametrize("penalty", [None, PENALTY])
def test_a_text_scores_what_its_words_do_whatever_its_spaces(penalty: float | None, text: str) -> None:
    graph = WordLm(LEXICON, MODEL, LETTERS, alpha=ALPHA, beta=BETA, unknown_penalty=penalty)
    assert walk(graph, LETTERS.encode(text)) == pytest.approx(by_words(text, penalty))


def test_a_prefix_is_given_the_likeliest_word_it_can_become_in_advance() -> None:
    graph = WordLm(LEXICON, MODEL, LETTERS, alpha=ALPHA, beta=BETA)
    unigrams = {word: ALPHA * MODEL.score(MODEL.empty, MODEL.word_id(word))[0] for word in WORDS}
    scores, states = graph.expand(graph.start)
    a, b, c = 2, 3, 4
    assert scores[[a, b, c]] == pytest.approx(
        [max(unigrams["a"], unigrams["ab"], unigrams["abc"]), unigrams["b"], max(unigrams["cab"], unigrams["cc"])]
    )
    after_a, _ = graph.expand(int(states[a]))
    assert scores[a] + after_a[b] == pytest.approx(max(unigrams["ab"], unigrams["abc"]))
    assert after_a[c] == -np.inf


def test_a_lexicon_alone_allows_its_words_at_no_cost() -> None:
    graph = WordLm(LEXICON, None, LETTERS, alpha=9.0)
    assert walk(graph, LETTERS.encode("cab  ab ")) == 0.0
    assert walk(graph, []) == 0.0
    assert walk(graph, LETTERS.encode("ca")) == -np.inf
    assert walk(graph, LETTERS.encode("abca b")) == -np.inf


def test_without_a_space_in_the_alphabet_an_utterance_is_one_word() -> None:
    letters = Alphabet(("a", "b", "c"))
    graph = WordLm(build_lexicon(entries_of(WORDS), letters), MODEL, letters, alpha=ALPHA, beta=BETA)
    assert walk(graph, letters.encode("ab")) == pytest.approx(by_words("ab", None))
    assert walk(graph, letters.encode("aba")) == -np.inf


@pytest.mark.parametrize("option", [{"alpha": 0.1}, {"beta": 0.1}, {"unknown_penalty": 0.1}])
def test_every_weight_changes_the_score(option: dict[str, float]) -> None:
    labels = LETTERS.encode("ab bb")
    plain = {"alpha": ALPHA, "beta": BETA, "unknown_penalty": PENALTY}
    first, second = (WordLm(LEXICON, MODEL, LETTERS, **weights) for weights in (plain, plain | option))
    assert walk(first, labels) != walk(second, labels)


def test_the_beam_finds_the_best_words_of_all_texts() -> None:
    rng = np.random.default_rng(5)
    graph = WordLm(LEXICON, MODEL, LETTERS, alpha=ALPHA, beta=BETA)
    for _ in range(8):
        log_probs = np.log(rng.dirichlet(np.ones(LETTERS.size), size=4))
        found = prefix_beam(log_probs, graphs=[Table(graph, LETTERS.size)], options=EVERYTHING, nbest=2000)
        free = prefix_beam(log_probs, options=EVERYTHING, nbest=2000)
        wanted = {one.labels: one.score + by_words(LETTERS.decode(one.labels), None) for one in free}
        assert {one.labels: one.score for one in found} == pytest.approx(
            {labels: score for labels, score in wanted.items() if score > -np.inf}
        )


def test_a_model_of_characters_is_refused() -> None:
    with pytest.raises(UsageError, match="a language model of characters came, one of words was wanted"):
        WordLm(LEXICON, toy_bigram(["<space>", "a"]), LETTERS, alpha=1.0)


def test_it_travels_to_another_process() -> None:
    graph = WordLm(LEXICON, MODEL, LETTERS, alpha=ALPHA, beta=BETA)
    labels = LETTERS.encode("ab cab")
    assert walk(pickle.loads(pickle.dumps(graph)), labels) == walk(graph, labels)
