import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from lhotse import CutSet
from lhotse.shar import SharWriter as TheirWriter

from speechrnn.audio import read_audio
from speechrnn.corpora.imports.shar import is_shar, list_shar
from speechrnn.corpora.prepare import PreparedCorpus, prepare_corpus
from speechrnn.corpora.shar import packing, shar_name
from speechrnn.corpora.utterance import Utterance
from speechrnn.corpora.validate import Checked
from speechrnn.data.cuts import load_split
from speechrnn.errors import AudioError, CorpusError, UsageError
from speechrnn.features.torchaudio_compat import load_torchaudio
from speechrnn.recipe import CorpusConfig

WriteWav = Callable[..., Path]
load_torchaudio()  # lhotse asks it for what lies in memory
FSDD = CorpusConfig(name="fsdd")


@pytest.fixture
def table(tmp_path: Path, write_wav: WriteWav) -> Path:
    """Ten parts of a stereo file of 24 bits, some with a strange id, and a whole file; two of three speakers train."""
    rng = np.random.default_rng(0)
    soundfile.write(tmp_path / "long.wav", rng.uniform(-0.9, 0.9, (80000, 2)), 8000, subtype="PCM_24")
    write_wav(tmp_path / "whole.wav", seconds=0.5)
    rows = [
        {"id": f"../part {n}", "audio": "long.wav", "text": f"teil «{n}»", "start": n, "end": n + 0.75}
        for n in range(10)
    ]
    rows.append({"id": "a/b.c", "audio": "whole.wav", "text": "all of it"})
    lines = [
        json.dumps(row | {"speaker": f"s{n % 3}", "split": "dev" if n % 3 == 2 else "train"})
        for n, row in enumerate(rows)
    ]
    (tmp_path / "table.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path / "table.jsonl"


def folder(path: Path, **settings: str) -> CorpusConfig:
    return CorpusConfig(name="folder", path=str(path), **settings)


def sounds(prepared: PreparedCorpus, split: str) -> dict[str, tuple[str, str, list[float]]]:
    """Read text, speaker and samples of every utterance as training does."""
    from speechrnn.data.cuts import utterance_path, utterance_text

    found = {}
    for cut in load_split(prepared.directory, split):
        audio = read_audio(utterance_path(cut), start_seconds=cut.start, duration_seconds=cut.duration)
        found[cut.id] = (utterance_text(cut), cut.supervisions[0].speaker, audio.samples.tolist())
    return found


def test_lhotse_reads_every_split_of_the_archives_with_the_samples_of_the_files(fsdd: Path) -> None:
    prepared = prepare_corpus(FSDD, fsdd, shar=True)
    recordings = fsdd / "free-spoken-digit-dataset-master" / "recordings"
    num_cuts = 0
    for split in prepared.splits:
        cuts = list(CutSet.from_shar(in_dir=prepared.directory / "shar" / split))
        assert [cut.id for cut in cuts] == list(sounds(prepared, split))
        for cut in cuts[:5]:
            samples, _ = soundfile.read(recordings / f"{cut.id}.wav", dtype="float32")
            np.testing.assert_array_equal(cut.load_audio()[0], samples)
            assert (cut.supervisions[0].text, cut.supervisions[0].start) == (
                "seven" if cut.id[0] == "7" else "three",
                0,
            )
        num_cuts += len(cuts)
    assert num_cuts == 72
    assert prepared.info["shar"] == {"train": 1, "dev": 1, "test": 1}


def test_training_on_the_archives_hears_what_it_hears_on_the_files(table: Path, tmp_path: Path) -> None:
    direct = prepare_corpus(folder(table), tmp_path, shar=True)
    packed = prepare_corpus(folder(direct.directory / "shar", format="shar"), tmp_path)
    assert list(packed.set_aside) == []
    assert packed.directory != direct.directory
    for split in ("train", "dev"):
        expected, got = sounds(direct, split), sounds(packed, split)
        assert len(expected) >= 3
        assert list(got) == list(expected)
        for name, (text, speaker, samples) in expected.items():
            assert got[name][:2] == (text, speaker)
            np.testing.assert_allclose(got[name][2], samples, atol=2**-24)  # the mean of two channels has 25 bits


def test_archives_that_lhotse_wrote_come_in(table: Path, tmp_path: Path) -> None:
    direct = prepare_corpus(folder(table), tmp_path / "data")
    cuts = load_split(direct.directory, "dev")
    (tmp_path / "theirs").mkdir()
    with TheirWriter(tmp_path / "theirs", fields={"recording": "wav"}, shard_size=2) as writer:
        for number, cut in enumerate(cuts):
            cut.id = f"cut-{number}"
            writer.write(cut)
    assert is_shar(tmp_path / "theirs")
    items = list(list_shar(tmp_path / "theirs", FSDD))
    assert [item.utterance_id for item in items] == list(sounds(direct, "dev"))
    assert len(list((tmp_path / "theirs").glob("*.tar"))) == 2
    samples, _ = soundfile.read(tmp_path / "long.wav")
    for number, item in zip((2, 5, 8), items, strict=True):
        assert isinstance(item, Utterance)
        assert (item.text, item.speaker) == (f"teil «{number}»", "s2")
        first_channel = samples[number * 8000 : number * 8000 + 6000, 0]  # lhotse's cut is of that one alone
        np.testing.assert_allclose(read_audio(item.path).samples, first_channel, atol=2**-15)


def test_a_full_shard_is_followed_by_the_next_and_all_are_listed(fsdd: Path, tmp_path: Path) -> None:
    from speechrnn.corpora.examine import validate_corpus

    with packing(tmp_path, "en", shard_size=20) as writer:
        for item in validate_corpus(FSDD, fsdd):
            if isinstance(item, Checked):
                writer.write(item)
    names = {path.relative_to(tmp_path / "shar").as_posix() for path in (tmp_path / "shar").rglob("*.*")}
    shards = [("dev", 0), ("test", 0), ("test", 1), ("train", 0), ("train", 1)]
    expected = {f"{split}/cuts.{number:06}.jsonl.gz" for split, number in shards}
    expected |= {f"{split}/recording.{number:06}.tar" for split, number in shards}
    assert names == expected | {"shards.json"}
    listed = json.loads((tmp_path / "shar" / "shards.json").read_text())["files"]
    assert list(listed) == sorted(expected)
    content = (tmp_path / "shar" / "test" / "recording.000001.tar").read_bytes()
    assert listed["test/recording.000001.tar"] == {
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    assert len(list(list_shar(tmp_path / "shar", FSDD))) == 72


def test_the_same_corpus_gives_the_same_archives_and_an_error_leaves_none(fsdd: Path, tmp_path: Path) -> None:
    content = []
    for _ in range(2):
        shar = prepare_corpus(FSDD, fsdd, shar=True, force=True).directory / "shar"
        content.append({path.name: path.read_bytes() for path in shar.rglob("*.*")})
    assert len(content[0]) == 3
    assert content[0] == content[1]
    with pytest.raises(ZeroDivisionError, match="by zero"), packing(tmp_path / "new", None):
        _ = 1 / 0
    assert not (tmp_path / "new" / "shar").exists()


def test_archives_are_made_when_they_are_wanted_and_go_with_the_preparation(fsdd: Path) -> None:
    plain = prepare_corpus(FSDD, fsdd)
    assert not (plain.directory / "shar").exists()
    packed = prepare_corpus(FSDD, fsdd, shar=True)
    assert (packed.directory / "shar" / "shards.json").exists()
    again = prepare_corpus(FSDD, fsdd, shar=True, progress=lambda *_: pytest.fail("work was done"))
    assert again == packed == prepare_corpus(FSDD, fsdd)
    shutil.rmtree(packed.directory / "shar")
    prepare_corpus(FSDD, fsdd, shar=True)
    assert (packed.directory / "shar" / "shards.json").exists()
    prepare_corpus(FSDD, fsdd, force=True)
    assert not (plain.directory / "shar").exists()


def test_features_are_not_packed(tmp_path: Path) -> None:
    (tmp_path / "an4_mfc").mkdir()
    with pytest.raises(UsageError, match="corpus an4: holds ready-made features; --shar packs sound only"):
        prepare_corpus(CorpusConfig(name="an4"), tmp_path, shar=True)


@pytest.mark.parametrize("name", ["/a", "..", "a/../b", "./a", "a//b", "a/", "."])
def test_a_name_in_an_archive_is_a_plain_path(name: str) -> None:
    assert shar_name(name) != name
    assert not {"/", ".."} & set(Path(shar_name(name)).parts)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda part: (part / "recording.000000.tar").unlink(), r"recording\.000000\.tar: cannot be read as an unc"),
        (lambda part: (part / "recording.000000.tar").write_bytes(b"\x1f\x8bgz"), r"recording\.000000\.tar: cannot be"),
        (lambda part: (part / "cuts.000000.jsonl.gz").write_bytes(b"no gzip"), r"cuts\.000000\.jsonl\.gz: cannot be"),
    ],
)
def test_a_broken_shard_is_one_line_that_names_it(fsdd: Path, spoil: Callable[[Path], object], reason: str) -> None:
    shar = prepare_corpus(FSDD, fsdd, shar=True).directory / "shar"
    spoil(shar / "dev")
    with pytest.raises(CorpusError, match=reason):
        list(list_shar(shar, FSDD))


def test_an_archive_of_other_sounds_than_its_cuts_is_refused(fsdd: Path) -> None:
    shar = prepare_corpus(FSDD, fsdd, shar=True).directory / "shar"
    (shar / "dev" / "recording.000000.tar").write_bytes((shar / "test" / "recording.000000.tar").read_bytes())
    with pytest.raises(CorpusError, match=r"cuts\.000000\.jsonl\.gz:1: cut '3_ann_5', but recording.* has '3_ann_0'"):
        list(list_shar(shar, FSDD))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_an_archive_cut_short_is_one_line_that_names_it(fsdd: Path, share: float) -> None:
    shar = prepare_corpus(FSDD, fsdd, shar=True).directory / "shar"
    archive = shar / "train" / "recording.000000.tar"
    archive.write_bytes(archive.read_bytes()[: round(archive.stat().st_size * share)])
    with pytest.raises(CorpusError, match=r"train/(recording|cuts)\.000000.*; copy the shard again"):
        list(list_shar(shar, FSDD))


def test_an_archive_that_is_cut_after_it_was_listed_sets_its_sounds_aside(table: Path, tmp_path: Path) -> None:
    shar = prepare_corpus(folder(table), tmp_path, shar=True).directory / "shar"
    items = [item for item in list_shar(shar, FSDD) if isinstance(item, Utterance)]
    assert len(items) == 11
    archive = items[-1].path.parents[1]
    archive.write_bytes(archive.read_bytes()[:2000])
    with pytest.raises(AudioError, match=r"\.flac: its archive ends after 0 of \d+ bytes; copy it again"):
        read_audio(items[-1].path)
    archive.unlink()
    with pytest.raises(AudioError, match=r"\.flac: no such file"):
        read_audio(items[-1].path)
