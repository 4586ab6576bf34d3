"""Tokens of a grammar file, with their places."""

import unicodedata

import pytest

from speechrnn.decoding.grammar_tokens import statements
from speechrnn.errors import GrammarError


def _kinds(text: str) -> list[list[tuple[str, str]]]:
    return [[(token.kind, token.text) for token in tokens] for tokens in statements(text, "g")]


def test_words_signs_names_and_counts_are_told_apart() -> None:
    assert _kinds("<a-1> = x's|[y]+ (z){2,3}") == [
        [
            ("name", "<a-1>"), ("=", "="), ("word", "x's"), ("|", "|"), ("[", "["), ("word", "y"), ("]", "]"),
            ("+", "+"), ("(", "("), ("word", "z"), (")", ")"), ("count", "{2,3}"), ("end", ""),
        ]
    ]  # fmt: skip


def test_comments_empty_lines_byte_order_mark_and_carriage_returns_say_nothing() -> None:
    assert _kinds("\ufeff# all\r\n\r\n  yes # why\r\n   \r\nno#\r\n") == [
        [("word", "yes"), ("end", "")],
        [("word", "no"), ("end", "")],
    ]


def test_a_backslash_makes_a_sign_part_of_a_word() -> None:
    assert _kinds(r"c\+\+ \#1 a\\b") == [[("word", "c++"), ("word", "#1"), ("word", "a\\b"), ("end", "")]]


def test_a_line_that_begins_with_a_bar_goes_on_the_line_before_past_comments() -> None:
    (tokens,) = statements("a\n# more\n  | b", "g")
    assert [(token.text, token.line, token.column) for token in tokens] == [
        ("a", 1, 1), ("|", 3, 3), ("b", 3, 5), ("", 3, 6),
    ]  # fmt: skip


def test_words_are_composed_as_transcripts_are() -> None:
    ((word, _),) = _kinds(unicodedata.normalize("NFD", "café"))
    assert word == ("word", "café")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("yes <no", "1, column 5: '<'"),
        ("\nturn }", "2, column 6: '}'"),
        ("a{x}", "1, column 2: '{'"),
        ("b\\", "1, column 2"),
    ],
)
def test_a_sign_without_meaning_is_named_with_line_and_column(text: str, place: str) -> None:
    with pytest.raises(GrammarError, match=rf"^commands\.txt: line {place}"):
        list(statements(text, "commands.txt"))
