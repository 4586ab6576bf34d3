"""What `speechrnn prep validate` tells a user of a folder in which everything is wrong at once."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

Door = Callable[..., object]


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    """A table with a byte order mark and CRLF, a name that is not there, a leak, a NUL, and a silent recording."""
    for number in range(8):
        sound = np.random.default_rng(number).uniform(-0.1, 0.1, 8000) * (number != 6)
        soundfile.write(tmp_path / f"r{number}.wav", sound, 8000)
    (tmp_path / "r7.wav").write_bytes((tmp_path / "r0.wav").read_bytes())
    splits = ["train", "train", "train", "dev", "test", "test", "dev", "test"]
    texts = {2: "eins\0zwei", 3: "e\u0301ins"}
    rows = [f"r{n}.wav,{texts.get(n, 'eins zwei')},{split},s{n}" for n, split in enumerate(splits)]
    rows.append("gone.wav,eins,train,s9")
    table = tmp_path / "mine.csv"
    table.write_bytes(("audio,text,split,speaker\r\n" + "\r\n".join(rows)).encode("utf-8-sig"))
    return table


def test_every_finding_is_told_at_once_with_file_line_and_level(main: Door, messy: Path, tmp_path: Path) -> None:
    ended = main("prep", "validate", "folder", "--path", messy, "--data", tmp_path)
    assert (ended.code, ended.stdout) == (1, "6 utterances usable, 3 not\n")
    lines = ended.stderr.splitlines()
    assert lines[:-2] == [
        f"warning: {messy}:1: begins with a byte order mark; it is skipped [byte_order_mark]",
        f"warning: {messy}:1: lines end in CR LF, as on Windows; read as LF [crlf]",
        f"warning: {messy}:4: holds NUL bytes; the file is damaged, or not text [nul_bytes]",
        f"error: {tmp_path / 'r2.wav'}: its transcript 'eins\\x00zwei' holds a control character ('\\x00') "
        f"[control_characters] ({messy}:4)",
        f"error: {tmp_path / 'r3.wav'}: its transcript 'e\u0301ins' is not in Unicode form NFC; --fix converts it "
        f"[not_nfc] ({messy}:5)",
        f"warning: {tmp_path / 'r6.wav'}: almost silent, digital silence [near_silence] ({messy}:8)",
        f"error: {tmp_path / 'gone.wav'}: no such file [missing_audio] ({messy}:10)",
        f"error: {tmp_path / 'r7.wav'}: the same sound is in train, as {tmp_path / 'r0.wav'} [same_audio] ({messy}:9)",
    ]
    assert lines[-2] == "errors: 4 (1 control_characters, 1 not_nfc, 1 missing_audio, 1 same_audio)"
    assert lines[-1] == "warnings: 4 (1 byte_order_mark, 1 crlf, 1 nul_bytes, 1 near_silence)"
    assert not (tmp_path / "manifests").exists()


def test_json_gives_one_object_for_each_finding_and_one_for_the_counts(main: Door, messy: Path, tmp_path: Path) -> None:
    ended = main("prep", "validate", "folder", "--path", messy, "--data", tmp_path, "--json")
    assert (ended.code, ended.stderr) == (1, "")
    *findings, counts = map(json.loads, ended.stdout.splitlines())
    assert [finding["level"] for finding in findings].count("error") == 4
    assert findings[-1] == {
        "level": "error",
        "utterance_id": "r7",
        "path": str(tmp_path / "r7.wav"),
        "kind": "same_audio",
        "reason": f"the same sound is in train, as {tmp_path / 'r0.wav'}",
        "where": f"{messy}:9",
    }
    assert (counts["usable"], counts["not_usable"]) == (6, 3)
    assert counts["error"] == {"control_characters": 1, "not_nfc": 1, "missing_audio": 1, "same_audio": 1}
    assert set(counts["warning"]) == {"byte_order_mark", "crlf", "nul_bytes", "near_silence"}


def test_fix_repairs_and_allow_leak_lets_a_leak_be_a_warning(main: Door, messy: Path, tmp_path: Path) -> None:
    words = ("--path", messy, "--data", tmp_path, "--fix", "--allow-leak")
    ended = main("prep", "validate", "folder", *words)
    assert f"fixed: {tmp_path / 'r3.wav'}: 'e\u0301ins' is now '\u00e9ins' [not_nfc] ({messy}:5)" in ended.stderr
    assert "errors: 2 (1 control_characters, 1 missing_audio)" in ended.stderr
    assert "1 same_audio" in ended.stderr.splitlines()[-2]
    assert ended.stderr.splitlines()[-1] == "fixed: 1 (1 not_nfc)"
    ended = main("prep", "folder", *words)
    assert "repairs" in ended.stdout
    assert ended.code == 1
    fixes = next(tmp_path.rglob("fixes.jsonl")).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["after"] for line in fixes] == ["\u00e9ins"]


def test_preparing_with_a_leak_fails_in_one_line_that_says_what_to_do(main: Door, messy: Path, tmp_path: Path) -> None:
    ended = main("prep", "folder", "--path", messy, "--data", tmp_path)
    assert ended.code == 1
    assert len(ended.stderr.splitlines()) == 1
    assert "train and test share 1 same_audio" in ended.stderr
    assert "--allow-leak, in a recipe corpus.allow_leak=true" in ended.stderr


def test_warnings_alone_leave_with_exit_code_0(main: Door, tmp_path: Path) -> None:
    for number in range(3):
        sound = np.random.default_rng(number).uniform(-0.1, 0.1, 8000)
        soundfile.write(tmp_path / f"r{number}.wav", sound, 16000 if number == 1 else 8000)
    (tmp_path / "mine.csv").write_text("audio,text\n" + "".join(f"r{number}.wav,eins\n" for number in range(3)))
    ended = main("prep", "validate", "folder", "--path", tmp_path / "mine.csv", "--data", tmp_path)
    assert (ended.code, ended.stdout) == (0, "3 utterances usable, 0 not\n")
    assert ended.stderr.splitlines()[-1] == "warnings: 1 (1 mixed_sample_rates)"
