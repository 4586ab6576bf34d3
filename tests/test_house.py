"""The rules of the house that no linter holds: sizes, docstrings, rooms, and what may be loaded when."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile

from tests.tiny_bundle import noise, write_tiny_bundle

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "speechrnn"
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
FOLDERS = ("speechrnn", "tests", "benchmarks", "docs", "recipes", ".ci")
PRIVATE_PATH = re.compile(r"(?<![\w.])/(?:work|farm|root|home|Users|opt)/\w")
UNFINISHED = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "raise NotImplemented" + "Error"]))


def modules() -> list[Path]:
    found = sorted(PACKAGE.rglob("*.py"))
    assert len(found) > 40, f"only {len(found)} modules under {PACKAGE}: the walk is broken"
    return found


def files_of_tests() -> list[Path]:
    found = sorted((ROOT / "tests").rglob("test_*.py"))
    assert len(found) > 10, f"only {len(found)} test files: the walk is broken"
    return found


def written_files() -> list[Path]:
    """Every text file of the repository that people write."""
    nested = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    found = [path for path in [*ROOT.iterdir(), *nested] if path.is_file() and is_text(path)]
    assert len(found) > 60, f"only {len(found)} files: the walk is broken"
    return found


def is_text(path: Path) -> bool:
    return path.suffix in {".py", ".md", ".yaml", ".toml", ".txt", ".json", ""} and path.name != ".git"


def contracts() -> list[dict[str, Any]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return list(settings["tool"]["importlinter"]["contracts"])


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, its docstring left out."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_module_says_what_it_does() -> None:
    silent = [short(path) for path in modules() if not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []


def test_no_file_is_too_long_to_hold_one_idea() -> None:
    lengths = {short(path): path.read_text().count("\n") for path in modules()}
    assert {name: lines for name, lines in lengths.items() if lines >= MAX_FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{short(path)}:{function.name}": code_lines(function)
        for path in modules()
        for function in functions(path)
        if code_lines(function) > MAX_FUNCTION_LINES
    }
    assert long == {}


def test_every_room_has_its_place_among_the_layers() -> None:
    layers = [layer for contract in contracts() if contract["type"] == "layers" for layer in contract["layers"]]
    placed = {name.strip() for layer in layers for name in layer.split("|")}
    there = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    there |= {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    optional = {name.strip("()") for name in placed if name.startswith("(")}
    required = {name for name in placed if not name.startswith("(")}
    assert there <= required | optional
    assert required <= there


def test_every_folder_of_the_package_is_a_package() -> None:
    folders = {path.parent for path in modules()}
    assert [short(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


def forbidden_contracts() -> list[dict[str, Any]]:
    found = [contract for contract in contracts() if contract["type"] == "forbidden"]
    assert len(found) == 2, "the contracts moved: mend the walk"
    return found


def named_modules(source: str) -> list[str]:
    """A module of a contract, with everything inside it."""
    path = ROOT / source.replace(".", "/")
    files = [path.with_suffix(".py")] if not path.is_dir() else sorted(path.rglob("*.py"))
    assert files, f"{source}: nothing there"
    return [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files]


def in_fresh_interpreter(code: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, cwd=ROOT, check=False
    )


REPORT = "\nimport sys; print('loaded', *(name for name in {heavy!r} if name in sys.modules), file=sys.stderr)"


@pytest.mark.parametrize("contract", forbidden_contracts(), ids=lambda contract: contract["name"])
def test_importing_what_runs_without_torch_loads_no_heavy_package(contract: dict[str, Any]) -> None:
    """Unlike the linter this sees the `__init__` of a room, and which imports stand at the top of a module."""
    names = [name for source in contract["source_modules"] for name in named_modules(source)]
    done = in_fresh_interpreter(f"import {', '.join(names)}" + REPORT.format(heavy=contract["forbidden_modules"]))
    assert done.stderr.strip() == "loaded"


COMMAND = """
import runpy, sys
sys.argv = ["speechrnn", *sys.argv[1:]]
try:
    {door}
except SystemExit as end:
    assert not end.code, end.code
"""
DOORS = {
    "installed": "from speechrnn.cli.app import main; sys.exit(main())",
    "checkout": "runpy.run_path('cli.py', run_name='__main__')",
}
HEAVY = ["torch", "torchaudio", "lhotse", "librosa", "matplotlib", "onnxruntime", "pydantic", "numpy", "scipy", "jiwer"]
# What a command waits for that is not this one, nor decodes by search.
OTHERS = ["speechrnn.cli.train", "speechrnn.cli.transcribe_live", "speechrnn.decoding.search", "numpy.ma"]


@pytest.mark.parametrize("door", DOORS)
def test_help_shows_the_commands_and_loads_no_heavy_package(door: str) -> None:
    report = REPORT.format(heavy=[*HEAVY, *OTHERS, "speechrnn.cli.transcribe"])
    done = in_fresh_interpreter(COMMAND.format(door=DOORS[door]) + report, "--help")
    assert done.stderr.strip() == "loaded"
    for command in ["prep", "train", "decode", "transcribe", "align", "calibrate", "check", "models", "recipe"]:
        assert re.search(rf"\b{command}\b", done.stdout), command


def test_importing_the_package_loads_nothing_but_what_python_itself_loads() -> None:
    code = "import sys, typing; before = set(sys.modules); import speechrnn; dir(speechrnn); "
    done = in_fresh_interpreter(code + "print(sorted(set(sys.modules) - before))")
    assert done.stdout.strip() == "['speechrnn']"


def test_transcribing_a_file_loads_no_torch_and_nothing_it_does_not_use(tmp_path: Path) -> None:
    model = write_tiny_bundle(tmp_path / "model.srnn")
    # 11 025 Hz is not the model's rate: resampling must not load anything heavy either.
    soundfile.write(tmp_path / "noise.wav", noise(0.5, sample_rate_hz=11025).samples, 11025)
    report = REPORT.format(heavy=[name for name in HEAVY if name not in {"onnxruntime", "numpy"}] + OTHERS)
    done = in_fresh_interpreter(
        COMMAND.format(door=DOORS["installed"]) + report, "transcribe", f"{tmp_path / 'noise.wav'}", "-m", f"{model}"
    )
    assert done.stderr.strip() == "loaded"
    assert done.stdout.endswith("\n")


def test_no_file_names_a_place_on_one_machine() -> None:
    found = {
        f"{short(path)}:{number}": line.strip()
        for path in written_files()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if PRIVATE_PATH.search(line)
    }
    assert found == {}


def test_nothing_is_left_unfinished() -> None:
    assert [short(path) for path in written_files() if UNFINISHED.search(path.read_text())] == []


def calls(node: ast.AST) -> Iterator[ast.Call]:
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))


def test_every_expected_error_is_told_apart_by_its_message() -> None:
    bare = [
        f"{short(path)}:{call.lineno}"
        for path in files_of_tests()
        for call in calls(ast.parse(path.read_text()))
        if ast.unparse(call.func) == "pytest.raises" and not {"match", "check"} & {word.arg for word in call.keywords}
    ]
    assert bare == []


def test_every_test_can_fail() -> None:
    checking = re.compile(r"(^|[._])(raises|warns|assert|check|expect|fails)")
    idle = [
        f"{short(path)}:{function.name}"
        for path in files_of_tests()
        for function in functions(path)
        if function.name.startswith("test_")
        and not any(isinstance(node, ast.Assert | ast.Raise) for node in ast.walk(function))
        and not any(checking.search(ast.unparse(call.func)) for call in calls(function))
    ]
    assert idle == []
