import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.fsdd import CORPUS
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.corpora.validate import check_listing, measure_audio

WriteWav = Callable[..., Path]
AUDIO: Corpus = CORPUS


@pytest.fixture
def good(tmp_path: Path, write_wav: WriteWav) -> Utterance:
    return Utterance(
        utterance_id="good", split="train", path=write_wav(tmp_path / "good.wav", seconds=1.0), text="déjà vu"
    )


def faults(*utterances: Utterance) -> list[tuple[str, str]]:
    """Check, see that every utterance is either kept or named, and return id and kind of what was set aside."""
    checked = check_listing(Listing(utterances), AUDIO)
    assert len(checked.utterances) + len(checked.problems) == len(utterances)
    assert all(problem.path and problem.reason for problem in checked.problems)
    return [(problem.utterance_id, problem.kind) for problem in checked.problems]


def test_a_good_utterance_is_kept_as_it_is(good: Utterance) -> None:
    assert check_listing(Listing((good,)), AUDIO).utterances == (good,)


def test_missing_audio_is_set_aside(good: Utterance, tmp_path: Path) -> None:
    assert faults(good, replace(good, utterance_id="gone", path=tmp_path / "gone.wav")) == [("gone", "missing_audio")]


@pytest.mark.parametrize("kept_bytes", [0, 20, 44, 1000])
def test_truncated_audio_is_set_aside(good: Utterance, tmp_path: Path, kept_bytes: int) -> None:
    (tmp_path / "cut.wav").write_bytes(good.path.read_bytes()[:kept_bytes])
    assert faults(good, replace(good, utterance_id="cut", path=tmp_path / "cut.wav")) == [("cut", "unreadable_audio")]


def test_the_second_of_two_equal_ids_is_set_aside_and_says_where_the_first_is(good: Utterance, tmp_path: Path) -> None:
    (tmp_path / "twin.wav").write_bytes(good.path.read_bytes())
    checked = check_listing(Listing((good, replace(good, path=tmp_path / "twin.wav"))), AUDIO)
    assert checked.utterances == (good,)
    assert [problem.kind for problem in checked.problems] == ["duplicate_id"]
    assert str(good.path) in checked.problems[0].reason


def test_the_same_id_and_the_same_file_twice_is_a_duplicate_too(good: Utterance) -> None:
    assert faults(good, replace(good, text="again")) == [("good", "duplicate_id")]
    assert faults(good, replace(good, path=Path(str(good.path)))) == [("good", "duplicate_id")]


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_text_is_set_aside(good: Utterance, text: str) -> None:
    assert faults(good, replace(good, utterance_id="mute", text=text)) == [("mute", "empty_text")]


def test_a_decomposed_text_is_set_aside(good: Utterance) -> None:
    decomposed = unicodedata.normalize("NFD", good.text)
    assert faults(good, replace(good, utterance_id="nfd", text=decomposed)) == [("nfd", "not_nfc")]


@pytest.mark.parametrize(("seconds", "expected"), [(0.024, [("short", "too_short")]), (0.026, [])])
def test_audio_shorter_than_one_frame_is_set_aside(
    tmp_path: Path, write_wav: WriteWav, seconds: float, expected: list[tuple[str, str]]
) -> None:
    path = write_wav(tmp_path / "short.wav", seconds=seconds)
    assert faults(Utterance(utterance_id="short", split="train", path=path, text="a")) == expected


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        (0.0, 1.0, []),
        (0.5, None, []),
        (0.5, 0.52, []),  # published times are rounded
        (0.5, 0.6, ["outside_audio"]),
        (1.2, None, ["too_short"]),
        (1.2, 0.3, ["outside_audio"]),
        (0.5, 0.01, ["too_short"]),
    ],
)
def test_a_part_must_lie_inside_its_file(
    good: Utterance, start: float, duration: float | None, expected: list[str]
) -> None:
    part = replace(good, start_seconds=start, duration_seconds=duration)
    assert [kind for _, kind in faults(part)] == expected


def test_a_file_that_many_utterances_share_is_decoded_once(good: Utterance) -> None:
    steps: list[tuple[int, int]] = []
    parts = tuple(
        replace(good, utterance_id=str(number), start_seconds=number / 10, duration_seconds=0.1) for number in range(5)
    )
    checked = check_listing(Listing(parts), AUDIO, lambda what, done, total: steps.append((done, total)))
    assert checked.utterances == parts
    assert steps == [(1, 1)]


def test_problems_found_while_listing_come_first(good: Utterance) -> None:
    earlier = Problem("x", "x.wav", "bad_name", "wanted another")
    checked = check_listing(Listing((replace(good, text=""),), (earlier,)), AUDIO)
    assert [problem.kind for problem in checked.problems] == ["bad_name", "empty_text"]


def test_measuring_counts_decoded_samples_and_channels(tmp_path: Path, write_wav: WriteWav) -> None:
    info = measure_audio(write_wav(tmp_path / "stereo.wav", seconds=0.5, rate=16000, num_channels=2))
    assert (info.num_samples, info.sample_rate_hz, info.num_channels) == (8000, 16000, 2)
