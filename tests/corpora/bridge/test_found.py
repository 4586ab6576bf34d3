"""What lhotse's functions give back, in each of the shapes they give it."""

from typing import Any

import pytest
from lhotse import AudioSource, CutSet, Recording, RecordingSet, SupervisionSegment, SupervisionSet
from lhotse.supervision import AlignmentItem

from speechrnn.corpora.bridge.entry import Entry
from speechrnn.corpora.bridge.found import Part, find_parts
from speechrnn.corpora.bridge.listed import list_part
from speechrnn.corpora.bridge.splits import splits_of
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance

RECORDING = Recording("r", [AudioSource("file", [0], "r.wav"), AudioSource("file", [1], "s.wav")], 8000, 16000, 2.0)
RECORDINGS = RecordingSet.from_recordings([RECORDING])
SEGMENT = SupervisionSegment("u", "r", start=0.5, duration=1.0, text=" ah ", speaker="ann")
SEGMENTS = SupervisionSet.from_segments([SEGMENT])
BOTH = {"recordings": RECORDINGS, "supervisions": SEGMENTS}


@pytest.mark.parametrize(
    ("result", "keys"),
    [
        (BOTH, [()]),
        ({"train": BOTH, "test": BOTH}, [("train",), ("test",)]),
        ({"pl": {"train": BOTH}, "pt": {"train": BOTH}}, [("pl", "train"), ("pt", "train")]),
        ((RECORDINGS, SEGMENTS), [()]),
        (CutSet.from_manifests(RECORDINGS, SEGMENTS), [()]),
        ({"dev": CutSet.from_manifests(RECORDINGS, SEGMENTS)}, [("dev",)]),
        ({"dev": {"cuts": CutSet.from_manifests(RECORDINGS, SEGMENTS)}}, [("dev",)]),
    ],
)
def test_every_shape_gives_the_same_utterances(result: Any, keys: list[tuple[str, ...]]) -> None:
    parts = list(find_parts(result))
    assert [part.keys for part in parts] == keys
    for part in parts:
        assert [recording.id for recording in part.recordings] == ["r"]
        assert [(s.id, s.start, s.duration) for s in part.supervisions] == [("u", 0.5, 1.0)]


def test_noises_without_transcripts_have_no_supervisions() -> None:
    (part,) = find_parts({"noise": {"recordings": RECORDINGS}})
    assert list(part.supervisions) == []


@pytest.mark.parametrize("result", [None, {}, {"train": None}])
def test_nothing_gives_no_parts(result: Any) -> None:
    assert list(find_parts(result)) == []


def only(part: Part, transcript: str = "text") -> Utterance | Problem:
    entry = Entry(name="any", module="any", function="any", transcript=transcript)
    (item,) = list_part(part, "train", entry, "sw")
    return item


def test_an_utterance_takes_time_speaker_and_language_over() -> None:
    item = only(Part((), RECORDINGS, SEGMENTS))
    assert isinstance(item, Utterance)
    assert (item.start_seconds, item.duration_seconds, item.text) == (0.5, 1.0, "ah")
    assert (item.speaker, item.language, item.split, str(item.path)) == ("ann", "sw", "train", "r.wav")


@pytest.mark.parametrize(("channel", "file"), [(0, "r.wav"), (1, "s.wav"), ([1, 0], "s.wav")])
def test_of_several_files_the_one_with_the_channel_is_taken(channel: Any, file: str) -> None:
    segment = SupervisionSegment("u", "r", 0.5, 1.0, channel=channel, text="ah")
    item = only(Part((), RECORDINGS, [segment]))
    assert isinstance(item, Utterance)
    assert str(item.path) == file


@pytest.mark.parametrize(("start", "duration", "listed"), [(0.0, 2.0, None), (1.5, 0.5, None), (0.0, 1.9, 1.9)])
def test_an_utterance_that_reaches_the_end_of_its_file_has_no_end_of_its_own(
    start: float, duration: float, listed: float | None
) -> None:
    item = only(Part((), RECORDINGS, [SupervisionSegment("u", "r", start, duration, text="ah")]))
    assert isinstance(item, Utterance)
    assert item.duration_seconds == listed


def test_the_transcript_may_be_a_custom_field_or_an_alignment() -> None:
    phones = [AlignmentItem("sh", 0.5, 0.1), AlignmentItem("iy", 0.6, 0.1)]
    segment = SupervisionSegment(
        "u", "r", 0.5, 1.0, text="she", custom={"spelled": "s h e"}, alignment={"phone": phones}
    )
    part = Part((), RECORDINGS, [segment])
    texts = [item.text for name in ("text", "spelled", "phone") if isinstance(item := only(part, name), Utterance)]
    assert texts == ["she", "s h e", "sh iy"]


@pytest.mark.parametrize(
    ("part", "kind"),
    [(Part(("train",), [], [SEGMENT]), "missing_audio"), (Part(("train",), [RECORDING], []), "missing_text")],
)
def test_either_half_without_the_other_is_named(part: Part, kind: str) -> None:
    item = only(part)
    assert isinstance(item, Problem)
    assert item.kind == kind


@pytest.mark.parametrize(
    ("parts", "published", "wanted", "splits"),
    [
        (["train", "valid", "eval1"], {}, [], {"train": "train", "valid": "dev", "eval1": "test"}),
        (["train", "extra"], {}, [], {"train": "train"}),
        (["train", "extra"], {}, ["train", "extra"], {"train": "train", "extra": "train"}),
        (["XL", "DEV", "S"], {"XL": "train", "DEV": "dev"}, [], {"XL": "train", "DEV": "dev"}),
        (["S", "DEV"], {"XL": "train", "DEV": "dev"}, ["S", "DEV"], {"S": "train", "DEV": "dev"}),
        (["", ""], {}, [], {"": ""}),
        (["bdl", "slt"], {}, [], {"bdl": "", "slt": ""}),
    ],
)
def test_parts_get_the_split_they_are_published_for(
    parts: list[str], published: dict[str, str], wanted: list[str], splits: dict[str, str]
) -> None:
    assert splits_of(parts, published, wanted) == splits
