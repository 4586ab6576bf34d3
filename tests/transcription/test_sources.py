"""From what a user names to recordings."""

import io
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from speechrnn.errors import UsageError
from speechrnn.transcription import sources
from speechrnn.transcription.sources import Source, expand, read_list

FILES = ["b.wav", "a.FLAC", "deep/c.m4a", "deep/er/a.mp3", "notes.txt", ".hidden.wav", ".git/d.wav", "[1].wav"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a folder `talks` of files."""
    for name in FILES:
        (tmp_path / "talks" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "talks" / name).write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _names(found: list[Source]) -> list[str]:
    return [Path(one.name).as_posix() for one in found]


def test_a_folder_gives_its_sound_files_sorted_without_hidden_ones(folder: Path) -> None:
    said: list[str] = []
    found = expand(["talks"], recursive=True, said=said.append)
    expected = ["talks/[1].wav", "talks/a.FLAC", "talks/b.wav", "talks/deep/c.m4a", "talks/deep/er/a.mp3"]
    assert _names(found) == expected
    assert [Path(one.stem).as_posix() for one in found] == ["[1]", "a", "b", "deep/c", "deep/er/a"]
    assert said == ["talks: 5 sound files"]


def test_several_folders_keep_their_names_so_that_files_of_one_name_go_together(folder: Path) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "b.wav").write_bytes(b"")
    expected = ["more/b", "talks/deep/c", "talks/deep/er/a"]
    for arguments in (["more", "talks/deep"], ["mor*", "talks/d*"]):
        found = expand(arguments, recursive=True)
        assert [Path(one.stem).as_posix() for one in found] == expected
    alone = expand(["talks/d*", "more/b.wav"], recursive=True)
    assert [Path(one.stem).as_posix() for one in alone] == ["c", "er/a", "b"]


def test_a_folder_without_the_option_or_without_sound_is_refused(folder: Path) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(UsageError, match="^talks: is a folder, a sound file was wanted; add -r"):
        expand(["talks"])
    with pytest.raises(UsageError, match="^empty: no sound files in this folder"):
        expand(["empty"], recursive=True)


def test_patterns_that_no_shell_expanded_are_expanded(folder: Path) -> None:
    assert _names(expand(["talks/*.wav"])) == ["talks/[1].wav", "talks/b.wav"]
    assert _names(expand(["talks/**/*.m*"])) == ["talks/deep/c.m4a", "talks/deep/er/a.mp3"]
    assert _names(expand(["talks/d*"], recursive=True)) == ["talks/deep/c.m4a", "talks/deep/er/a.mp3"]
    with pytest.raises(UsageError, match=r"talks/\*\.opus: no file fits this pattern"):
        expand(["talks/*.opus"])


def test_a_name_with_brackets_is_a_file_before_it_is_a_pattern(folder: Path) -> None:
    (folder / "talks" / "1.wav").write_bytes(b"")
    assert _names(expand(["talks/[1].wav"])) == ["talks/[1].wav"]


def test_a_file_that_is_named_is_taken_whatever_its_suffix(folder: Path) -> None:
    assert expand(["talks/notes.txt", "-"]) == [Source("talks/notes.txt", "notes"), Source("-", "stdin")]


def test_everything_that_leads_nowhere_is_named_at_once(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"^x\.wav: no such file\ntalks: is a folder.*\n-: .*named 2 times$"):
        expand(["x.wav", "talks", "-", "-"])


def test_a_list_names_files_and_no_patterns(folder: Path) -> None:
    (folder / "list").write_bytes(b"\xef\xbb\xbftalks/[1].wav\r\n\ntalks/b.wav\n")
    assert _names(expand([], read_list("list"))) == ["talks/[1].wav", "talks/b.wav"]
    with pytest.raises(UsageError, match=r"^talks/\*\.wav: no such file$"):
        expand([], ["talks/*.wav"])


def test_a_list_that_cannot_be_read_or_is_empty_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "list").write_text("\n \n")
    with pytest.raises(UsageError, match="^list: names no file"):
        read_list("list")
    with pytest.raises(UsageError, match=r"^gone: cannot be read \(No such file"):
        read_list("gone")
    monkeypatch.setattr(sources.sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"a.wav\n")))
    assert read_list("-") == ["a.wav"]
    monkeypatch.setattr(sources.sys, "stdin", None)
    with pytest.raises(UsageError, match="^-: cannot be read .standard input is closed"):
        read_list("-")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("argument", [".", "*.wav"])
def test_a_pipe_in_a_folder_is_a_named_fault_and_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argument: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.wav").touch()
    os.mkfifo("b.wav")
    faults = {Path(one.name).name: one.fault for one in expand([argument], recursive=True)}
    assert faults.keys() == {"a.wav", "b.wav"}
    assert faults["a.wav"] == ""
    assert faults["b.wav"].endswith("b.wav: is a pipe, socket or device, a sound file was wanted")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_that_is_named_itself_is_meant(tmp_path: Path) -> None:
    pipe = tmp_path / "b.wav"
    os.mkfifo(pipe)
    assert expand([str(pipe)]) == [Source(str(pipe), "b")]


def test_a_folder_that_cannot_be_looked_through_is_a_named_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.wav").touch()
    locked = tmp_path / "locked"
    locked.mkdir()
    scan = os.scandir

    def refuse(path: str) -> object:  # the rights of a folder mean nothing to root
        if os.fspath(path) == str(locked):
            raise PermissionError(13, "Permission denied", str(locked))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    said: list[str] = []
    found = expand([str(tmp_path)], recursive=True, said=said.append)
    assert [one.fault for one in found] == [
        "",
        f"{locked}: this folder cannot be looked through (Permission denied)",
    ]
    assert said == [f"{tmp_path}: 1 sound files"]
