import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from lhotse import CutSet, RecordingSet, SupervisionSet, validate_recordings_and_supervisions

from speechrnn.audio import read_audio
from speechrnn.corpora.examine import validate_corpus
from speechrnn.corpora.prepare import PreparedCorpus, data_directory, prepare_corpus
from speechrnn.corpora.problem import Doubt, Problem
from speechrnn.errors import CorpusError, UsageError
from speechrnn.recipe import CorpusConfig

CONFIG = CorpusConfig(name="fsdd")


def snapshot(directory: Path) -> dict[str, tuple[bytes, int]]:
    files = [file for file in directory.rglob("*") if file.is_file()]
    return {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in files}


def load(prepared: PreparedCorpus, split: str) -> tuple[RecordingSet, SupervisionSet]:
    return (
        RecordingSet.from_file(prepared.directory / f"{prepared.name}_recordings_{split}.jsonl.gz"),
        SupervisionSet.from_file(prepared.directory / f"{prepared.name}_supervisions_{split}.jsonl.gz"),
    )


def test_manifests_lie_where_every_tool_looks_for_them(fsdd: Path) -> None:
    prepared = prepare_corpus(CONFIG, fsdd)
    assert prepared.directory == fsdd / "manifests" / "fsdd"
    assert prepared.splits == ("train", "dev", "test")
    expected = {f"fsdd_{kind}_{split}.jsonl.gz" for kind in ("recordings", "supervisions") for split in prepared.splits}
    assert {file.name for file in prepared.directory.iterdir()} == expected | {"corpus.json", "set_aside.jsonl"}


@pytest.mark.parametrize("split", ["train", "dev", "test"])
def test_lhotse_finds_the_manifests_valid(fsdd: Path, split: str) -> None:
    recordings, supervisions = load(prepare_corpus(CONFIG, fsdd), split)
    validate_recordings_and_supervisions(recordings, supervisions, read_data=True)
    assert {(s.language, s.speaker in {"ann", "bob", "cy"}) for s in supervisions} == {("en", True)}


def test_cuts_made_from_the_manifests_hold_the_audio_of_the_files(fsdd: Path) -> None:
    recordings, supervisions = load(prepare_corpus(CONFIG, fsdd), "test")
    cuts = CutSet.from_manifests(recordings=recordings, supervisions=supervisions)
    cut = next(cut for cut in cuts if cut.supervisions[0].id == "7_bob_3")
    expected = read_audio(fsdd / "free-spoken-digit-dataset-master" / "recordings" / "7_bob_3.wav")
    assert cut.supervisions[0].text == "seven"
    assert cut.load_audio()[0].tolist() == expected.samples.tolist()


def test_a_second_preparation_does_no_work(fsdd: Path) -> None:
    first = prepare_corpus(CONFIG, fsdd)
    before = snapshot(first.directory)
    second = prepare_corpus(CONFIG, fsdd, progress=lambda *_: pytest.fail("work was done"))
    assert second == first
    assert snapshot(first.directory) == before


def test_the_same_corpus_gives_the_same_bytes(fsdd: Path) -> None:
    first = {name: content for name, (content, _) in snapshot(prepare_corpus(CONFIG, fsdd).directory).items()}
    second = {
        name: content for name, (content, _) in snapshot(prepare_corpus(CONFIG, fsdd, force=True).directory).items()
    }
    assert first == second


def test_a_preparation_that_was_cut_short_is_done_again(fsdd: Path) -> None:
    prepared = prepare_corpus(CONFIG, fsdd)
    (prepared.directory / "corpus.json").unlink()
    (prepared.directory / "fsdd_recordings_dev.jsonl.gz").write_bytes(b"half")
    prepare_corpus(CONFIG, fsdd)
    assert len(load(prepared, "dev")[0]) == 6


def test_what_a_killed_preparation_left_is_swept_up_after_a_day(fsdd: Path) -> None:
    directory = prepare_corpus(CONFIG, fsdd).directory
    names = ".fsdd_recordings_dev.jsonl.gz.1.partial", ".shar.1.partial", ".shar.2.partial"
    (directory / names[0]).write_bytes(b"half")
    for name in names[1:]:
        (directory / name).mkdir()
        (directory / name / "shards.json").write_text("{}")
    for name in names[:2]:
        os.utime(directory / name, (0, 0))
    prepare_corpus(CONFIG, fsdd, force=True)
    assert [(directory / name).exists() for name in names] == [False, False, True]


def test_a_split_that_is_gone_leaves_no_manifest(fsdd: Path) -> None:
    prepared = prepare_corpus(CONFIG, fsdd)
    for file in (fsdd / "free-spoken-digit-dataset-master" / "recordings").glob("*_5.wav"):
        file.unlink()
    assert prepare_corpus(CONFIG, fsdd, force=True).splits == ("train", "test")
    assert not (prepared.directory / "fsdd_recordings_dev.jsonl.gz").exists()


def test_a_corpus_that_moved_is_prepared_again(fsdd: Path) -> None:
    prepare_corpus(CONFIG, fsdd)
    moved = fsdd.with_name(f"{fsdd.name}-moved")
    fsdd.rename(moved)
    recordings, _ = load(prepare_corpus(CONFIG, moved), "test")
    assert all(Path(recording.sources[0].source).exists() for recording in recordings)


def test_splits_of_other_settings_lie_beside_each_other(fsdd: Path, yesno: Path) -> None:
    names = {
        str(prepare_corpus(config, fsdd).directory.relative_to(fsdd / "manifests"))
        for config in (
            CONFIG,
            CorpusConfig(name="fsdd", leave_out="bob"),
            CorpusConfig(name="fsdd", split_seed=3),  # fsdd draws nothing, so this is the usual split
            CorpusConfig(name="yesno"),
            CorpusConfig(name="yesno", split_seed=3),
            CorpusConfig(name="yesno", dev_fraction=0.2, split_seed=3),
        )
    }
    assert names == {"fsdd", "fsdd/leave-out-bob", "yesno", "yesno/split-3", "yesno/dev-0.2-split-3"}


def test_corpus_json_counts_what_is_there(fsdd: Path) -> None:
    prepared = prepare_corpus(CONFIG, fsdd)
    info = json.loads((prepared.directory / "corpus.json").read_text())
    assert info == prepared.info
    assert info["splits"]["test"] == {"utterances": 30, "seconds": 3.0, "speakers": 3}
    assert info["set_aside"] == {}
    assert info["licence"] == "CC BY-SA 4.0"


def test_one_file_in_many_that_is_corrupt_is_named_and_the_rest_prepared(fsdd: Path) -> None:
    victim = fsdd / "free-spoken-digit-dataset-master" / "recordings" / "3_ann_7.wav"
    victim.write_bytes(victim.read_bytes()[:100])
    for prepared in (prepare_corpus(CONFIG, fsdd), prepare_corpus(CONFIG, fsdd)):  # the second reads the first back
        assert [(p.utterance_id, p.path, p.kind) for p in prepared.set_aside] == [
            ("3_ann_7", str(victim), "unreadable_audio")
        ]
        assert sum(split["utterances"] for split in prepared.info["splits"].values()) == 71
    lines = (prepared.directory / "set_aside.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [problem.to_dict() for problem in prepared.set_aside]
    assert prepared.info["set_aside"] == {"unreadable_audio": 1}


def test_validation_reports_the_same_and_writes_nothing(fsdd: Path) -> None:
    (fsdd / "free-spoken-digit-dataset-master" / "recordings" / "3_ann_7.wav").write_text("no sound")
    checked = list(validate_corpus(CONFIG, fsdd))
    assert not (fsdd / "manifests").exists()
    assert len([item for item in checked if not isinstance(item, Doubt)]) == 72
    problems = [item for item in checked if isinstance(item, Problem)]
    assert problems == list(prepare_corpus(CONFIG, fsdd).set_aside)
    assert [problem.utterance_id for problem in problems] == ["3_ann_7"]


def test_a_corpus_of_nothing_usable_is_an_error_that_names_a_file(fsdd: Path) -> None:
    for file in (fsdd / "free-spoken-digit-dataset-master" / "recordings").iterdir():
        file.write_bytes(b"")
    with pytest.raises(CorpusError, match=r"nothing of its train part can be used; the first fault is .*3_ann_0\.wav"):
        prepare_corpus(CONFIG, fsdd)


def test_a_corpus_that_is_not_there_says_what_was_looked_for_where(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=f"no folder waves_yesno in .*{tmp_path.name}; .*prep yesno --download"):
        prepare_corpus(CorpusConfig(name="yesno"), tmp_path)


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (CorpusConfig(name="fsddd"), "no corpus 'fsddd'; did you mean 'fsdd'"),
        (CorpusConfig(name="qqqq"), "no corpus 'qqqq'; see `speechrnn prep --list`"),
        (CorpusConfig(name="yesno", path="elsewhere"), "takes no path"),
        (CorpusConfig(name="folder"), "say where it is, with --path"),
        (CorpusConfig(name="folder", path="/nowhere/at/all"), "/nowhere/at/all does not exist"),
    ],
)
def test_a_wrong_request_is_a_usage_error(config: CorpusConfig, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=reason):
        prepare_corpus(config, tmp_path)


def test_leaving_out_where_it_cannot_be_done_is_an_error(yesno: Path) -> None:
    with pytest.raises(CorpusError, match="yesno: leave_out 'x' is not possible"):
        prepare_corpus(CorpusConfig(name="yesno", leave_out="x"), yesno)


def test_the_data_folder_is_the_option_then_the_environment_then_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEECHRNN_DATA", "elsewhere")
    assert data_directory(Path("given")) == Path("given")
    assert data_directory(None) == Path("elsewhere")
    monkeypatch.setenv("SPEECHRNN_DATA", "")
    assert data_directory(None) == Path("data")


def test_the_real_corpora_lose_nothing(real_data: Callable[[str], Path]) -> None:
    data = real_data("yesno")
    prepared = prepare_corpus(CorpusConfig(name="yesno"), data)
    total = sum(len(load(prepared, split)[1]) for split in prepared.splits)
    assert total == len(list((data / "waves_yesno").glob("*.wav"))) == 60
