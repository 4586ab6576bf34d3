"""One spelling for every transcript."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.recipe import TextConfig
from speechrnn.text.normalize import normalize, pipeline


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (TextConfig(), "straße éa"),
        (TextConfig(case="upper"), "STRASSE ÉA"),
        (TextConfig(case="keep"), "Straße Éa"),
    ],
)
def test_case_is_brought_to_one(config: TextConfig, expected: str) -> None:
    assert normalize("Straße Éa", config) == expected


def test_two_ways_to_type_an_accent_are_one_character() -> None:
    assert normalize("e\u0301", TextConfig()) == normalize("\u00e9", TextConfig()) == "\u00e9"


def test_an_accent_may_be_removed_however_it_was_typed() -> None:
    assert normalize("cafe\u0301", TextConfig(remove="é")) == "caf"


def test_removed_characters_leave_no_double_space() -> None:
    assert normalize(" yes , no!  ", TextConfig(remove=",!")) == "yes no"


def test_removal_comes_after_case() -> None:
    assert normalize("Abba", TextConfig(remove="a")) == "bb"
    assert normalize("Abba", TextConfig(case="keep", remove="a")) == "Abb"


@pytest.mark.parametrize("space", ["\t", "\n", "\r\n", "\u00a0", "\u2003"])
def test_every_kind_of_space_becomes_one_plain_space(space: str) -> None:
    assert normalize(f"{space}a{space}{space}b{space}", TextConfig()) == "a b"


def test_the_order_of_the_steps_is_fixed_and_each_has_its_name() -> None:
    every = TextConfig(numbers="en", punctuation="remove", remove="x")
    assert [step.name for step in pipeline(every)] == ["nfc", "numbers", "case", "punctuation", "remove", "spaces"]
    assert [step.name for step in pipeline(TextConfig(case="keep"))] == ["nfc", "spaces"]


def test_numbers_get_the_case_of_other_words_and_lose_their_hyphens() -> None:
    config = TextConfig(numbers="de", case="upper", punctuation="remove")
    assert normalize("-1,5 °C!", config) == "MINUS EINS KOMMA FÜNF C"
    assert normalize("21-year-old", TextConfig(numbers="en", punctuation="remove")) == "twenty one year old"


def test_punctuation_goes_before_what_is_removed_so_an_apostrophe_can_be_closed_up() -> None:
    assert normalize("Don’t!", TextConfig(punctuation="remove", remove="'")) == "dont"


def test_punctuation_and_digits_stay_where_nothing_is_asked_for() -> None:
    assert normalize("It’s 5!", TextConfig()) == "it’s 5!"


@settings(max_examples=100, deadline=None, database=None)
@given(
    st.text(max_size=12),
    st.sampled_from(["lower", "upper", "keep"]),
    st.text(max_size=2),
    st.sampled_from(["keep", "remove"]),
)
def test_normal_text_is_composed_single_spaced_and_stays_as_it_is(
    text: str, case: str, remove: str, punctuation: str
) -> None:
    config = TextConfig(case=case, remove=remove, punctuation=punctuation)  # type: ignore[arg-type]
    normal = normalize(text, config)
    assert unicodedata.is_normalized("NFC", normal)
    assert normal == " ".join(normal.split())
