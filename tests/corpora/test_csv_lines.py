"""What one bad quote does to a table: its own line is bad, and no other."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.corpora.csv_lines import CsvLines

UNCLOSED = "a quote opens on this line and is not closed; close it, or double it where it is part of the text"


def read(text: str) -> list[tuple[int, list[str] | str]]:
    lines = CsvLines(io.StringIO(text, newline=""), ",", csv.QUOTE_MINIMAL)
    header = lines.header()
    return [(lines.first_line, found) for found in lines.records(header.index("audio"))]


@pytest.mark.parametrize(
    ("lines", "bad"),
    [
        (['a.wav,"one', "b.wav,two", "c.wav,three"], {2}),
        (['a.wav,"one', 'b.wav,"two"', "c.wav,three"], {2}),
        (['a.wav,"one', 'b.wav,"two', 'c.wav,"three'], {2, 3, 4}),
        (['a.wav,"one', "b.wav,two", 'c.wav,three"'], {2}),
        (["a.wav,one", 'b.wav,"two"2', "c.wav,three"], {3}),
        (["a.wav,one", "b.wav,two", 'c.wav,"three'], {4}),
    ],
)
def test_a_quote_that_is_not_closed_spoils_its_own_line_only(lines: list[str], bad: set[int]) -> None:
    found = dict(read("\n".join(["audio,text", *lines, ""])))
    assert {line for line, record in found.items() if isinstance(record, str)} == bad
    assert sorted(found) == [2, 3, 4]
    for line in {2, 3, 4} - bad:
        assert found[line] == [cell.strip('"') if line == 3 else cell for cell in lines[line - 2].split(",")]


def test_the_line_on_which_the_quote_opened_is_told() -> None:
    (first, *_) = read('audio,text\na.wav,"one\nb.wav,two\n')
    assert first == (2, UNCLOSED)


def test_lines_after_a_quote_of_any_length_are_not_lost() -> None:
    rest = [f"{number}.wav,{'word ' * 20}" for number in range(5000)]  # longer than the longest cell csv takes
    found = read("\n".join(["audio,text", 'a.wav,"one', *rest]))
    assert found[0] == (2, UNCLOSED)
    assert [line for line, record in found[1:] if isinstance(record, list)] == [*range(3, 5003)]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_breaks_in_a_quoted_cell_are_part_of_it(newline: str) -> None:
    text = newline.join(["audio,text,x", 'a.wav,"one', "", 'two, she said, yes",1', "b.wav,three,2", ""])
    assert read(text) == [(2, ["a.wav", f"one{newline}{newline}two, she said, yes", "1"]), (5, ["b.wav", "three", "2"])]


@given(
    st.lists(
        st.tuples(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), st.text("ab\n\r\",'"))
    )
)
def test_what_csv_writes_comes_back(records: list[tuple[str, str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([("text", "other", "audio"), *((*record, "") for record in records)])
    wanted = [[*record, ""] for record in records if any(cell.strip() for cell in record)]
    assert [found for _, found in read(file.getvalue())] == wanted
