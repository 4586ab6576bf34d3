import shutil
import tarfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from lhotse import CutSet, FeatureSet, RecordingSet, SupervisionSet

from speechrnn.audio import read_audio
from speechrnn.corpora.an4 import CORPUS, list_utterances
from speechrnn.corpora.examine import validate_corpus
from speechrnn.corpora.obtain import obtain_corpus
from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

CONFIG = CorpusConfig(name="an4")


def write_mfc(path: Path, num_frames: int = 5, byte_order: str = ">", value: float = 1.5) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    values = np.full(num_frames * 13, value, dtype=f"{byte_order}f4")
    path.write_bytes(np.array([len(values)], f"{byte_order}i4").tobytes() + values.tobytes())


def write_part(root: Path, part: str, folder: str, transcripts: dict[str, str]) -> None:
    """Lists with the transcription lines in reverse order, and one feature file per utterance."""
    (root / "etc").mkdir(parents=True, exist_ok=True)
    fileids = [f"{folder}/{name.split('-')[1]}/{name}" for name in transcripts]
    (root / "etc" / f"an4_{part}.fileids").write_text("\n".join(fileids) + "\n")
    lines = [f"{text} ({name})" for name, text in reversed(transcripts.items())]
    (root / "etc" / f"an4_{part}.transcription").write_text("\n".join(lines) + "\n")
    for fileid in fileids:
        write_mfc(root / "feat" / f"{fileid}.mfc")


def add_sound(an4: Path, parts: tuple[str, ...] = ("train",)) -> Path:
    """Lay the same utterances out as CMU's archive of NIST SPHERE files does, beside the cepstra."""
    sphere = an4.with_name("an4")
    shutil.copytree(an4 / "etc", sphere / "etc")
    for part in parts:
        for fileid in (sphere / "etc" / f"an4_{part}.fileids").read_text().split():
            write_sphere(sphere / "wav" / f"{fileid}.sph")
    return sphere


def spoken(path: Path) -> npt.NDArray[np.int16]:
    return np.random.default_rng(zlib.crc32(path.name.encode())).integers(-3000, 3000, 4000, np.int16)


def write_sphere(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, spoken(path), 16000, format="NIST", subtype="PCM_16", endian="BIG")
    assert path.read_bytes().startswith(b"NIST_1A")


@pytest.fixture
def an4(tmp_path: Path) -> Path:
    """Ten speakers, two utterances each."""
    speakers = [f"spk{number}" for number in range(10)]
    transcripts = {f"an{take}-{speaker}-b": f"WORD {take}" for speaker in speakers for take in (1, 2)}
    write_part(tmp_path / "an4_mfc", "train", "an4_clstk", transcripts)
    return tmp_path / "an4_mfc"


def test_text_is_joined_by_id_not_by_line(an4: Path) -> None:
    listing = list_utterances(an4, CONFIG)
    assert {u.utterance_id: u.text for u in listing.utterances}["an2-spk3-b"] == "WORD 2"


@pytest.mark.parametrize(
    "line", ["<s> ENTER SIX </s> (an1-spk0-b)", "ENTER SIX (an1-spk0-b)", "  ENTER SIX  </s>(an1-spk0-b) "]
)
def test_sentence_marks_are_no_part_of_the_text(an4: Path, line: str) -> None:
    transcription = an4 / "etc" / "an4_train.transcription"
    transcription.write_text(transcription.read_text().replace("WORD 1 (an1-spk0-b)", line))
    assert (
        next(u.text for u in list_utterances(an4, CONFIG).utterances if u.utterance_id == "an1-spk0-b") == "ENTER SIX"
    )


def test_dev_is_whole_speakers(an4: Path) -> None:
    listing = list_utterances(an4, CorpusConfig(name="an4", dev_fraction=0.3))
    train, dev = ({u.speaker for u in listing.utterances if u.split == split} for split in ("train", "dev"))
    assert (len(train), len(dev), train & dev) == (7, 3, set())


def test_another_seed_draws_other_speakers(an4: Path) -> None:
    drawn = {
        next(
            str(u.speaker)
            for u in list_utterances(an4, CorpusConfig(name="an4", split_seed=seed)).utterances
            if u.split == "dev"
        )
        for seed in range(8)
    }
    assert len(drawn) > 1


def test_there_is_a_test_part_only_where_both_its_lists_and_its_features_are(an4: Path) -> None:
    assert not [u for u in list_utterances(an4, CONFIG).utterances if u.split == "test"]
    write_part(an4, "test", "an4test_clstk", {"an406-fcaw-b": "RUBOUT", "an407-fcaw-b": "ERASE"})
    found = [u for u in list_utterances(an4, CONFIG).utterances if u.split == "test"]
    assert [(u.utterance_id, u.text, u.speaker) for u in found] == [
        ("an406-fcaw-b", "RUBOUT", "fcaw"),
        ("an407-fcaw-b", "ERASE", "fcaw"),
    ]


def test_an_utterance_without_transcription_is_set_aside(an4: Path) -> None:
    transcription = an4 / "etc" / "an4_train.transcription"
    transcription.write_text(transcription.read_text().replace("WORD 1 (an1-spk0-b)\n", ""))
    listing = list_utterances(an4, CONFIG)
    assert [(p.utterance_id, p.kind) for p in listing.problems] == [("an1-spk0-b", "missing_text")]


def test_a_line_that_is_no_transcription_is_an_error_with_its_number(an4: Path) -> None:
    (an4 / "etc" / "an4_train.transcription").write_text("YES (an1-spk0-b)\nno id here\n")
    with pytest.raises(CorpusError, match=r"an4_train\.transcription:2: 'no id here' is no transcription"):
        list_utterances(an4, CONFIG)


def test_missing_lists_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"an4_train\.fileids cannot be read"):
        list_utterances(tmp_path, CONFIG)


def test_prepared_features_are_read_back_by_lhotse_as_they_were_stored(an4: Path) -> None:
    write_mfc(an4 / "feat" / "an4_clstk" / "spk0" / "an1-spk0-b.mfc", num_frames=7, byte_order="<", value=-2.5)
    prepared = prepare_corpus(CONFIG, an4.parent)
    cuts = CutSet.from_manifests(
        features=FeatureSet.from_file(prepared.directory / "an4_features_train.jsonl.gz"),
        supervisions=SupervisionSet.from_file(prepared.directory / "an4_supervisions_train.jsonl.gz"),
    )
    by_id = {cut.supervisions[0].id: cut for cut in cuts}
    if "an1-spk0-b" not in by_id:  # its speaker was drawn for dev
        pytest.fail(f"choose another speaker for this test; train holds {sorted(by_id)}")
    np.testing.assert_array_equal(by_id["an1-spk0-b"].load_features(), np.full((7, 13), -2.5, np.float32))
    np.testing.assert_array_equal(by_id["an2-spk0-b"].load_features(), np.full((5, 13), 1.5, np.float32))


def test_a_truncated_feature_file_is_set_aside(an4: Path) -> None:
    path = an4 / "feat" / "an4_clstk" / "spk0" / "an1-spk0-b.mfc"
    path.write_bytes(path.read_bytes()[:-40])
    prepared = prepare_corpus(CONFIG, an4.parent)
    assert [(p.utterance_id, p.kind, p.path) for p in prepared.set_aside] == [
        ("an1-spk0-b", "unreadable_audio", str(path))
    ]
    assert sum(summary["utterances"] for summary in prepared.info["splits"].values()) == 19


def test_sound_and_cepstra_are_split_alike(an4: Path) -> None:
    write_part(an4, "test", "an4test_clstk", {"an406-fcaw-b": "RUBOUT"})
    sphere = add_sound(an4, ("train", "test"))
    for seed in range(3):
        config = CorpusConfig(name="an4", split_seed=seed)
        of_sound, of_cepstra = (
            [
                replace(item, path=Path())
                for item in list_utterances(source, config).utterances
                if isinstance(item, Utterance)
            ]
            for source in (sphere, an4)
        )
        assert of_sound == of_cepstra
        assert {item.split for item in of_sound} == {"train", "dev", "test"}
        assert len(of_sound) == 21


def test_sound_is_preferred_where_both_archives_are(an4: Path) -> None:
    assert sorted(path.name for path in prepare_corpus(CONFIG, an4.parent).directory.glob("an4_f*")) == [
        "an4_features_dev.jsonl.gz",
        "an4_features_train.jsonl.gz",
    ]
    sphere = add_sound(an4)
    prepared = prepare_corpus(CONFIG, an4.parent, shar=True)
    assert not list(prepared.directory.glob("an4_features_*"))
    recordings = list(RecordingSet.from_file(prepared.directory / "an4_recordings_train.jsonl.gz"))
    assert len(recordings) == 18
    for recording in recordings:
        path = Path(recording.sources[0].source)
        assert path.is_relative_to(sphere.resolve())
        assert (recording.sampling_rate, recording.num_samples) == (16000, 4000)
        np.testing.assert_array_equal(read_audio(path).samples, spoken(path) / np.float32(32768))
    assert prepared.info["shar"] == {"train": 1, "dev": 1}


def test_a_damaged_sphere_file_is_named(an4: Path) -> None:
    path = add_sound(an4) / "wav" / "an4_clstk" / "spk0" / "an1-spk0-b.sph"
    path.write_bytes(path.read_bytes()[:900])  # within the header
    found = [item for item in validate_corpus(CONFIG, an4.parent) if isinstance(item, Problem)]
    assert [(item.utterance_id, item.kind, item.path) for item in found] == [
        ("an1-spk0-b", "unreadable_audio", str(path))
    ]


@pytest.mark.parametrize(("file", "folder"), [("an4_sphere.tar.gz", "an4"), ("an4_mfc.tar.gz", "an4_mfc")])
def test_either_archive_of_a_mirror_is_unpacked(an4: Path, tmp_path: Path, file: str, folder: str) -> None:
    add_sound(an4)
    (tmp_path / "mirror").mkdir()
    with tarfile.open(tmp_path / "mirror" / file, "w:gz") as tar:
        tar.add(tmp_path / folder, folder)
    data = tmp_path / "data"
    assert obtain_corpus(CORPUS, data, str(tmp_path / "mirror")) == data / folder
    assert sum(split["utterances"] for split in prepare_corpus(CONFIG, data).info["splits"].values()) == 20


def test_the_real_corpus_has_948_train_utterances_of_74_speakers(real_data: Callable[[str], Path]) -> None:
    prepared = prepare_corpus(CONFIG, real_data("an4"))
    assert list(prepared.set_aside) == []
    splits = prepared.info["splits"]
    assert sum(splits[split]["utterances"] for split in ("train", "dev")) == 948
    assert (splits["train"]["speakers"], splits["dev"]["speakers"]) == (67, 7)
