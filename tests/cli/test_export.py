"""`speechrnn export`."""

import shutil
from pathlib import Path

import pytest

from speechrnn.bundle import named
from speechrnn.bundle.read import read_bundle
from speechrnn.bundle.target import Target
from tests.cli.conftest import Door
from tests.deployable import deployable, written


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("export") / "tiny.srnn", deployable()).path


@pytest.mark.parametrize("target", Target)
def test_every_target_is_written_beside_the_user_and_named_on_stdout(
    main: Door, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: Target
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = main("export", "-m", model, "--to", target.value)
    assert ended.code == 0
    name, _, sizes = ended.stdout.partition(": ")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert sizes.endswith(" MB\n")
    assert ended.stderr.endswith("of 3 read as before\n")


def test_a_model_file_made_small_is_one_that_check_accepts(main: Door, model: Path, tmp_path: Path) -> None:
    ended = main("export", "-m", model, "--to", "onnx-int8", "-o", tmp_path / "small.srnn")
    assert (ended.code, ended.stdout.split(": ")[0]) == (0, str(tmp_path / "small.srnn"))
    assert main("check", tmp_path / "small.srnn").code == 0
    assert read_bundle(tmp_path / "small.srnn").model == read_bundle(model).model


def test_without_m_the_model_of_the_package_is_used_and_said_to_be(
    main: Door, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(named, "EMBEDDED_FOLDER", tmp_path / "embedded")
    named.EMBEDDED_FOLDER.mkdir()
    shutil.copy(model, named.EMBEDDED_FOLDER / "digits.srnn")
    ended = main("export", "--to", "onnx", "-o", tmp_path / "m.onnx")
    assert ended.code == 0
    assert ended.stderr.startswith("model: digits (inside of the package")


def test_a_self_test_that_reads_otherwise_is_shown(main: Door, tmp_path: Path) -> None:
    from dataclasses import replace

    given = deployable()
    tests = tuple(replace(test, expected_text="other") for test in given.self_tests)
    model = written(tmp_path / "m.srnn", replace(given, self_tests=tests)).path
    ended = main("export", "-m", model, "--to", "onnx-int8", "-o", tmp_path / "m.onnx")
    assert ended.code == 0
    assert [line.partition(": ")[0] for line in ended.stderr.splitlines()] == [
        "self-test noise-1", "self-test noise-2", "self-test noise-3", "self-tests",
    ]  # fmt: skip
    assert ended.stderr.endswith("self-tests: 0 of 3 read as before\n")
    assert "where the model has 'other'" in ended.stderr


def test_a_path_of_another_kind_is_one_line_and_exit_2(main: Door, model: Path, tmp_path: Path) -> None:
    ended = main("export", "-m", model, "--to", "onnx", "-o", tmp_path / "x.txt")
    assert ended.code == 2
    assert ended.errors == [
        f"error: {tmp_path / 'x.txt'}: a file ending in .onnx was wanted for --to onnx; give another -o"
    ]


def test_a_target_that_is_none_is_exit_2(door: Door) -> None:
    ended = door("export", "--to", "tflite")
    assert ended.code == 2
    assert "'tflite' is not one of 'onnx', 'onnx-int8', 'sherpa', 'sherpa-int8'" in ended.stderr


def test_a_missing_model_is_exit_2(main: Door, tmp_path: Path) -> None:
    assert main("export", "-m", tmp_path / "gone", "--to", "onnx").code == 2
