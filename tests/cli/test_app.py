"""The one place that turns errors into exits."""

import re
from pathlib import Path

import pytest

from speechrnn import __version__
from speechrnn.cli import app
from speechrnn.errors import InterruptedRunError, RecipeError, SpeechRnnError, UsageError
from tests.cli.conftest import Door


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        (SpeechRnnError("a: broken"), 1, ["error: a: broken"]),
        (UsageError("a: gone"), 2, ["error: a: gone"]),
        (RecipeError("r", ["x: one", "y: two"]), 2, ["error: r: x: one", "error: r: y: two"]),
        (InterruptedRunError("r: stopped"), 130, ["error: r: stopped"]),
        (KeyboardInterrupt(), 130, ["error: stopped"]),
        (OSError(28, "No space left on device"), 1, ["error: No space left on device"]),
        (PermissionError(13, "Permission denied", "a/b"), 1, ["error: a/b: Permission denied"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_error_a_user_can_mend_is_one_line_and_its_own_code(
    main: Door, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, lines: list[str]
) -> None:
    def failing(command: object) -> object:
        raise error

    monkeypatch.setattr(app, "get_command", failing)
    ended = main("train")
    assert (ended.code, ended.stdout) == (code, "")
    assert ended.stderr.splitlines() == lines


def test_faults_of_our_own_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(command: object) -> object:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(app, "get_command", failing)
    with pytest.raises(ZeroDivisionError, match="ours"):
        app.main()


def test_version_is_that_of_the_package(door: Door) -> None:
    ended = door("--version")
    assert (ended.code, ended.stdout, ended.stderr) == (0, f"speechrnn {__version__}\n", "")


@pytest.mark.parametrize("command", ["prep", "train", "decode", "transcribe", "check", "recipe"])
def test_every_command_has_help_with_what_it_takes(main: Door, command: str) -> None:
    ended = main(command, "--help")
    assert (ended.code, ended.stderr) == (0, "")
    assert re.search(rf"Usage: .*{command} .*\[OPTIONS\]", ended.stdout)


def test_errors_name_files_as_they_were_given(main: Door, tmp_path: Path) -> None:
    path = tmp_path / "[bold]gone[/].yaml"
    assert main("train", path).errors == [
        f"error: {path}: no such recipe file; those that come with speechrnn lie in the folder recipes/ of a checkout"
    ]
