"""`speechrnn lm build`, `perplexity` and `convert`."""

import gzip
import json
from pathlib import Path

import pytest

from speechrnn.decoding.ngram_io import read_ngram
from tests.cli.conftest import Door
from tests.conftest import Mini

LINES = "Turn the light on\nturn the light off\nlight off, please\nturn the radio off\n"


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(LINES)
    return path


@pytest.fixture
def model(main: Door, text: Path, tmp_path: Path) -> Path:
    path = tmp_path / "base.arpa"
    assert main("lm", "build", text, "-o", path).code == 0
    return path


def test_a_model_is_built_and_measured(main: Door, text: Path, tmp_path: Path) -> None:
    ended = main("lm", "build", text, "-o", tmp_path / "lm.arpa", "--order", "2")
    assert (ended.code, ended.stderr) == (0, "")
    assert ended.stdout == f"{tmp_path / 'lm.arpa'}: 4 sentences, 15 words; 12 1-grams, 15 2-grams\n"
    (tmp_path / "new.txt").write_text("turn the zebra off\n")
    measured = main("lm", "perplexity", tmp_path / "lm.arpa", tmp_path / "new.txt")
    assert (measured.code, measured.stderr) == (0, "")
    lines = measured.stdout.splitlines()
    assert lines[0] == "1 sentences, 4 words, 1 unknown (25.00 %)"
    assert lines[2].startswith("perplexity ")


@pytest.mark.parametrize(
    "options",
    [
        ["--order", "1"],
        ["--unit", "char"],
        ["--prune", "0,1"],
        ["--entropy", "0.01"],
        ["--min-count", "2"],
        ["--vocab-size", "3"],
        ["--case", "lower"],
        ["--remove", ","],
    ],
    ids=" ".join,
)
def test_every_option_changes_the_model(
    main: Door, model: Path, text: Path, tmp_path: Path, options: list[str]
) -> None:
    assert main("lm", "build", text, "-o", tmp_path / "other.arpa", *options).code == 0
    assert (tmp_path / "other.arpa").read_text() != model.read_text()


def test_corpus_split_and_data_choose_the_transcripts(main: Door, mini: Mini, tmp_path: Path) -> None:
    common = ["lm", "build", "--recipe", mini.recipe_file, "--data", mini.data, "--unit", "char", "-o"]
    train, dev = main(*common, tmp_path / "a.bin"), main(*common, tmp_path / "b.bin", "--split", "dev")
    assert "24 sentences" in train.stdout
    assert "5 sentences" in dev.stdout
    absent = main("lm", "build", "--corpus", "yesno", "--data", tmp_path, "-o", tmp_path / "c.bin")
    assert absent.code == 1
    assert "yesno" in absent.errors[0]


def test_perplexity_as_json_with_the_unit_forced(main: Door, model: Path, text: Path) -> None:
    words = json.loads(main("lm", "perplexity", model, text, "--json").stdout)
    characters = json.loads(main("lm", "perplexity", model, text, "--json", "--unit", "char").stdout)
    assert (words["unit"], words["words"], words["unknown"]) == ("word", 15, 0)
    assert (characters["unit"], characters["words"]) == ("character", len(LINES.replace("\n", "")))
    assert characters["unknown"] == characters["words"]
    assert words["perplexity"] == words["known_perplexity"] > 1


def test_convert_there_and_back(main: Door, model: Path, tmp_path: Path) -> None:
    assert main("lm", "convert", model, tmp_path / "lm.bin").code == 0
    assert main("lm", "convert", tmp_path / "lm.bin", tmp_path / "lm.arpa.gz").code == 0
    assert gzip.decompress((tmp_path / "lm.arpa.gz").read_bytes()) == model.read_bytes()
    assert read_ngram(tmp_path / "lm.bin").order == 4


def test_one_line_is_enough(main: Door, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("hello\n")
    assert main("lm", "build", tmp_path / "one.txt", "-o", tmp_path / "lm.bin").code == 0
    assert read_ngram(tmp_path / "lm.bin").order == 3


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["build"], 2, "no text came"),
        (["build", "gone.txt"], 2, "gone.txt: no such file"),
        (["build", "empty.txt"], 1, "empty.txt: no words came"),
        (["build", "text.txt", "-o", "lm.txt"], 2, "ends in .arpa"),
        (["build", "text.txt", "--prune", "1"], 2, "--prune 1"),
        (["build", "text.txt", "--order", "0"], 2, "--order"),
        (["build", "text.txt", "--unit", "phone"], 2, "--unit"),
        (["perplexity"], 2, "Missing argument"),
        (["perplexity", "gone.bin", "text.txt"], 2, "gone.bin: no such file"),
        (["perplexity", "cut.arpa", "text.txt"], 1, "cut.arpa: line 2: "),
        (["perplexity", "text.txt", "text.txt"], 1, "no ARPA file"),
        (["convert", "cut.arpa", "lm.bin"], 1, "cut.arpa: line 2: "),
        (["convert", "text.txt", "lm.onnx"], 2, "ends in .arpa"),
        (["convert", "gone.arpa", "lm.bin"], 2, "gone.arpa: no such file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_fault_is_one_line_and_an_exit_code(
    main: Door,
    text: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.txt").write_text("\n \n")
    (tmp_path / "cut.arpa").write_text("\\data\\\nngram 1=")
    ended = main("lm", *arguments)
    assert (ended.code, ended.stdout) == (code, "")
    assert len(ended.errors) == 1
    assert message in ended.errors[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.arpa", "empty.txt", "text.txt"]
