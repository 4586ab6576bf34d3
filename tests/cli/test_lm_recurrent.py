"""`speechrnn lm train`, `sample`, and `perplexity` of what they are about."""

import json
import math
from pathlib import Path

import pytest

from speechrnn.decoding.recurrent_file import read_recurrent_lm, write_recurrent_lm
from tests.cli.conftest import Door
from tests.decoding.toy_recurrent import toy_lm

SMALL = ("--size", "8", "--epochs", "2", "--batch-lines", "4", "--device", "cpu")
TEXT = "Ab ab\nba ba ba\n\nabab\nb\na ab b\n" * 4


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(TEXT)
    return path


def test_a_text_becomes_a_model_that_perplexity_and_sample_take(main: Door, text: Path, tmp_path: Path) -> None:
    output = tmp_path / "lm.safetensors"
    trained = main("lm", "train", text, "-o", output, *SMALL, "--case", "lower")
    assert (trained.code, trained.errors) == (0, [])
    assert trained.stdout.startswith(f"{output}: 1 x 8 lstm, 0.00 M parameters, 3 characters; dev perplexity ")
    assert trained.stdout.endswith("(epoch 2 of 2)\n")
    assert [line.split("  ")[0] for line in trained.stderr.splitlines()] == ["epoch 1/2", "epoch 2/2"]
    measured = main("lm", "perplexity", output, text, "--case", "lower", "--json")
    model = read_recurrent_lm(output)
    lines = [line for line in TEXT.lower().splitlines() if line]
    predictions = sum(len(line) + 1 for line in lines)
    wanted = math.exp(-sum(model.score_texts(lines)) / predictions)
    assert json.loads(measured.stdout)["perplexity"] == pytest.approx(wanted)
    again = main("lm", "train", text, "-o", output, *SMALL, "--case", "lower")
    assert (again.stdout, again.stderr) == (trained.stdout, f"{output}: already trained; --restart trains again\n")
    assert "epoch 1/2" in main("lm", "train", text, "-o", output, *SMALL, "--case", "lower", "--restart").stderr


@pytest.mark.parametrize(
    ("option", "value", "setting"),
    [
        ("--unit", "word", "word"),
        ("--cell", "gru", "gru"),
        ("--size", "5", 5),
        ("--layers", "2", 2),
        ("--dropout", "0.5", 0.5),
        ("--epochs", "1", 1),
        ("--batch-lines", "3", 3),
        ("--learning-rate", "0.01", 0.01),
        ("--dev-share", "0.3", 0.3),
        ("--patience", "0", None),
        ("--min-count", "2", 2),
        ("--vocab-size", "2", 2),
        ("--seed", "7", 7),
    ],
)
def test_every_option_reaches_the_training(
    option: str, value: str, setting: object, main: Door, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def keep(lines: object, config: object, *_: object, **__: object) -> object:
        seen.append(config)
        return toy_lm_with_about()

    monkeypatch.setattr("speechrnn.lm.recurrent_train.train_recurrent", keep)
    assert main("lm", "train", text, "-o", tmp_path / "lm", option, value).code == 0
    assert getattr(seen[0], option.removeprefix("--").replace("-", "_")) == setting


def toy_lm_with_about() -> object:
    model = toy_lm()
    model.about.update(best_epoch=1, epochs=1, held_out_lines=0)  # type: ignore[attr-defined]
    return model


def test_samples_follow_prompt_length_temperature_and_seed(main: Door, tmp_path: Path) -> None:
    path = tmp_path / "lm"
    write_recurrent_lm(path, toy_lm())
    plain = main("lm", "sample", path, "--length", "50")
    assert plain.code == 0
    assert len(plain.stdout) in (50, 51)  # the last line may lack its end
    assert main("lm", "sample", path, "--length", "50").stdout == plain.stdout
    others = [("--length", "60"), ("--temperature", "3"), ("--seed", "2"), ("--prompt", "bb")]
    changed = [main("lm", "sample", path, "--length", "50", *other).stdout for other in others]
    assert len({plain.stdout, *changed}) == 5
    assert changed[3].startswith("bb")


def test_what_is_no_recurrent_model_cannot_sample(main: Door, text: Path, tmp_path: Path) -> None:
    ended = main("lm", "sample", text)
    assert ended.code == 1
    assert ended.errors == [line for line in ended.stderr.splitlines() if "make one with `speechrnn lm train`" in line]
    assert len(ended.errors) == 1


@pytest.mark.parametrize("arguments", [("none.txt",), ()])
def test_no_text_ends_with_usage_before_torch_is_loaded(arguments: tuple[str, ...], main: Door, tmp_path: Path) -> None:
    ended = main("lm", "train", *arguments, "-o", tmp_path / "lm")
    assert (ended.code, len(ended.errors)) == (2, 1)
    assert list(tmp_path.iterdir()) == []
