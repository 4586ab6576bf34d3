"""The trie of a lexicon, against the plain list of its words."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.decoding.lexicon import (
    NO_WORD,
    ROOT,
    Entry,
    Lexicon,
    build_lexicon,
    entries_of,
    lexicon_text,
    parse_lexicon,
    read_lexicon,
)
from speechrnn.errors import UsageError
from speechrnn.text.alphabet import Alphabet

LETTERS = Alphabet((" ", "a", "b", "c"))
WORDS = st.lists(st.text("abcd", min_size=1, max_size=6), min_size=1, max_size=30)


def walk(lexicon: Lexicon, labels: list[int]) -> int | None:
    """Follow labels from the root; None when they leave the trie."""
    node = ROOT
    for label in labels:
        following, nodes = lexicon.children(node)
        if label not in following:
            return None
        node = nodes.start + following.tolist().index(label)
    return node


def spelling(lexicon: Lexicon, node: int) -> str:
    """Read a node back towards the root."""
    labels: list[int] = []
    while node != ROOT:
        labels.insert(0, int(lexicon.labels[node]))
        node = int(lexicon.parents[node])
    return LETTERS.decode(labels)


@given(WORDS)
def test_the_trie_holds_every_word_that_can_be_spelled_and_no_other(words: list[str]) -> None:
    words = [*words, "a"]
    lexicon = build_lexicon(entries_of(words), LETTERS)
    spellable = {word for word in words if "d" not in word}
    assert {entry.word for entry in lexicon.entries} == spellable
    assert list(lexicon.unspellable) == [word for word in words if "d" in word]
    for word in spellable:
        node = walk(lexicon, LETTERS.encode(word))
        assert node is not None
        assert lexicon.entries[lexicon.words[node]].word == word
    assert np.count_nonzero(lexicon.words != NO_WORD) == len(spellable)


@given(WORDS)
def test_nodes_are_the_distinct_prefixes_and_know_their_depth(words: list[str]) -> None:
    lexicon = build_lexicon(entries_of([*words, "a"]), LETTERS)
    prefixes = {word[:end] for word in [*words, "a"] if "d" not in word for end in range(len(word) + 1)}
    read = [spelling(lexicon, node) for node in range(lexicon.num_nodes)]
    assert sorted(read) == sorted(prefixes)
    assert [len(text) for text in read] == lexicon.depths.tolist()


@given(WORDS, st.randoms(use_true_random=False))
def test_the_best_below_a_node_is_the_highest_value_of_the_words_that_begin_so(words: list[str], random) -> None:  # type: ignore[no-untyped-def]
    lexicon = build_lexicon(entries_of([*words, "a"]), LETTERS)
    values = np.array([random.random() for _ in lexicon.entries])
    best = lexicon.best_below(values)
    for node in range(lexicon.num_nodes):
        prefix = spelling(lexicon, node)
        matching = [
            value for entry, value in zip(lexicon.entries, values, strict=True) if entry.word.startswith(prefix)
        ]
        assert best[node] == max(matching)


def test_of_two_words_with_one_spelling_the_first_stands() -> None:
    lexicon = build_lexicon([Entry("see", "c"), Entry("sea", "c")], LETTERS)
    assert [entry.word for entry in lexicon.entries] == ["see"]


def test_words_in_another_letter_case_are_refused_with_the_first_named() -> None:
    with pytest.raises(UsageError, match=r"2 words came, 'ABC' the first, and the alphabet ' abc' spells none of them"):
        build_lexicon(entries_of(["ABC", "CAB"]), LETTERS)


def test_a_file_of_words_and_spellings_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes("\ufeffabc\r\n\r\n  ab \nB.\tbe\ncafe\u0301\n".encode())
    entries = read_lexicon(path)
    assert entries == (Entry("abc", "abc"), Entry("ab", "ab"), Entry("B.", "be"), Entry("café", "café"))
    assert parse_lexicon(lexicon_text(entries), "again") == entries


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a\nnew york\n", r"words\.txt:2: 'new york' came, one word, or a word, a tab and its spelling"),
        (b"a\nb\t\n", r"words\.txt:2: 'b' came"),
        (b"a\tb\tc\n", r"words\.txt:1: 'a\\tb\\tc' came"),
        (b" \n\n", r"words\.txt: no words came"),
        (b"\xff\xfe", r"words\.txt: cannot be read as a lexicon"),
    ],
)
def test_a_file_that_is_no_lexicon_is_refused_by_line(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "words.txt").write_bytes(content)
    with pytest.raises(UsageError, match=message):
        read_lexicon(tmp_path / "words.txt")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.txt: cannot be read as a lexicon"):
        read_lexicon(tmp_path / "gone.txt")
