import re
import tarfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from speechrnn.audio import probe_audio, read_audio
from speechrnn.audio.archived import Member, archived, file_of, member_of
from speechrnn.errors import AudioError


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Three sounds of different lengths in a tar archive."""
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        for number in range(3):
            path = tmp_path / f"{number}.flac"
            soundfile.write(path, np.linspace(-0.5, 0.5, 800 * (number + 1)), 8000)
            tar.add(path, f"sub/{number}.flac")
    return tmp_path / "a.tar"


def paths(archive: Path) -> list[Path]:
    with tarfile.open(archive) as tar:
        return [archived(Member(archive, info.offset_data, info.size), info.name) for info in tar]


def test_a_sound_in_an_archive_is_read_as_the_file_that_went_in(archive: Path, tmp_path: Path) -> None:
    assert len(paths(archive)) == 3
    for number, path in enumerate(paths(archive)):
        file = tmp_path / f"{number}.flac"
        assert read_audio(path).samples.tolist() == read_audio(file).samples.tolist()
        part = read_audio(str(path), start_seconds=0.025, duration_seconds=0.05)
        assert part.samples.tolist() == soundfile.read(file, start=200, frames=400, dtype="float32")[0].tolist()
        assert probe_audio(path) == probe_audio(file)


def test_a_path_tells_its_archive_and_its_place_also_once_it_is_resolved(archive: Path) -> None:
    for path in paths(archive):
        assert file_of(path) == archive
        assert path.resolve() == path
        assert member_of(path) is not None
    assert file_of(archive) == archive
    for name in ("a.tar/x/b.wav", "a.zip/1+2/b.wav", "1+2/b.wav", "a.tar/1+/b.wav"):
        assert member_of(Path(name)) is None


def test_a_fault_names_the_sound_and_not_only_its_archive(archive: Path) -> None:
    path = paths(archive)[1]
    archive.write_bytes(archive.read_bytes()[:600])
    with pytest.raises(AudioError, match=f"^{re.escape(str(path))}: its archive ends after 0 of [0-9]+ bytes"):
        read_audio(path)
    archive.unlink()
    with pytest.raises(AudioError, match=f"^{re.escape(str(path))}: no such file$"):
        read_audio(path)
