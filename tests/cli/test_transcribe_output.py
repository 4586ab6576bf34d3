"""What `speechrnn transcribe` writes, where to, and how."""

import json
from pathlib import Path

import pytest
import soundfile

from tests.cli.conftest import Door
from tests.tiny_bundle import noise


def _wav(path: Path, seconds: float = 0.5, seed: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, noise(seconds, seed=seed).samples, 8000)
    return path


def test_stdout_has_the_format_asked_for(main: Door, tiny: Path, tmp_path: Path) -> None:
    audio = _wav(tmp_path / "a.wav")
    for form in ("txt", "json", "srt", "vtt", "tsv", "ctm", "textgrid", "eaf"):
        shown = main("transcribe", audio, "-m", tiny, "-f", form)
        assert (shown.code, shown.stderr) == (0, "")
        written = main("transcribe", audio, "-m", tiny, "-f", form, "-o", tmp_path / "out")
        assert written.stdout == main("transcribe", audio, "-m", tiny).stdout
        (path,) = (tmp_path / "out").iterdir()
        assert path.name.lower() == f"a.{form}"
        assert path.read_text(encoding="utf-8") == shown.stdout != ""
        path.unlink()


@pytest.mark.parametrize("formats", [["-f", "srt", "-f", "json"], ["-f", "srt,json"], ["-f", "all"]])
def test_several_formats_are_several_files(main: Door, tiny: Path, tmp_path: Path, formats: list[str]) -> None:
    ended = main("transcribe", _wav(tmp_path / "a.wav"), "-m", tiny, "-o", tmp_path / "out", *formats)
    assert ended.code == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    every = {"a.TextGrid", "a.ctm", "a.eaf", "a.json", "a.srt", "a.tsv", "a.txt", "a.vtt"}
    assert names == (every if "all" in formats else {"a.srt", "a.json"})


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["-f", "srt,json"], "-f srt,json: several formats go to files; name their folder with -o"),
        (["-f", "srt", "--channel", "split"], "-f srt: the files of several recordings would run together"),
        (["--skip-existing"], "--skip-existing: no files are written without -o"),
        (["--max-line-width", "9"], "--max-line-width: lays out subtitles; add -f srt or -f vtt"),
        (
            ["--highlight-words", "--word_timestamps", "False", "-f", "srt"],
            "--highlight-words: needs the times of words",
        ),
        (
            ["-f", "srt", "--max-line-count", "2"],
            "--max-line-count: counts the lines that a width makes; add --max-line-width",
        ),
        (
            ["-f", "srt", "--max-line-width", "20", "--max-line-count", "2", "--max-words-per-line", "3"],
            "--max-words-per-line: says nothing beside --max-line-width with --max-line-count",
        ),
        (["--no-word-timestamps"], "--no-word-timestamps: takes words out of json; add -f json"),
        (["--language", "en"], "--language en: a model knows the language it was trained on"),
        (["-f", "docx"], "-f docx: unknown; wanted txt, json, srt"),
    ],
)
def test_options_that_do_not_fit_together_are_refused_on_one_line(
    main: Door, tiny: Path, tmp_path: Path, arguments: list[str], reason: str
) -> None:
    ended = main("transcribe", _wav(tmp_path / "a.wav"), "-m", tiny, *arguments)
    assert (ended.code, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"error: {reason}")


def test_subtitles_of_several_recordings_need_a_folder(main: Door, tiny: Path, tmp_path: Path) -> None:
    paths = [_wav(tmp_path / "a.wav"), _wav(tmp_path / "b.wav")]
    assert main("transcribe", *paths, "-m", tiny, "-f", "vtt").code == 2
    assert main("transcribe", *paths, "-m", tiny, "-f", "vtt", "-o", tmp_path / "out").code == 0


def test_every_option_of_subtitles_changes_them(main: Door, tiny: Path, tmp_path: Path) -> None:
    command = ["transcribe", _wav(tmp_path / "a.wav", seconds=3.0), "-m", tiny, "-f", "srt"]
    options = [
        [],
        ["--max-words-per-line", "2"],
        ["--max_line_width", "10"],
        ["--max_line_width", "10", "--max_line_count", "1"],
        ["--max-words-per-line", "2", "--max_line_width", "3"],
        ["--highlight_words", "True"],
    ]
    shown = [main(*command, *more).stdout for more in options]
    assert len(set(shown)) == len(options)
    assert all(shown)


def test_json_is_without_words_when_they_are_not_wanted(main: Door, tiny: Path, tmp_path: Path) -> None:
    command = ["transcribe", _wav(tmp_path / "a.wav"), "-m", tiny, "-f", "json"]
    whole, less = (json.loads(main(*command, *more).stdout) for more in ([], ["--word_timestamps", "False"]))
    assert "words" in whole["segments"][0]
    assert "words" not in less["segments"][0]


def test_what_is_there_already_is_left_out(main: Door, tiny: Path, tmp_path: Path) -> None:
    paths = [_wav(tmp_path / "a.wav"), _wav(tmp_path / "b.wav", seed=2)]
    command = ["transcribe", *paths, "-m", tiny, "-o", tmp_path / "out", "--skip-existing"]
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.txt").write_text("by hand\n")
    first = main(*command)
    assert first.stderr == "note: 1 of 2 recordings have their files already\n"
    assert (tmp_path / "out" / "a.txt").read_text() == "by hand\n"
    text = (tmp_path / "out" / "b.txt").read_text().strip()
    assert text
    assert first.stdout == f"{paths[1]}\t{text}\n"  # two were named, however many are left
    again = main(*command)
    assert (again.code, again.stdout) == (0, "")
