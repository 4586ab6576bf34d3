"""Stored runs: whole round trips, and nothing lost or overwritten silently."""

from dataclasses import replace
from pathlib import Path

import pytest
from accuracy.stored import read_run, read_runs, store_run, stored_path, without_places

from speechrnn.errors import UsageError
from speechrnn.scoring.paired import Tally
from tests.benchmarks.ablation_runs import PLAIN


def test_a_run_reads_back_as_it_was_stored(tmp_path: Path) -> None:
    other = replace(PLAIN, experiment="fold", left_out="ann", utterances={})
    paths = [store_run(tmp_path, one) for one in (PLAIN, other)]
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "plain/split0-seed1.json",
        "fold/ann-seed1.json",
    ]
    assert read_runs(tmp_path) == [other, PLAIN]
    assert read_runs(tmp_path / "nothing") == []


def test_an_utterance_is_one_line_of_the_file(tmp_path: Path) -> None:
    lines = store_run(tmp_path, PLAIN).read_text(encoding="utf-8").splitlines()
    assert lines[-4:] == ['    "u1": [2, 5, 3, 20],', '    "ü2": [1, 5, 3, 20]', "  }", "}"]


def test_words_and_characters_are_tallied_apart() -> None:
    assert PLAIN.tallies("wer") == {"u1": Tally(2, 5), "ü2": Tally(1, 5)}
    assert PLAIN.tallies("cer") == {"u1": Tally(3, 20), "ü2": Tally(3, 20)}
    assert (PLAIN.rate("wer"), PLAIN.rate("cer")) == (30, 15)


def test_another_run_in_the_same_place_is_refused_until_asked_for(tmp_path: Path) -> None:
    path, other = store_run(tmp_path, PLAIN), replace(PLAIN, wer=29.0, date="2026-11-21")
    assert store_run(tmp_path, PLAIN) == path
    with pytest.raises(
        UsageError, match=r"holds a run of 2026-11-20 with WER 30\.00 %, another with 29\.00 % came;.*--rep"
    ):
        store_run(tmp_path, other)
    assert read_run(path) == PLAIN
    store_run(tmp_path, other, replace=True)
    assert read_run(path) == other


def test_a_file_that_is_no_stored_run_or_bears_the_name_of_another_is_refused(tmp_path: Path) -> None:
    path = store_run(tmp_path, PLAIN)
    wrong = stored_path(tmp_path, "other", PLAIN.key)
    wrong.parent.mkdir()
    path.rename(wrong)
    with pytest.raises(UsageError, match=r"other/split0-seed1\.json: holds plain/split0-seed1\.json"):
        read_runs(tmp_path)
    for content in ("{}", "[", '{"wer": 1}'):
        wrong.write_text(content)
        with pytest.raises(UsageError, match=r"other/split0-seed1\.json: .* a stored run was wanted"):
            read_runs(tmp_path)


def test_places_of_a_machine_are_cut_from_settings_and_nothing_else_is() -> None:
    settings = {"title": "a/b", "corpus": {"path": "/some/where/mine.csv"}, "distill": {"teacher": r"C:\x\big.srnn"}}
    assert without_places(settings) == {
        "title": "a/b",
        "corpus": {"path": "mine.csv"},
        "distill": {"teacher": "big.srnn"},
    }
    assert without_places({"path": None, "seeds": [1]}) == {"path": None, "seeds": [1]}
