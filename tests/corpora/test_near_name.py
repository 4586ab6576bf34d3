import unicodedata
from pathlib import Path

import pytest

from speechrnn.corpora.near_name import did_you_mean, same_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("Aufnahme_07.wav", "Aufnahme_08.wav", "Müller-1.WAV", "monday.flac", "monday.txt", "zebra.mp3"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("Aufnahme 07.wav", "Aufnahme_07.wav"),
        ("aufnahme_08.WAV", "Aufnahme_08.wav"),
        ("Muller-1.wav", "Müller-1.WAV"),
        ("monday.wav", "monday.flac"),
        ("zebbra.mp3", "zebra.mp3"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest_sound_file(folder: Path, wrong: str, meant: str) -> None:
    assert did_you_mean(folder / wrong) == f"did you mean {meant!r}?"


@pytest.mark.parametrize("wrong", ["interview.wav", "x.wav"])
def test_nothing_is_suggested_where_nothing_is_near(folder: Path, wrong: str) -> None:
    assert did_you_mean(folder / wrong) == ""


def test_two_names_that_are_equally_plain_are_told_apart_by_their_letters(folder: Path) -> None:
    (folder / "mon-day.flac").touch()
    assert did_you_mean(folder / "mon-day.wav") == "did you mean 'mon-day.flac'?"


def test_a_folder_that_is_not_there_is_named(folder: Path) -> None:
    assert did_you_mean(folder / "none" / "a.wav") == f"there is no folder {folder / 'none'}"


def test_a_file_that_came_later_is_seen(folder: Path) -> None:
    assert did_you_mean(folder / "tuesday 1.wav") == ""
    (folder / "tuesday-1.wav").touch()
    assert did_you_mean(folder / "tuesday 1.wav") == "did you mean 'tuesday-1.wav'?"


def test_many_names_are_still_found_by_their_letters_alone(folder: Path) -> None:
    for number in range(1200):
        (folder / f"clip{number:04}.wav").touch()
    assert did_you_mean(folder / "CLIP-0007.wav") == "did you mean 'clip0007.wav'?"
    assert did_you_mean(folder / "cilp0007.wav") == ""  # too many to compare each with each


@pytest.mark.parametrize(("stored", "written"), [("NFD", "NFC"), ("NFC", "NFD"), ("NFC", "NFC")])
def test_accents_composed_otherwise_mean_the_same_file(tmp_path: Path, stored: str, written: str) -> None:
    file = tmp_path / unicodedata.normalize(stored, "été.wav")
    file.touch()
    assert same_file(tmp_path / unicodedata.normalize(written, "été.wav")).exists()


def test_a_name_that_is_not_there_stays_as_it_is(tmp_path: Path) -> None:
    assert same_file(tmp_path / "été.wav") == tmp_path / "été.wav"
