"""Characters and their label ids."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.errors import AlphabetError
from speechrnn.text.alphabet import BLANK, Alphabet

TRANSCRIPTS = st.lists(st.text(min_size=1, max_size=10), min_size=1, max_size=5)


def test_labels_are_numbered_from_one_in_sorted_order() -> None:
    alphabet = Alphabet.of(["no", "on é"])
    assert alphabet.symbols == (" ", "n", "o", "é")
    assert alphabet.encode("on é") == [3, 2, 1, 4]
    assert alphabet.size == 5


def test_the_order_of_transcripts_does_not_move_a_label() -> None:
    transcripts = ["one", "two", "three", "über", "ἕν"]
    shuffled = list(transcripts)
    random.Random(3).shuffle(shuffled)
    assert Alphabet.of(shuffled) == Alphabet.of(transcripts) == Alphabet.of(["".join(transcripts)])


@settings(max_examples=50, deadline=None, database=None)
@given(TRANSCRIPTS)
def test_decoding_undoes_encoding_and_the_blank_spells_nothing(transcripts: list[str]) -> None:
    alphabet = Alphabet.of(transcripts)
    for text in transcripts:
        labels = alphabet.encode(text)
        assert alphabet.decode(labels) == text
        assert BLANK not in labels
        assert max(labels) < alphabet.size


def test_no_text_is_no_labels() -> None:
    assert Alphabet(("a",)).encode("") == []
    assert Alphabet(("a",)).decode([]) == ""


def test_every_unknown_character_is_named_once_and_none_is_dropped() -> None:
    alphabet = Alphabet(("a", "b"))
    with pytest.raises(AlphabetError, match="'c' 'é' not in the alphabet 'ab'.*text.alphabet.*text.remove"):
        alphabet.encode("aécacé")
    assert alphabet.unknown("aécacé") == ["c", "é"]
    assert alphabet.unknown("abba") == []


@pytest.mark.parametrize("labels", [[0], [1, 0, 2], [3], [-1]])
def test_the_blank_and_ids_past_the_end_are_no_characters(labels: list[int]) -> None:
    with pytest.raises(AlphabetError, match=r"labels \[-?\d\] came, 1 to 2 were wanted"):
        Alphabet(("a", "b")).decode(labels)


@pytest.mark.parametrize(
    ("characters", "fault"),
    [
        ((), "no characters came"),
        (("a", "b", "a"), r"\['a'\] came"),
        (("ab",), r"\['ab'\] came"),
        (("",), r"\[''\] came"),
    ],
)
def test_what_cannot_be_an_alphabet_is_refused(characters: tuple[str, ...], fault: str) -> None:
    with pytest.raises(AlphabetError, match=fault):
        Alphabet(characters)


def test_an_alphabet_of_no_transcripts_says_so() -> None:
    with pytest.raises(AlphabetError, match="no characters came"):
        Alphabet.of([])


WORDS = Alphabet(("no", "yes"), "word")


def test_a_word_is_one_label() -> None:
    assert WORDS.size == 3
    assert WORDS.encode("yes no no") == [2, 1, 1]
    assert WORDS.decode([2, 1, 1]) == "yes no no"


def test_words_outside_are_named_whole_or_left_out_on_request() -> None:
    with pytest.raises(AlphabetError, match=r"'maybe' not in the alphabet 'no yes'"):
        WORDS.encode("yes maybe")
    assert WORDS.encode_known("yes maybe no") == [2, 1]


@pytest.mark.parametrize("symbols", [("no", "no"), ("yes no",), ("",), (" no",)])
def test_an_entry_that_is_not_one_word_is_refused(symbols: tuple[str, ...]) -> None:
    with pytest.raises(AlphabetError, match="each entry must be one word and stand once"):
        Alphabet(symbols, "word")


def test_spans_say_which_labels_write_a_word() -> None:
    letters = Alphabet.of(["no yes"])
    assert letters.word_spans(letters.encode("no  yes")) == [("no", slice(0, 2)), ("yes", slice(4, 7))]
    assert WORDS.word_spans([2, 1]) == [("yes", slice(0, 1)), ("no", slice(1, 2))]
