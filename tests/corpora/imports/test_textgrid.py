"""TextGrids are written by pympi and praatio, not by us; our own writer has a round trip of its own."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from praatio import textgrid as praatio
from pympi.Praat import TextGrid

from speechrnn.corpora.imports.annotated import Annotation, Tier
from speechrnn.corpora.imports.textgrid import read_textgrid
from speechrnn.errors import CorpusError, UsageError
from speechrnn.transcription.transcript import Segment, Transcript, Word
from speechrnn.transcription.writers.textgrid import write_textgrid

INTERVALS = [(0.001, 0.25, 'she said "no"'), (0.25, 1.999, "naïve ŋmà"), (2.5, 2.7183, "! not a comment 3 <exists>")]


def by_pympi(path: Path, mode: str = "normal", codec: str = "utf-8") -> Path:
    grid = TextGrid(xmin=0, xmax=3.0)
    words = grid.add_tier("words")
    for start, end, text in INTERVALS:
        words.add_interval(start, end, text)
    grid.add_tier("bell", tier_type="TextTier").add_point(1.5, "ding")
    grid.to_file(str(path), codec=codec, mode=mode)
    return path


def by_praatio(path: Path, form: str) -> Path:
    grid = praatio.Textgrid()
    grid.addTier(praatio.IntervalTier("words", INTERVALS, 0, 3.0))
    grid.addTier(praatio.PointTier("bell", [(1.5, "ding")], 0, 3.0))
    grid.save(str(path), form, includeBlankSpaces=True)
    return path


WANTED = (
    Tier("words", None, "intervals", tuple(Annotation(start, end, text) for start, end, text in INTERVALS)),
    Tier("bell", None, "points", (Annotation(1.5, 1.5, "ding"),)),
)


@pytest.mark.parametrize("mode", ["normal", "short"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_what_pympi_writes_is_read_to_the_last_digit(tmp_path: Path, mode: str, codec: str) -> None:
    assert read_textgrid(by_pympi(tmp_path / "a.TextGrid", mode, codec)).tiers == WANTED


@pytest.mark.parametrize("form", ["long_textgrid", "short_textgrid"])
def test_what_praatio_writes_is_read_to_the_last_digit(tmp_path: Path, form: str) -> None:
    assert read_textgrid(by_praatio(tmp_path / "a.TextGrid", form)).tiers == WANTED


def test_lines_may_end_as_on_windows_and_comments_are_passed_over(tmp_path: Path) -> None:
    path = by_pympi(tmp_path / "a.TextGrid")
    text = path.read_text(encoding="utf-8").replace("xmin = 0", 'xmin = 0 ! the "beginning" 7', 1)
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert read_textgrid(path).tiers == WANTED


def test_an_eight_bit_encoding_is_read_when_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.TextGrid"
    grid = TextGrid(xmin=0, xmax=1.0)
    grid.add_tier("words").add_interval(0, 1.0, "déjà")
    grid.to_file(str(path), codec="mac_roman")
    assert read_textgrid(path, "mac_roman").tiers[0].annotations == (Annotation(0.0, 1.0, "déjà"),)
    with pytest.raises(CorpusError, match="not UTF-8 text"):
        read_textgrid(path)
    with pytest.raises(UsageError, match="'cp0': not known"):
        read_textgrid(path, "cp0")


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=8), min_size=1, max_size=5))
def test_any_text_comes_back_from_pympi(tmp_path: Path, texts: list[str]) -> None:
    grid = TextGrid(xmin=0, xmax=float(len(texts)))
    tier = grid.add_tier("t")
    for number, text in enumerate(texts):
        tier.add_interval(number, number + 1, text)
    grid.to_file(str(tmp_path / "a.TextGrid"))
    found = read_textgrid(tmp_path / "a.TextGrid").tiers[0].annotations
    assert found == tuple(Annotation(n, n + 1, text) for n, text in enumerate(texts) if text)


def test_what_we_write_ourselves_comes_back(tmp_path: Path) -> None:
    words = (Word("one", 0.31, 0.5, 1.0), Word("two", 0.62, 1.0, 1.0))
    transcript = Transcript((Segment(words),), 2.0, "given")
    (tmp_path / "a.TextGrid").write_text(write_textgrid(transcript, "a.wav"), encoding="utf-8")
    found = {tier.name: tier.annotations for tier in read_textgrid(tmp_path / "a.TextGrid").tiers}
    assert found["words"] == (Annotation(0.31, 0.5, "one"), Annotation(0.62, 1.0, "two"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", r"ends early, where a string must stand"),
        ('File type = "ooTextFile"\nObject class = "Sound 2"\n', r"no TextGrid; wanted one as Praat's"),
        ('"ooTextFile" "TextGrid" 0 1e999 <exists> 0', r"a number too large for a time"),
        ('"ooTextFile" "TextGrid" 5 8 <exists> 0', r"its time begins at 5 s; shift it to 0"),
        ('"ooTextFile"\n"TextGrid"\n0 "x"', r"a\.TextGrid:3: '\"x\"' where a number must stand"),
        ('"ooTextFile" "TextGrid" 0 1 <exists> 9 "IntervalTier" "w" 0 1 1 0 1 "hi"', r"ends early"),
    ],
)
def test_what_is_no_whole_textgrid_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "a.TextGrid").write_text(content)
    with pytest.raises(CorpusError, match=reason):
        read_textgrid(tmp_path / "a.TextGrid")


def test_a_binary_textgrid_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="binary TextGrid; save it in Praat with 'Save as text file"):
        read_textgrid(by_pympi(tmp_path / "a.TextGrid", "binary"))


def test_a_textgrid_without_tiers_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.TextGrid").write_text('"ooTextFile" "TextGrid" 0 1 <absent>')
    assert read_textgrid(tmp_path / "a.TextGrid").tiers == ()
