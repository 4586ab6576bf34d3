"""Punctuation goes, words of every script stay whole."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.text.punctuation import remove_punctuation


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, world!", "Hello world"),
        ("state-of-the-art — and 10–12", "state of the art and 10 12"),
        ("“yes” (no) [a] <b> «c» 100% $5 #1 @x", "yes no a b c 100 5 1 x"),
        ("U.S.A. end.Start a/b", "U S A end Start a b"),
        ("你好，世界。「是」・カタカナ！", "你好 世界 是 カタカナ"),
        ("नमस्ते दुनिया। हिंदी॥", "नमस्ते दुनिया हिंदी"),
        ("שָׁלוֹם, עוֹלָם!", "שָׁלוֹם עוֹלָם"),
        ("مرحبا، كيف؟", "مرحبا كيف"),
        ("ሰላም፡ዓለም።", "ሰላም ዓለም"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("ma˥ ka꜕ ꞌa", "ma˥ ka꜕ ꞌa"),
        ("ɓú-kù ŋ̀", "ɓú kù ŋ̀"),
    ],
)
def test_words_of_every_script_are_what_is_left(text: str, words: str) -> None:
    assert remove_punctuation(text).split() == words.split()


@pytest.mark.parametrize("sign", "'’‘‛＇`´")
def test_an_apostrophe_inside_a_word_is_one_sign_however_it_was_typed(sign: str) -> None:
    assert remove_punctuation(f"don{sign}t l{sign}été") == "don't l'été"
    assert remove_punctuation(f"{sign}tis dogs{sign} a{sign}{sign}b").split() == ["tis", "dogs", "a", "b"]


@pytest.mark.parametrize("word", ["צה״ל", "ג׳ירפה", "col·legi"])
def test_signs_that_spell_a_word_stay_inside_of_it_only(word: str) -> None:
    assert remove_punctuation(word) == word
    assert remove_punctuation(f"״{word}״ ·").split() == [word]


@pytest.mark.parametrize(
    ("text", "word"), [("ինչպե՞ս", "ինչպես"), ("co\u00adop", "coop"), ("\u200fשלום\u200e", "שלום")]
)
def test_marks_written_over_a_word_leave_no_gap(text: str, word: str) -> None:
    assert remove_punctuation(text) == word


def test_what_stood_on_a_sign_goes_with_it() -> None:
    assert remove_punctuation("❤\ufe0f 👩\u200d🚀 !\u0301").strip() == ""


@settings(max_examples=300, deadline=None, database=None)
@given(st.text(max_size=12))
def test_no_letter_or_digit_is_lost_and_no_sign_left(text: str) -> None:
    kept = remove_punctuation(text)
    categories = {character: unicodedata.category(character) for character in text + kept}
    assert [c for c in kept if categories[c][0] in "LN"] == [c for c in text if categories[c][0] in "LN"]
    assert all(categories[c][0] not in "PS" or c in "'״׳·" or categories[c] == "Sk" for c in kept)
    assert remove_punctuation(kept) == kept
