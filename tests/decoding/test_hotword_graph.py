"""A finished transcript gains the boosts of the whole-word phrases in it, however it was searched."""

import itertools
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.decoding.fusion import Table
from speechrnn.decoding.hotword_graph import HotWordGraph
from speechrnn.decoding.hotwords import HotWord, parse_hotwords
from speechrnn.decoding.prefix_beam import BeamOptions, prefix_beam
from speechrnn.errors import UsageError
from speechrnn.text.alphabet import Alphabet
from tests.decoding.graph_walk import walk, walk_all

CHARACTERS = Alphabet((" ", "a", "b"))
WORDS = Alphabet(("a", "b", "c"), "word")
LETTERS = Alphabet(tuple(" abcdefghijklmnopqrstuvwxyz"))


def _counted(hotwords: list[HotWord], text: str) -> float:
    """Count by looking at every place of the list of words."""
    words = text.split()
    total = 0.0
    for hotword in hotwords:
        phrase = hotword.phrase.split()
        total += hotword.boost * sum(words[at : at + len(phrase)] == phrase for at in range(len(words)))
    return total


def _hotwords(words: list[str]) -> st.SearchStrategy[list[HotWord]]:
    phrases = st.lists(st.sampled_from(words), min_size=1, max_size=3).map(" ".join)
    boosts = st.sampled_from([-2.0, 0.5, 1.0, 3.0, 7.0])
    return st.lists(st.builds(HotWord, phrases, boosts), max_size=4, unique_by=lambda hotword: hotword.phrase)


@settings(max_examples=25, deadline=None)
@given(hotwords=_hotwords(["a", "b", "ab", "ba", "aa"]))
def test_every_text_gains_what_counting_words_gives(hotwords: list[HotWord]) -> None:
    graph = HotWordGraph(hotwords, CHARACTERS)
    found = {CHARACTERS.decode(labels): gain for labels, gain in walk_all(graph, CHARACTERS.size, 6)}
    assert len(found) == sum(3**length for length in range(7))
    assert found == pytest.approx({text: _counted(hotwords, text) for text in found})


@settings(max_examples=25, deadline=None)
@given(hotwords=_hotwords(["a", "b", "c"]))
def test_every_sequence_of_word_labels_gains_what_counting_gives(hotwords: list[HotWord]) -> None:
    graph = HotWordGraph(hotwords, WORDS)
    found = {WORDS.decode(labels): gain for labels, gain in walk_all(graph, WORDS.size, 5)}
    assert len(found) == sum(3**length for length in range(6))
    assert found == pytest.approx({text: _counted(hotwords, text) for text in found})


@pytest.mark.parametrize(
    ("text", "gain"),
    [
        ("play", 2.0),
        ("player", 3.0),
        ("play music", 7.0),
        ("play musical", 2.0),
        ("display", 0.0),
        ("playe", 0.0),
        ("  play  music ", 7.0),
        ("play play music player", 12.0),
    ],
)
def test_a_hot_word_that_is_a_prefix_of_another_counts_only_where_it_stands_whole(text: str, gain: float) -> None:
    graph = HotWordGraph(parse_hotwords("play:2,player:3,play music:5"), LETTERS)
    assert walk(graph, LETTERS.encode(text)) == pytest.approx(gain)


def test_the_boost_is_lent_label_by_label_and_taken_back_where_the_match_breaks_off() -> None:
    graph = HotWordGraph([HotWord("abba", 4.0)], CHARACTERS)
    state, gains = graph.start, []
    for label in CHARACTERS.encode("abb "):
        scores, after = graph.expand(state)
        gains.append(float(scores[label]))
        state = int(after[label])
    assert gains == pytest.approx([1.0, 1.0, 1.0, -3.0])


def test_overlapping_phrases_both_count() -> None:
    graph = HotWordGraph(parse_hotwords("new york:2,york city:3"), LETTERS)
    assert walk(graph, LETTERS.encode("in new york city")) == pytest.approx(5.0)


def test_without_a_space_in_the_alphabet_the_utterance_is_one_word() -> None:
    alphabet = Alphabet(("a", "b"))
    graph = HotWordGraph([HotWord("ab", 3.0)], alphabet)
    texts = ["".join(symbols) for length in range(5) for symbols in itertools.product("ab", repeat=length)]
    assert {text: walk(graph, alphabet.encode(text)) for text in texts} == {
        text: 3.0 * (text == "ab") for text in texts
    }


@pytest.mark.parametrize(
    ("text", "alphabet", "message"),
    [
        ("naïve:2,anna", LETTERS, r"cannot write 'naïve' \('ï'\)"),
        ("a,d b:1", WORDS, r"cannot write 'd b' \('d'\), its alphabet is 'a b c'"),
        ("a b", Alphabet(("a", "b")), r"cannot write 'a b' \(' '\)"),
    ],
)
def test_phrases_the_model_cannot_write_are_named(text: str, alphabet: Alphabet, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        HotWordGraph(parse_hotwords(text), alphabet)


def _emit(text: str, margin: float, rng: np.random.Generator, rivals: dict[str, str]) -> np.ndarray:
    """Log-probabilities that spell a text, a blank after each letter; `rivals` are all but as likely as a letter."""
    rows = []
    for symbol in text:
        for label in (LETTERS.encode(symbol)[0], 0):
            row = rng.uniform(0.5, 1.5, LETTERS.size) * (1 - margin) / LETTERS.size
            row[label] += margin
            if label and symbol in rivals:
                row[LETTERS.encode(rivals[symbol])[0]] += 0.8 * margin
            rows.append(row / row.sum())
    return np.log(np.array(rows))


def _best(log_probs: np.ndarray, hotwords: str = "", token_threshold: float = np.inf) -> str:
    graphs = [Table(HotWordGraph(parse_hotwords(hotwords), LETTERS), LETTERS.size)] if hotwords else []
    return LETTERS.decode(
        prefix_beam(log_probs, graphs=graphs, options=BeamOptions(beam_size=50, token_threshold=token_threshold))[
            0
        ].labels
    )


def test_a_hot_word_wins_where_the_sound_leaves_a_doubt() -> None:
    heard = _emit("call anna now", 0.95, np.random.default_rng(1), {"a": "u", "n": "m"})
    assert _best(heard) == "call anna now"
    assert _best(heard, "unma:5") == "call unma now"
    assert _best(heard, "call unma:5") == "call unma now"
    assert _best(heard, "unm:5") == "call anna now"


@pytest.mark.parametrize(
    ("hotwords", "token_threshold"), [("anna:3,ok:3", np.inf), ("a:3", np.inf), ("anna:20,ok:20,a:20", 10.0)]
)
def test_silence_stays_silent(hotwords: str, token_threshold: float) -> None:
    silence = np.full((200, LETTERS.size), np.log(1e-4 / (LETTERS.size - 1)))
    silence[:, 0] = np.log1p(-1e-4)
    assert _best(silence, hotwords, token_threshold) == ""


def test_a_pickled_graph_scores_alike() -> None:
    graph = HotWordGraph(parse_hotwords("a b:2"), CHARACTERS)
    assert walk(pickle.loads(pickle.dumps(graph)), CHARACTERS.encode("b a b")) == 2.0
