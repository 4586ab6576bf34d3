"""The table of what was said and what was heard."""

from dataclasses import replace
from pathlib import Path

import pytest

from speechrnn.errors import UsageError
from speechrnn.training.evaluate import Decoded
from speechrnn.training.hypotheses import HEADER, read_hypotheses, word_errors, worst, write_hypotheses

DECODED = [
    Decoded("u1", "a b", "a b", -0.5),
    Decoded("u2", "a b", "c", -12.34567),
    Decoded("ü", "", "a b", -3.0),
    Decoded("u0", "a b c", "a b", -3.0),
]


def test_each_utterance_is_one_line_of_five_cells_in_corpus_order(tmp_path: Path) -> None:
    write_hypotheses(tmp_path / "new" / "h.tsv", DECODED)
    lines = (tmp_path / "new" / "h.tsv").read_text(encoding="utf-8").split("\n")
    assert lines == [
        HEADER,
        "u1\t0\t-0.5000\ta b\ta b",
        "u2\t2\t-12.3457\ta b\tc",
        "ü\t2\t-3.0000\t\ta b",
        "u0\t1\t-3.0000\ta b c\ta b",
        "",
    ]
    assert HEADER.count("\t") == 4


def test_word_errors_are_counted_for_each_utterance() -> None:
    assert word_errors(DECODED) == [0, 2, 2, 1]
    assert word_errors([]) == []


def test_the_worst_come_first_and_the_faultless_not_at_all() -> None:
    assert [(count, one.utterance_id) for count, one in worst(DECODED, 10)] == [(2, "u2"), (2, "ü"), (1, "u0")]
    assert [one.utterance_id for _, one in worst(DECODED, 1)] == ["u2"]
    assert worst(DECODED, 0) == []


@pytest.mark.parametrize("decoded", [DECODED, DECODED[2:3], []])
def test_what_is_written_is_read_back(tmp_path: Path, decoded: list[Decoded]) -> None:
    write_hypotheses(tmp_path / "h.tsv", decoded)
    assert read_hypotheses(tmp_path / "h.tsv") == [replace(one, log_score=round(one.log_score, 4)) for one in decoded]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a\tb\n", r"h\.tsv: begins with 'a\\tb', a table of hypotheses was wanted"),
        (f"{HEADER}\nu1\t0\t-0.5\ta b\n", r"h\.tsv:2: 'u1\\t0\\t-0\.5\\ta b' came, five cells were wanted"),
        (f"{HEADER}\nu1\t0\tlow\ta\tb\n", r"h\.tsv:2: .* five cells were wanted"),
        (None, r"h\.tsv: cannot be read \(No such file"),
    ],
)
def test_another_file_is_refused_by_name(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "h.tsv").write_text(content)
    with pytest.raises(UsageError, match=message):
        read_hypotheses(tmp_path / "h.tsv")
