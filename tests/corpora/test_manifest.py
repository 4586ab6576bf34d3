import gzip
import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import lhotse
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.audio import AudioInfo
from speechrnn.corpora.an4 import CORPUS as AN4
from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.fsdd import CORPUS as FSDD
from speechrnn.corpora.ledger import open_ledger
from speechrnn.corpora.manifest import ManifestWriter, json_lines
from speechrnn.corpora.measure import Measured
from speechrnn.corpora.sphinx import FeatureInfo
from speechrnn.corpora.utterance import Utterance
from speechrnn.corpora.validate import Checked

GOOD = Checked(
    Utterance(utterance_id="u1", split="train", path=Path("/x/a.wav"), text="dé 'ja' \u2028 vu"),
    Measured(info=AudioInfo(16001, 16000, 2), digest="ab"),
)


def write(
    directory: Path, *checked: Checked, corpus: Corpus = FSDD, language: str | None = None
) -> dict[str, dict[str, float]]:
    with open_ledger(None) as ledger, ExitStack() as files:
        writer = ManifestWriter(files, directory, corpus, language, ledger)
        for one in checked:
            writer.write(one)
        assert not list(directory.glob("*.gz"))  # nothing has its name before all is whole
        return writer.summaries()


def lines(path: Path) -> list[dict[str, object]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


@pytest.mark.parametrize(
    "utterance",
    [
        GOOD.utterance,
        replace(GOOD.utterance, speaker="ann", language="sw"),
        replace(GOOD.utterance, start_seconds=0.25, duration_seconds=0.5),
    ],
)
def test_the_records_are_those_that_lhotse_itself_would_write(tmp_path: Path, utterance: Utterance) -> None:
    write(tmp_path, replace(GOOD, utterance=utterance), language="fr")
    recordings = lines(tmp_path / "fsdd_recordings_train.jsonl.gz")
    supervisions = lines(tmp_path / "fsdd_supervisions_train.jsonl.gz")
    theirs = [lhotse.Recording.from_dict(json.loads(json.dumps(record))).to_dict() for record in recordings]
    assert [list(record.items()) for record in recordings] == [list(record.items()) for record in theirs]
    expected = lhotse.SupervisionSegment(
        id="u1",
        recording_id="u1",
        start=utterance.start_seconds,
        duration=utterance.duration_seconds or 16001 / 16000,
        text=utterance.text,
        language=utterance.language or "fr",
        speaker=utterance.speaker,
    ).to_dict()
    assert [list(record.items()) for record in supervisions] == [list(expected.items())]


def test_stored_features_are_described_as_lhotse_does(tmp_path: Path) -> None:
    (tmp_path / "a.mfc").write_bytes(np.array([26], "<i4").tobytes() + np.ones(26, "<f4").tobytes())
    utterance = replace(GOOD.utterance, path=tmp_path / "a.mfc")
    write(
        tmp_path,
        Checked(utterance, Measured(info=FeatureInfo(2), digest="ab")),
        corpus=replace(AN4, stores="sphinx_features"),
    )
    (record,) = lines(tmp_path / "an4_features_train.jsonl.gz")
    theirs = lhotse.Features.from_dict(json.loads(json.dumps(record)))
    assert list(record.items()) == list(theirs.to_dict().items())
    np.testing.assert_array_equal(theirs.load(), np.ones((2, 13), np.float32))


def test_splits_are_counted_train_first(tmp_path: Path) -> None:
    test, train = (
        replace(GOOD, utterance=replace(GOOD.utterance, utterance_id=name, split=name, speaker="ann"))
        for name in ("test", "train")
    )
    again = replace(train, utterance=replace(train.utterance, utterance_id="again", duration_seconds=0.5))
    counts = write(tmp_path, test, train, again)
    assert list(counts.items()) == [
        ("train", {"utterances": 2, "seconds": 1.5, "speakers": 1}),
        ("test", {"utterances": 1, "seconds": 1.0, "speakers": 1}),
    ]
    assert len(lines(tmp_path / "fsdd_recordings_train.jsonl.gz")) == 1
    assert [record["recording_id"] for record in lines(tmp_path / "fsdd_supervisions_train.jsonl.gz")] == ["train"] * 2


@settings(max_examples=25)
@given(st.lists(st.dictionaries(st.text(), st.text() | st.floats(allow_nan=False)), max_size=20))
def test_lines_packed_piece_by_piece_are_what_was_written_and_the_same_bytes_again(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, object]]
) -> None:
    paths = [tmp_path_factory.mktemp("lines") / f"{name}.jsonl.gz" for name in "ab"]
    many = [*records, *[{"text": "x" * 999}] * 100, *records]  # more than one piece
    for path in paths:
        with json_lines(path) as write_line:
            for record in many:
                write_line(record)
    assert lines(paths[0]) == many
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[0].read_bytes()[4:8] == bytes(4)  # no time


def test_lines_are_whole_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError, match="by zero"), json_lines(tmp_path / "a.jsonl") as write_line:
        write_line({"a": 1 / 0})
    assert list(tmp_path.iterdir()) == []
