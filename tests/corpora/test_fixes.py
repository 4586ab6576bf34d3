import json
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.corpora.examine import validate_corpus
from speechrnn.corpora.fixes import Fix, fix_text, fix_times
from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.data.cuts import load_split
from speechrnn.recipe import CorpusConfig


def said(text: str) -> Utterance:
    return Utterance(utterance_id="a", split="train", path=Path("a.wav"), text=text)


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("déjà vu", "déjà vu", None),
        ("de\u0301ja\u0300 vu", "déjà vu", "not_nfc"),
        (" eins\r\nzwei\t drei", "eins zwei drei", "spaces"),
        ("\ufeffeins", "eins", "byte_order_mark"),
        ("\ufeffe\u0301  a", "é a", "byte_order_mark,not_nfc,spaces"),
    ],
)
def test_a_text_is_cleaned_and_the_repair_says_how(before: str, after: str, what: str | None) -> None:
    utterance, fix = fix_text(said(before))
    assert utterance.text == after
    assert (fix and (fix.what, fix.before, fix.after)) == (what and (what, before, after))


@given(st.text())
def test_a_cleaned_text_has_nothing_left_to_clean_and_the_same_words(text: str) -> None:
    cleaned, _ = fix_text(said(text))
    assert fix_text(cleaned) == (cleaned, None)
    assert cleaned.text.split() == unicodedata.normalize("NFC", text.replace("\ufeff", "")).split()


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        (0.0, 2.0, None),
        (0.5, None, None),
        (0.5, 1.6, (0.5, 1.5)),
        (-0.5, 1.0, (0.0, 0.5)),
        (2.5, 1.0, None),  # none of it lies in the recording: nothing safe to do
        (-2.0, 1.0, None),
        (float("nan"), 1.0, None),
    ],
)
def test_times_are_cut_to_the_recording(
    start: float, duration: float | None, expected: tuple[float, float] | None
) -> None:
    part = Utterance(
        utterance_id="a", split="train", path=Path("a.wav"), text="a", start_seconds=start, duration_seconds=duration
    )
    fixed, fix = fix_times(part, 2.0)
    if expected is None:
        assert fixed is part
        assert fix is None
    else:
        assert (fixed.start_seconds, fixed.duration_seconds) == expected
        assert fix is not None
        assert fix.what == "outside_audio"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Twelve parts, of which one ends late, one is decomposed and one has two spaces."""
    soundfile.write(tmp_path / "long.wav", np.random.default_rng(0).uniform(-0.1, 0.1, 96000), 8000)
    texts = {3: "e\u0301t\u0301", 5: "a  b"}
    rows = [f"long.wav,{texts.get(n, 'eins')},{n},{n + (5 if n == 11 else 1)}" for n in range(12)]
    path = tmp_path / "mine.csv"
    path.write_text("audio,text,start,end\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_preparing_with_fix_repairs_the_manifests_and_writes_down_what(table: Path, tmp_path: Path) -> None:
    before = table.read_bytes()
    plain = prepare_corpus(CorpusConfig(name="folder", path=str(table)), tmp_path)
    assert dict(plain.set_aside.counts) == {"not_nfc": 1, "outside_audio": 1}
    fixed = prepare_corpus(CorpusConfig(name="folder", path=str(table), fix=True), tmp_path)
    assert fixed.directory != plain.directory
    assert not list(fixed.set_aside)
    assert fixed.info["fixes"] == 3
    records = [json.loads(line) for line in (fixed.directory / "fixes.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(record["what"], record["where"]) for record in records if record["what"] != "outside_audio"] == [
        ("not_nfc", f"{table}:5"),
        ("spaces", f"{table}:7"),
    ]
    assert [record["after"] for record in records if record["what"] == "outside_audio"] == ["11 to 12 s"]
    cuts = {cut.id: cut for split in fixed.splits for cut in load_split(fixed.directory, split)}
    assert cuts["long@11.000"].duration == 1.0
    assert cuts["long@5.000"].supervisions[0].text == "a b"
    assert unicodedata.is_normalized("NFC", cuts["long@3.000"].supervisions[0].text)
    assert table.read_bytes() == before


def test_validating_with_fix_yields_the_repairs_and_no_problem(table: Path, tmp_path: Path) -> None:
    found = list(validate_corpus(CorpusConfig(name="folder", path=str(table), fix=True), tmp_path))
    assert sorted(item.what for item in found if isinstance(item, Fix)) == ["not_nfc", "outside_audio", "spaces"]
    assert not [item for item in found if isinstance(item, Problem)]
