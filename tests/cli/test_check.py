"""`speechrnn check`."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from speechrnn.bundle.write import write_bundle
from speechrnn.cli import app
from tests.tiny_bundle import contents


def _check(model: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["speechrnn", "check", str(model)])
    with pytest.raises(SystemExit, match=r"^[012]$") as ended:  # a number, never a message
        app.main()
    return int(ended.value.code or 0)


def test_a_whole_model_passes_with_one_line_per_self_test(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check(tiny, monkeypatch) == 0
    captured = capsys.readouterr()
    assert [line.split(": ")[0] for line in captured.out.splitlines()] == ["ok  noise-1", "ok  noise-2", "ok  noise-3"]
    assert captured.err == ""


def test_a_run_folder_is_as_good_as_its_model(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _check(tiny.parent, monkeypatch) == 0


def test_a_model_that_gives_something_else_fails_with_what_was_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = contents()
    wrong = replace(given.self_tests[1], expected_text="another text")
    write_bundle(tmp_path / "m.srnn", replace(given, self_tests=(given.self_tests[0], wrong, given.self_tests[2])))
    assert _check(tmp_path / "m.srnn", monkeypatch) == 1
    captured = capsys.readouterr()
    assert [line.split(" ")[0] for line in captured.out.splitlines()] == ["ok", "FAILED", "ok"]
    assert "expected 'another text'" in captured.out
    assert captured.err == f"error: {tmp_path / 'm.srnn'}: 1 of 3 self-tests differ; do not trust this model here\n"


def test_a_truncated_model_is_one_line_and_exit_1(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cut.srnn").write_bytes(tiny.read_bytes()[: tiny.stat().st_size // 2])
    assert _check(tmp_path / "cut.srnn", monkeypatch) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith(f"error: {tmp_path / 'cut.srnn'}: no speechrnn model, or cut short")


def test_a_missing_model_is_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check(tmp_path / "gone", monkeypatch) == 2
    assert "no such model file or run folder" in capsys.readouterr().err
