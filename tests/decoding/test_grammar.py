"""The graph of a grammar lets pass what a regular expression written by hand lets pass, and nothing else."""

import itertools
import pickle
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.decoding.fusion import Table
from speechrnn.decoding.grammar import GrammarGraph
from speechrnn.decoding.grammar_parse import parse_grammar
from speechrnn.decoding.prefix_beam import BeamOptions, prefix_beam
from speechrnn.text.alphabet import Alphabet
from tests.decoding.graph_walk import walk_all

CHARACTERS = Alphabet((" ", "a", "b"))
WORDS = Alphabet(("a", "b", "c"), "word")

# A grammar of words, and the same as a regular expression over texts in which a space precedes every word.
Pair = tuple[str, str]


def _graph(text: str, alphabet: Alphabet) -> GrammarGraph:
    return GrammarGraph(parse_grammar(text, "g"), alphabet)


def _allowed(graph: GrammarGraph, alphabet: Alphabet, longest: int) -> list[str]:
    return [alphabet.decode(labels) for labels, score in walk_all(graph, alphabet.size, longest) if score == 0.0]


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("a", {"a"}),
        ("a\nab\nb a", {"a", "ab", "b a"}),
        ("[a] b", {"b", "a b"}),
        ("[a|ab] b", {"b", "a b", "ab b"}),
        ("<x>+\n<x> = a | b", {"a", "b", "a a", "a b", "b a", "b b", "a a a", "a a b", "a b a", "a b b", "b a a",
                               "b a b", "b b a", "b b b"}),
        ("a{2,3}", {"a a", "a a a"}),
        ("a{3}", {"a a a"}),
        ("[ab]", {"", "ab"}),
        ("a*", {"", "a", "a a", "a a a"}),
        ("aab\naaba\nab", {"aab", "aaba", "ab"}),
    ],
)  # fmt: skip
def test_exactly_the_phrases_of_the_grammar_pass_and_score_nothing(text: str, allowed: set[str]) -> None:
    assert set(_allowed(_graph(text, CHARACTERS), CHARACTERS, 5)) == allowed


def _extend(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    def often(pair: Pair, sign: str) -> Pair:
        return f"({pair[0]}){sign}", f"(?:{pair[1]}){sign}"

    return st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(
            lambda ps: (" ".join(f"({p})" for p, _ in ps), "".join(r for _, r in ps))
        ),
        st.lists(inner, min_size=2, max_size=3).map(
            lambda ps: (f"({' | '.join(p for p, _ in ps)})", f"(?:{'|'.join(r for _, r in ps)})")
        ),
        inner.map(lambda p: (f"[{p[0]}]", f"(?:{p[1]})?")),
        st.builds(often, inner, st.sampled_from(["+", "*", "{2}", "{1,2}", "{0,2}", "{1,}"])),
    )


def _grammars(words: list[str]) -> st.SearchStrategy[Pair]:
    return st.recursive(st.sampled_from(words).map(lambda word: (word, f"(?: {word})")), _extend, max_leaves=6)


@settings(max_examples=25, deadline=None)
@given(pair=_grammars(["a", "b", "ab", "ba"]))
def test_a_random_grammar_of_characters_equals_its_regular_expression(pair: Pair) -> None:
    graph = _graph(pair[0], CHARACTERS)
    texts = ["".join(symbols) for length in range(6) for symbols in itertools.product(" ab", repeat=length)]
    assert _allowed(graph, CHARACTERS, 5) == [
        text for text in texts if re.fullmatch(pair[1], f" {text}" if text else "")
    ]


@settings(max_examples=25, deadline=None)
@given(pair=_grammars(["a", "b", "c"]))
def test_a_random_grammar_of_word_labels_equals_its_regular_expression(pair: Pair) -> None:
    graph = _graph(pair[0], WORDS)
    texts = [" ".join(words) for length in range(5) for words in itertools.product("abc", repeat=length)]
    assert _allowed(graph, WORDS, 4) == [text for text in texts if re.fullmatch(pair[1], f" {text}" if text else "")]


def test_equal_beginnings_share_one_state() -> None:
    graph = _graph("a b\na ab\na", CHARACTERS)
    scores, after = graph.expand(graph.start)
    assert np.flatnonzero(scores[1:] == 0).tolist() == [CHARACTERS.encode("a")[0] - 1]
    assert graph.final(int(after[CHARACTERS.encode("a")[0]])) == 0.0


def test_a_beam_search_with_a_grammar_finds_the_likeliest_phrase_and_only_phrases() -> None:
    rng = np.random.default_rng(0)
    log_probs = np.log(rng.dirichlet(np.ones(CHARACTERS.size), 6))
    graph = _graph("ab\nb a\nbb\na{1,2}", CHARACTERS)
    everything = prefix_beam(log_probs, options=BeamOptions(beam_size=5000), nbest=5000)
    found = prefix_beam(log_probs, graphs=[Table(graph, CHARACTERS.size)], options=BeamOptions(), nbest=10)
    phrases = {"ab", "b a", "bb", "a", "a a"}
    expected = [one for one in everything if CHARACTERS.decode(one.labels) in phrases]
    assert [one.labels for one in found] == [one.labels for one in expected]
    assert len(found) == 5
    np.testing.assert_allclose([one.score for one in found], [one.score for one in expected])


def test_forgotten_states_are_made_anew_and_a_pickled_graph_goes_on() -> None:
    graph = _graph("a (b | ab)+", CHARACTERS)
    allowed = _allowed(graph, CHARACTERS, 5)
    assert len(allowed) > 2
    graph.forget()
    assert _allowed(graph, CHARACTERS, 5) == allowed
    assert _allowed(pickle.loads(pickle.dumps(graph)), CHARACTERS, 5) == allowed
