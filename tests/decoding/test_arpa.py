"""ARPA files: read whoever wrote them, written so that others read them, and faults named by line."""

import math

import pytest

from speechrnn.decoding.arpa import arpa_text, parse_arpa
from speechrnn.decoding.ngram import MARKERS, UNKNOWN_ID, NgramModel
from speechrnn.errors import LanguageModelError
from tests.decoding.arpa_oracle import predict_sentence, read_plainly

LINES = [
    "\\data\\",
    "ngram 1=5",
    "ngram 2=3",
    "",
    "\\1-grams:",
    "-1.5\t<unk>",
    "-99\t<s>\t-0.4",
    "-0.5\t</s>",
    "-0.6\tno\t-0.3",
    "-0.7\tyes\t-0.2",
    "",
    "\\2-grams:",
    "-0.1\t<s> yes",
    "-0.2\tno yes",
    "-0.3\tyes no",
    "",
    "\\end\\",
]
TEXT = "\n".join(LINES) + "\n"


def parse(text: str) -> NgramModel:
    return parse_arpa(text.encode(), "lm.arpa")


def changed(number: int, line: str | None) -> str:
    """The file with one line, counted from 1, put in the place of another, or left out."""
    return "\n".join([*LINES[: number - 1], *([] if line is None else [line]), *LINES[number:]])


def test_unigrams_and_bigrams_are_read() -> None:
    model = parse(TEXT)
    assert model.vocabulary == (*MARKERS, "no", "yes")
    assert model.trie.level_sizes == (5, 3)
    scores = model.sentence(model.ids(["yes", "no", "no"]))
    assert scores == pytest.approx([value * math.log(10) for value in (-0.1, -0.3, -0.9, -0.8)], abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\t", " "),
        "made by hand\nngram 7=7\n\n" + TEXT,
        TEXT.replace("\n", "\n\n"),
        TEXT.removesuffix("\n"),
        TEXT.replace("\tno yes", "\tno  yes").replace("ngram 1=5", "ngram  1 = 5"),
        "\n".join([*LINES[:12], LINES[14], LINES[12], LINES[13], *LINES[15:]]),
        TEXT.replace("-0.3\tyes no", "-0.3\tyes no\t0"),
        TEXT.replace("<unk>", "<UNK>"),
        TEXT.replace("ngram 2=3", "ngram 2=3\nngram 3=0").replace("\\end", "\\3-grams:\n\n\\end"),
        TEXT.replace("ngram 2=3", "ngram 2=3\nngram 3=0"),
    ],
    ids=["crlf", "spaces", "preface", "blank", "no-newline", "loose", "unsorted", "last-weight", "UNK", "0", "0-none"],
)
def test_what_toolkits_write_differently_reads_the_same(text: str) -> None:
    assert arpa_text(parse(text)) == arpa_text(parse(TEXT))


def test_unknown_words_of_a_closed_model_are_next_to_impossible_but_not_ruled_out() -> None:
    model = parse("\n".join(["\\data\\", "ngram 1=4", *LINES[2:5], *LINES[6:]]))
    assert model.score(model.empty, UNKNOWN_ID)[0] == pytest.approx(-100 * math.log(10))


def test_the_start_of_a_sentence_is_never_predicted() -> None:
    model = parse(TEXT.replace("-99\t<s>", "-0.5\t<s>"))
    assert model.row(model.empty)[0][model.word_id("<s>")] == -math.inf
    assert "\n-99\t<s>\t-0.4\n" in arpa_text(model)


def test_words_may_hold_any_sign_but_ascii_white_space() -> None:
    odd = "d\u00e9j\u00e0\u00a0vu\u2028"
    assert parse(TEXT.replace("yes", odd)).vocabulary[-1] == odd


def test_what_is_written_reads_back_the_same() -> None:
    text = arpa_text(parse(TEXT))
    assert arpa_text(parse(text)) == text
    assert {ngram: values for ngram, values in read_plainly(text).items() if len(ngram) == 2} == {
        ("<s>", "yes"): (-0.1, 0.0),
        ("no", "yes"): (-0.2, 0.0),
        ("yes", "no"): (-0.3, 0.0),
    }
    assert predict_sentence(read_plainly(text), ["no", "zebra"]) == pytest.approx([-1.0, -1.8, -0.5])


@pytest.mark.parametrize(
    ("number", "line", "message"),
    [
        (2, "ngram 1=five", r"line 2: 'ngram 1=five' came, wanted 'ngram 1=' and how many"),
        (3, "ngram 3=3", r"line 3: 'ngram 3=3' came, wanted 'ngram 2='"),
        (3, "ngram 2=4", r"line 17: '\\\\end\\\\' came, wanted 4 2-grams before it, .* there are 3"),
        (5, "\\2-grams:", r"line 5: .* came, wanted '\\1-grams:'"),
        (9, "-0.6", r"line 9: '-0.6' came, wanted a log10 probability, 1 word,"),
        (9, "-0.6\tno\tno\tno", r"line 9: "),
        (9, "minus\tno", r"line 9: .* a number in place of 'minus'"),
        (9, "nan\tno", r"line 9: .* a number in place of 'nan'"),
        (9, "0.6\tno", r"line 9: .* of 0 or less"),
        (9, "-0.6\tno\tinf", r"line 9: .* in place of 'inf'"),
        (10, "-0.6\tno", r"line 10: .* each word once, and 'no' was there before"),
        (13, "-0.1\t<s> zebra", r"line 13: .* 1-grams, which lack 'zebra'"),
        (13, "-0.1\tyes no", r"line 15: wanted each 2-gram once"),
        (13, "-0.1\tyes", r"line 13: .* 2 words"),
        (17, "\\3-grams:", r"line 17: .* wanted '\\end"),
        (17, None, r"line 16: the end of the file came, wanted '\\end"),
        (8, "-0.5\tsi", r"no </s> among the 1-grams"),
        (1, "data", r"lm.arpa: no line \\data\\ in it"),
    ],
)
def test_a_corrupt_line_is_named_by_its_number(number: int, line: str | None, message: str) -> None:
    with pytest.raises(LanguageModelError, match=message) as caught:
        parse(changed(number, line))
    assert str(caught.value).startswith("lm.arpa: ")
    assert "\n" not in str(caught.value)


def test_an_ngram_without_its_history_is_named_by_its_number() -> None:
    more = TEXT.replace("ngram 2=3", "ngram 2=3\nngram 3=1").replace("\\end", "\\3-grams:\n-0.1\tno no yes\n\\end")
    with pytest.raises(LanguageModelError, match="line 19: wanted an n-gram whose first 2 words stand among"):
        parse(more)


def test_words_that_are_not_utf_8_are_named_by_their_line() -> None:
    with pytest.raises(LanguageModelError, match="line 10: .* UTF-8"):
        parse_arpa(TEXT.encode().replace(b"yes", b"\xff"), "lm.arpa")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\\data\\", b"\\data\\\nngram 1=1\n", b"\x00\x01"])
def test_a_cut_file_is_an_error_of_one_line(content: bytes) -> None:
    with pytest.raises(LanguageModelError, match=r"^lm\.arpa: [^\n]+$"):
        parse_arpa(content, "lm.arpa")
