"""Digits to words, each reading as a speaker of the language would write it."""

import sys

import pytest

from speechrnn.errors import MissingDependencyError, UsageError
from speechrnn.text.number_words import numbers_to_words


@pytest.mark.parametrize(
    ("tag", "text", "said"),
    [
        ("en", "21 dogs", "twenty-one dogs"),
        ("en", "1234", "one thousand two hundred and thirty-four"),
        ("en", "in 1984", "in one thousand nine hundred and eighty-four"),
        ("en", "1,234,567", "one million two hundred and thirty-four thousand five hundred and sixty-seven"),
        ("en", "0.50", "zero point five zero"),
        ("en", "1,000.5", "one thousand point five"),
        ("de", "1,5", "eins Komma fünf"),
        ("de", "1.000,5", "eintausend Komma fünf"),
        ("de-CH", "1’000.5", "eintausend Komma fünf"),
        ("fr", "10\u202f000", "dix mille"),
        ("es", "1.000", "mil"),
        ("es-MX", "1,000", "mil"),
        ("pt-BR", "2,5", "dois vírgula cinco"),
        ("en-IN", "12,34,567", "twelve lakh thirty-four thousand five hundred and sixty-seven"),
        ("sv", "21", "tjugoett"),
        ("kk", "12", "он екі"),
        ("ru", "1,25", "одна целая двадцать пять сотых"),
        ("hu", "0,5", "nulla egész öt tized"),
        ("ja", "3人と1.25", "三人と一点二五"),
        ("th", "3.5", "สามจุดห้า"),
    ],
)
def test_numbers_are_read_as_the_language_writes_and_says_them(tag: str, text: str, said: str) -> None:
    assert numbers_to_words(tag)(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1st 2nd 3rd 4TH", "first second third fourth"),
        ("the 21st", "the twenty-first"),
        ("1,000th", "one thousandth"),
        ("2th", "two th"),
        ("2ndly", "two ndly"),
        ("007", "zero zero seven"),
        ("B2", "B two"),
        ("mp3s", "mp three s"),
        ("5%", "five%"),
        ("$3", "$three"),
        ("-5", "minus five"),
        ("\u22125 (-1)", "minus five (minus one)"),
        ("-1.5", "minus one point five"),
        ("10-12", "ten-twelve"),
        ("x-3", "x-three"),
        ("--5", "--five"),
        ("3.10.2024", "three.ten.two thousand and twenty-four"),
        ("1,2", "one,two"),
        ("10:30", "ten:thirty"),
        ("1 000", "one zero zero zero"),
        ("1234567890123", "one two three four five six seven eight nine zero one two three"),
        ("\u0663\u066b\u0665", "three point five"),
        ("\uff11\uff12", "twelve"),
        ("no digits: ½ ² 三", "no digits: ½ ² 三"),
    ],
)
def test_what_stands_beside_a_number_decides_how_it_is_read(text: str, said: str) -> None:
    assert numbers_to_words("en")(text) == said


@pytest.mark.parametrize("tag", ["it", "ar", "tr"])
def test_where_num2words_says_decimals_wrongly_each_part_is_read_alone(tag: str) -> None:
    read = numbers_to_words(tag)
    mark = "." if tag == "ar" else ","
    assert read(f"1{mark}5") == f"{read('1')}{mark}{read('5')}"


def test_where_num2words_has_no_minus_the_sign_stays() -> None:
    assert numbers_to_words("pl")("-3") == "-trzy"
    assert numbers_to_words("bn")("-3") == "-" + numbers_to_words("bn")("3")


def test_no_digit_is_left_in_any_language_that_is_known() -> None:
    from num2words import CONVERTER_CLASSES

    tags = sorted(set(CONVERTER_CLASSES) - {"am"})
    assert len(tags) > 40
    for tag in tags:
        said = numbers_to_words(tag)("0 7 10 16 21 99 100 101 999 1000 1234 123456 1000001 0.5 1,5 -4 1st 007")
        assert not any(character.isdecimal() for character in said), (tag, said)
        assert not set("()") & set(said), (tag, said)


@pytest.mark.parametrize("tag", ["sw", "am", "", "english", "tlh-KX"])
def test_a_language_that_num2words_does_not_know_is_answered_with_those_it_does(tag: str) -> None:
    with pytest.raises(UsageError, match=rf"^text.numbers: '{tag}' came, and num2words knows ar, az, .*null"):
        numbers_to_words(tag)


def test_a_missing_num2words_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "num2words", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'speechrnn\[numbers\]'"):
        numbers_to_words("en")
