"""`speechrnn recipe`: show, list, check."""

from pathlib import Path

import pytest

from speechrnn.recipe.load import load_recipe, parse_recipe
from tests.cli.conftest import Door
from tests.conftest import Mini
from tests.recipe.conftest import LEAST

pytestmark = pytest.mark.usefixtures("fast")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The least recipe."""
    (tmp_path / "tiny.yaml").write_text(LEAST)
    return tmp_path / "tiny.yaml"


def test_show_prints_the_whole_recipe_so_that_it_reads_back(door: Door, file: Path) -> None:
    ended = door("recipe", "show", file, "model.cell=gru", "training.learning_rate=2e-3")
    assert (ended.code, ended.stderr) == (0, "")
    expected = load_recipe(file, ["model.cell=gru", "training.learning_rate=2e-3"])
    assert parse_recipe(ended.stdout, "shown") == expected
    assert "  cell: gru " in ended.stdout
    assert "# hidden units per direction" in ended.stdout


def test_list_shows_title_and_measured_result_of_every_recipe(door: Door, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.yaml").write_text(LEAST + "title: the second\nexpected: {measured: 3 errors}\n")
    (tmp_path / "sub" / "a.yaml").write_text(LEAST + "title: deeper\n")
    ended = door("recipe", "list", tmp_path)
    assert (ended.code, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [
        f"{tmp_path}/b.yaml\tthe second\t3 errors",
        f"{tmp_path}/sub/a.yaml\tdeeper\tnot measured yet",
    ]


@pytest.mark.parametrize(("bound", "code", "word"), [(100, 0, "ok"), (0, 1, "WORSE")])
def test_check_trains_and_holds_a_recipe_to_its_word(
    main: Door, mini: Mini, tmp_path: Path, bound: int, code: int, word: str
) -> None:
    recipe = tmp_path / "mini.yaml"
    text = mini.recipe_file.read_text().replace("epochs: 12", "epochs: 1")
    recipe.write_text(text + f"expected: {{split: dev, metric: cer, at_most: {bound}}}\n")
    ended = main("recipe", "check", recipe, "--data", mini.data, "--runs", tmp_path / "runs")
    assert ended.code == code
    (line,) = ended.stdout.splitlines()
    assert line.startswith(f"{word}  {recipe}: cer ")
    assert line.endswith(f"at most {bound} promised (dev, seed 1)")
    assert (tmp_path / "runs" / "mini" / "model.srnn").is_file()


def test_check_looks_at_every_recipe_before_it_trains_one(main: Door, mini: Mini, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(LEAST + "model: {size: 0}\n")
    ended = main("recipe", "check", mini.recipe_file, tmp_path / "bad.yaml", "--runs", tmp_path / "runs")
    assert (ended.code, ended.stdout) == (2, "")
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show"], "Missing argument"),
        (["show", "gone.yaml"], "gone.yaml: no such recipe"),
        (["show", "gone.yaml", "--colour"], "No such option"),
        (["list", "gone"], "gone: no recipes (*.yaml) there"),
        (["check"], "Missing argument"),
        (["check", "gone.yaml"], "gone.yaml: no such recipe"),
        (["burn"], "No such command"),
    ],
)
def test_wrong_usage_is_exit_2_and_no_traceback(door: Door, arguments: list[str], message: str) -> None:
    ended = door("recipe", *arguments)
    assert (ended.code, ended.stdout) == (2, "")
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_show_reports_every_fault_of_file_and_overrides(door: Door, file: Path) -> None:
    file.write_text(LEAST + "model: {size: 0}\nfeature: {deltas: 1}\n")
    ended = door("recipe", "show", file, "training.epochs=none")
    assert (ended.code, ended.stdout) == (2, "")
    assert [line.split(": ")[2] for line in ended.errors] == ["model.size", "training.epochs", "feature"]
