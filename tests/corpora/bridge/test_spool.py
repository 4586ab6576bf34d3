"""Utterances kept on disk between lhotse and the checks."""

import gc
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.corpora.bridge.spool import write_spool
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
UTTERANCES = st.builds(
    Utterance,
    utterance_id=TEXT,
    split=TEXT,
    path=st.just(Path("/a b/c.wav")),
    text=TEXT,
    speaker=st.none() | TEXT,
    duration_seconds=st.none() | st.floats(0, 1e4),
    channel=st.none() | st.integers(0, 7),
)
PROBLEMS = st.builds(Problem, TEXT, TEXT, st.just("missing_text"), TEXT)


@given(st.lists(UTTERANCES | PROBLEMS))
def test_what_is_put_in_comes_out_as_often_as_one_likes(items: list[Utterance | Problem]) -> None:
    spool = write_spool(items)
    assert list(spool) == items
    assert list(spool) == items
    assert spool.num_utterances == sum(isinstance(item, Utterance) for item in items)


def test_nothing_is_left_on_disk_once_nobody_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spool = write_spool([Problem("a", "b", "missing_text", "c")])
    assert list(tmp_path.iterdir()) == [spool.folder]
    del spool
    gc.collect()
    assert not list(tmp_path.iterdir())


def test_nothing_is_left_on_disk_after_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[Problem]:
        yield Problem("a", "b", "missing_text", "c")
        raise ValueError("broken off")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ValueError, match="broken off"):
        write_spool(broken())
    assert not list(tmp_path.iterdir())
