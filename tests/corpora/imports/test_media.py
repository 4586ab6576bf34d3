from collections.abc import Callable
from pathlib import Path

import pytest

from speechrnn.corpora.imports.annotated import AnnotatedFile, Media
from speechrnn.corpora.imports.media import MediaFinder

Touch = Callable[..., Path]


def find(path: Path, *media: Media, source: Path | None = None) -> Path | None:
    found = MediaFinder(source or path.parent).find(AnnotatedFile(path, (), media))
    return found and found[0]


@pytest.mark.parametrize(
    "url",
    ["file:///E:/field/talk%201.wav", "file:///stick/talk%201.wav", "D:\\field\\talk 1.wav", "talk 1.wav"],
)
def test_the_name_alone_counts_beside_the_file(tmp_path: Path, touch: Touch, url: str) -> None:
    wanted = touch(tmp_path / "talk 1.wav", tmp_path / "other.eaf", tmp_path / "other.wav")
    assert find(tmp_path / "other.eaf", Media(url)) == wanted


def test_a_stored_path_that_exists_gives_way_to_the_file_beside(tmp_path: Path, touch: Touch) -> None:
    elsewhere = touch(tmp_path / "elsewhere" / "talk.wav")
    beside = touch(tmp_path / "here" / "talk.wav")
    media = Media(elsewhere.as_uri(), "../elsewhere/talk.wav")
    assert find(tmp_path / "here" / "talk.eaf", media) == beside
    beside.unlink()
    assert find(tmp_path / "here" / "talk.eaf", media).resolve() == elsewhere


def test_a_stored_path_is_the_last_resort(tmp_path: Path, touch: Touch) -> None:
    elsewhere = touch(tmp_path / "else where" / "talk.wav")
    (tmp_path / "here").mkdir()
    assert find(tmp_path / "here" / "talk.eaf", Media(elsewhere.as_uri())) == elsewhere


def test_sound_is_taken_where_a_film_is_named_too(tmp_path: Path, touch: Touch) -> None:
    touch(tmp_path / "talk.mp4", tmp_path / "talk.txt")
    wanted = touch(tmp_path / "talk.WAV")
    assert find(tmp_path / "talk-final.eaf", Media("file:///x/talk.mp4")) == wanted


def test_the_origin_is_that_of_the_recording_that_was_found(tmp_path: Path, touch: Touch) -> None:
    wanted = touch(tmp_path / "sound.wav")
    media = (Media("film.mp4", None, 9.0), Media("sound.wav", None, 1.5))
    assert MediaFinder(tmp_path).find(AnnotatedFile(tmp_path / "a.eaf", (), media)) == (wanted, 1.5)


def test_a_textgrid_is_matched_by_its_stem_also_in_another_folder_of_the_source(tmp_path: Path, touch: Touch) -> None:
    touch(tmp_path / "grids" / "talk.TextGrid")
    wanted = touch(tmp_path / "audio" / "talk.flac")
    assert find(tmp_path / "grids" / "talk.TextGrid", source=tmp_path) == wanted
    touch(tmp_path / "backup" / "talk.flac")  # now two could be meant
    assert find(tmp_path / "grids" / "talk.TextGrid", source=tmp_path) is None
