"""Hot words as typed on a command line."""

import unicodedata

import pytest

from speechrnn.decoding.hotwords import DEFAULT_BOOST, HotWord, parse_hotwords
from speechrnn.errors import UsageError


def test_entries_are_parted_by_commas_and_white_space_is_evened() -> None:
    assert parse_hotwords("word:3,two  words:2, less:-1.5 ,plain") == (
        HotWord("word", 3.0),
        HotWord("two words", 2.0),
        HotWord("less", -1.5),
        HotWord("plain", DEFAULT_BOOST),
    )


def test_only_the_last_colon_parts_off_the_boost() -> None:
    assert parse_hotwords("10:30:4") == (HotWord("10:30", 4.0),)


def test_phrases_are_composed_as_transcripts_are() -> None:
    assert parse_hotwords(unicodedata.normalize("NFD", "café:1")) == (HotWord("café", 1.0),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"entry 1 \(''\): no words came"),
        ("a:1,,b", r"entry 2 \(''\): no words came"),
        (":3", r"entry 1 \(':3'\): no words came"),
        ("a:x", r"entry 1 \('a:x'\): boost 'x' came, a number was wanted"),
        ("a:", r"boost '' came, a number was wanted"),
        ("a:0", "boost 0 came, a number from -20 to 20 but 0"),
        ("a:nan", "boost nan came"),
        ("a:inf", "boost inf came"),
        ("a:21", "boost 21 came"),
        ("a:1,b,a:2", r"entry 3 \('a:2'\): 'a' came before"),
        ("new york,new  york:1", r"entry 2 .*'new york' came before"),
    ],
)
def test_a_faulty_entry_is_named_by_place(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=rf"^hot words, .*{message}"):
        parse_hotwords(text)
