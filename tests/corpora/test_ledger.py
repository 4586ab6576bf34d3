import sqlite3
from pathlib import Path

import pytest

from speechrnn.audio import AudioInfo
from speechrnn.corpora.ledger import open_ledger
from speechrnn.corpora.measure import Measured
from speechrnn.corpora.sphinx import FeatureInfo
from speechrnn.errors import CorpusError

FOUND = (
    Measured(info=AudioInfo(16001, 16000, 2), digest="ab", peak=0.1, rms=1 / 3, clipped=1e-9),
    Measured(info=FeatureInfo(7), digest="cd"),
    "truncated, 3 samples where its header says 4",
)


@pytest.mark.parametrize("found", FOUND)
def test_what_was_found_of_a_file_comes_back_bit_for_bit(found: Measured | str) -> None:
    with open_ledger(None) as ledger:
        assert ledger.find(Path("ä b.wav")) is None
        ledger.remember(Path("ä b.wav"), found)
        assert ledger.find(Path("ä b.wav")) == found
        assert ledger.find(Path("b.wav")) is None


def test_an_id_is_taken_by_the_first(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        assert ledger.taken_by("a", "first.wav") is None
        assert ledger.taken_by("b", "second.wav") is None
        assert ledger.taken_by("a", "third.wav") == "first.wav"
        assert ledger.taken_by("a", "fourth.wav") == "first.wav"


def test_a_recording_is_called_after_its_first_utterance_in_each_split() -> None:
    with open_ledger(None) as ledger:
        assert ledger.recording_id("train", Path("x.wav"), "u1") == ("u1", True)
        assert ledger.recording_id("train", Path("x.wav"), "u2") == ("u1", False)
        assert ledger.recording_id("dev", Path("x.wav"), "u3") == ("u3", True)


def test_speakers_are_counted_once_a_split() -> None:
    with open_ledger(None) as ledger:
        for speaker in ("ann", "bob", "ann"):
            ledger.add_speaker("train", speaker)
        ledger.add_speaker("dev", "ann")
        assert [ledger.num_speakers(split) for split in ("train", "dev", "test")] == [2, 1, 0]


def test_nothing_is_left_on_the_disk_also_after_an_error(tmp_path: Path) -> None:
    def fail() -> None:
        with open_ledger(tmp_path) as ledger:
            for number in range(20000):  # more than is kept in memory
                ledger.taken_by(f"a rather long id of an utterance {number}", "a" * 400)
            raise KeyboardInterrupt("stopped")

    with pytest.raises(KeyboardInterrupt, match="stopped"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_full_or_closed_is_one_line_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"gone: cannot keep the list of utterances \(unable to open"):
        with open_ledger(tmp_path / "gone"):
            pass
    with pytest.raises(CorpusError, match=r"temporary folder: .*\(database or disk is full\); free some space"):
        with open_ledger(None):
            raise sqlite3.OperationalError("database or disk is full")
