"""`speechrnn lm tune`."""

from pathlib import Path

import pytest

from speechrnn.errors import UsageError
from speechrnn.lm import tune
from speechrnn.lm.tune import TuneOptions
from tests.cli.conftest import Door


def test_every_option_reaches_the_tuning(
    main: Door, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []

    def stop(*arguments: object) -> None:
        asked.append(arguments)
        raise UsageError("stopped")

    monkeypatch.setattr(tune, "tune", stop)
    more = ["--lexicon", "w", "--split", "train", "--beam", "7", "--metric", "cer", "-j", "2", "--data", tmp_path]
    assert main("lm", "tune", tiny, "--lm", "x", *more).code == 2
    wanted = TuneOptions(lm=Path("x"), lexicon=Path("w"), split="train", beam=7, metric="cer", jobs=2)
    assert asked[0][:3] == (tiny, wanted, tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gone", "--lm", "x"], "gone: no such model file or run folder"),
        (["gone"], "Missing option"),
        (["gone", "--lm", "x", "--metric", "ser"], "Invalid value"),
        (["gone", "--lm", "x", "--beam", "0"], "Invalid value"),
    ],
)
def test_wrong_usage_is_exit_2_and_no_traceback(door: Door, arguments: list[str], message: str) -> None:
    ended = door("lm", "tune", *arguments)
    assert (ended.code, ended.stdout) == (2, "")
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_language_model_that_is_not_there_is_one_line(main: Door, tiny: Path) -> None:
    ended = main("lm", "tune", tiny, "--lm", "gone.bin")
    assert ended.code == 2
    assert ended.errors == ["error: gone.bin: no such file; wanted a language model, `speechrnn lm build` makes one"]
