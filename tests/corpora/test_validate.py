import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.fsdd import CORPUS
from speechrnn.corpora.ledger import open_ledger
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.corpora.validate import Checked, check_listing

WriteWav = Callable[..., Path]
AUDIO: Corpus = CORPUS


@pytest.fixture
def good(tmp_path: Path, write_wav: WriteWav) -> Utterance:
    return Utterance(
        utterance_id="good", split="train", path=write_wav(tmp_path / "good.wav", seconds=1.0), text="déjà vu"
    )


def check(listing: Listing, **options: Any) -> tuple[list[Utterance], list[Problem]]:
    """Check, and return what is kept and what is set aside."""
    with open_ledger(None) as ledger:
        found = list(check_listing(listing, AUDIO, ledger, **options))
    kept = [item.utterance for item in found if isinstance(item, Checked)]
    return kept, [item for item in found if isinstance(item, Problem)]


def faults(*utterances: Utterance) -> list[tuple[str, str]]:
    """Check, see that every utterance is either kept or named, and return id and kind of what was set aside."""
    kept, problems = check(Listing(utterances))
    assert len(kept) + len(problems) == len(utterances)
    assert all(problem.path and problem.reason for problem in problems)
    return [(problem.utterance_id, problem.kind) for problem in problems]


def test_a_good_utterance_is_kept_as_it_is(good: Utterance) -> None:
    assert check(Listing((good,))) == ([good], [])


def test_missing_audio_is_set_aside(good: Utterance, tmp_path: Path) -> None:
    assert faults(good, replace(good, utterance_id="gone", path=tmp_path / "gone.wav")) == [("gone", "missing_audio")]


@pytest.mark.parametrize("kept_bytes", [0, 20, 44, 1000])
def test_truncated_audio_is_set_aside(good: Utterance, tmp_path: Path, kept_bytes: int) -> None:
    (tmp_path / "cut.wav").write_bytes(good.path.read_bytes()[:kept_bytes])
    assert faults(good, replace(good, utterance_id="cut", path=tmp_path / "cut.wav")) == [("cut", "unreadable_audio")]


def test_the_second_of_two_equal_ids_is_set_aside_and_says_where_the_first_is(good: Utterance, tmp_path: Path) -> None:
    (tmp_path / "twin.wav").write_bytes(good.path.read_bytes())
    kept, problems = check(Listing((good, replace(good, path=tmp_path / "twin.wav"))))
    assert kept == [good]
    assert [problem.kind for problem in problems] == ["duplicate_id"]
    assert str(good.path) in problems[0].reason


def test_the_same_id_and_the_same_file_twice_is_a_duplicate_too(good: Utterance) -> None:
    assert faults(good, replace(good, text="again")) == [("good", "duplicate_id")]
    assert faults(good, replace(good, path=Path(str(good.path)))) == [("good", "duplicate_id")]


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_text_is_set_aside(good: Utterance, text: str) -> None:
    assert faults(good, replace(good, utterance_id="mute", text=text)) == [("mute", "empty_text")]


def test_a_decomposed_text_is_set_aside(good: Utterance) -> None:
    decomposed = unicodedata.normalize("NFD", good.text)
    assert faults(good, replace(good, utterance_id="nfd", text=decomposed)) == [("nfd", "not_nfc")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\0b", "control_characters"),
        ("\ufeffa", "control_characters"),
        ("caf\ufffd", "control_characters"),
        ("a\x7f", "control_characters"),
        ("a\tb\r\nc\x85d", None),
        ("\u200dक्\u200d", None),  # joiners are spelling
    ],
)
def test_characters_that_nobody_writes_are_set_aside(good: Utterance, text: str, expected: str | None) -> None:
    found = faults(replace(good, text=unicodedata.normalize("NFC", text)))
    assert found == ([("good", expected)] if expected else [])


def test_a_problem_names_file_and_line_where_a_table_lists_it(good: Utterance, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    bad = replace(good, text="", text_file=table, line=7)
    alone = replace(good, utterance_id="b", text="", text_file=tmp_path / "b.txt")
    _, problems = check(Listing((bad, alone, replace(good, utterance_id="c", text=""))))
    assert [problem.where for problem in problems] == [f"{table}:7", str(tmp_path / "b.txt"), ""]
    assert [problem.to_dict().get("where") for problem in problems] == [f"{table}:7", str(tmp_path / "b.txt"), None]


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


def test_progress_counts_utterances_of_as_many_as_are_said_to_come(good: Utterance) -> None:
    steps: list[tuple[int, int]] = []
    both = (good, replace(good, utterance_id="mute", text=""))
    for number in (2, None):
        check(Listing(both, num_utterances=number), progress=lambda what, done, total: steps.append((done, total)))
    assert steps == [(1, 2), (2, 2), (1, 0), (2, 0)]


def test_problems_found_while_listing_come_first_and_those_on_the_way_where_they_stand(good: Utterance) -> None:
    earlier, later = (Problem(name, f"{name}.wav", "bad_name", "wanted another") for name in "xy")
    kept, problems = check(Listing((replace(good, text=""), later, replace(good, utterance_id="b")), (earlier,)))
    assert [problem.utterance_id for problem in problems] == ["x", "good", "y"]
    assert [utterance.utterance_id for utterance in kept] == ["b"]


def test_a_name_that_is_not_unicode_is_set_aside_and_can_be_written_down(good: Utterance) -> None:
    strange = replace(good, utterance_id="caf\udce9", path=Path("/x/caf\udce9.wav"))
    kept, problems = check(Listing((strange, good)))
    assert kept == [good]
    assert [(problem.kind, problem.path.encode()) for problem in problems] == [("bad_name", rb"/x/caf\udce9.wav")]


def test_an_utterance_with_several_faults_is_set_aside_once_with_all_of_them(good: Utterance, tmp_path: Path) -> None:
    (tmp_path / "cut.wav").write_bytes(b"RIFF")
    decomposed = unicodedata.normalize("NFD", "dé\0jà")
    listed = Problem("good", "mine.csv", "bad_line", "start 'soon'; wanted seconds", "mine.csv:3")
    utterances = (
        good,
        replace(good, utterance_id="gone", text=" ", path=tmp_path / "gone.wav"),
        replace(good, utterance_id="out", text=decomposed, duration_seconds=2.0),
        replace(good, text="", path=tmp_path / "cut.wav", faults=(listed,)),
        replace(good, utterance_id="mute", text="", faults=(Problem("mute", "x", "missing_text", "none"),)),
    )
    kept, problems = check(Listing(utterances))
    assert kept == [good]
    assert [[one.kind for one in problem.each()] for problem in problems] == [
        ["empty_text", "missing_audio"],
        ["control_characters", "not_nfc", "outside_audio"],
        ["bad_line", "duplicate_id", "empty_text", "unreadable_audio"],
        ["missing_text"],
    ]


def test_every_strange_character_of_a_transcript_is_named_once(good: Utterance) -> None:
    _, (problem,) = check(Listing((replace(good, text="a\0b\ufeffc\0"),)))
    assert problem.reason.endswith("holds a control character ('\\x00'), ZERO WIDTH NO-BREAK SPACE ('\\ufeff')")


def test_the_faults_of_a_name_that_is_not_unicode_are_told_as_far_as_they_need_no_file(good: Utterance) -> None:
    strange = replace(good, utterance_id="x", path=Path("/x/caf\udce9.wav"), text="")
    _, (problem,) = check(Listing((strange,)))
    assert [one.kind for one in problem.each()] == ["bad_name", "empty_text"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_faults_come_in_one_order_however_many_read(good: Utterance, tmp_path: Path, jobs: int) -> None:
    faulty = [
        replace(good, utterance_id=f"u{number}", text="" if number % 2 else "a", path=tmp_path / f"{number % 3}.wav")
        for number in range(80)
    ]
    _, problems = check(Listing(faulty), jobs=jobs)
    assert [problem.utterance_id for problem in problems] == [one.utterance_id for one in faulty]
    assert {len([*problem.each()]) for problem in problems} == {1, 2}
