"""`speechrnn recipe`: show, list, check."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from speechrnn.recipe.load import load_recipe, parse_recipe
from speechrnn.recipe.minutes import estimate_minutes
from tests.cli.conftest import ROOT, Door
from tests.conftest import Mini
from tests.recipe.conftest import LEAST

pytestmark = pytest.mark.usefixtures("fast")

RECIPES = ROOT / "recipes"


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


def write_two(folder: Path) -> None:
    (folder / "sub").mkdir()
    more = "expected: {measured: 3 errors, train_hours: 0.29, minutes: 4, machine: a laptop, bar: none, at_most: 5}\n"
    (folder / "b.yaml").write_text(LEAST + "title: the second\n" + more)
    (folder / "sub" / "a.yaml").write_text(LEAST.replace("tiny", "deep") + "title: deeper\n")


def test_list_shows_title_and_measured_result_of_every_recipe(door: Door, tmp_path: Path) -> None:
    write_two(tmp_path)
    ended = door("recipe", "list", tmp_path)
    assert (ended.code, ended.stderr) == (0, "")
    # fsdd as the registry knows it: English, 0.4 h, 16 MB; the least network has 0.6 million weights
    assert ended.stdout.splitlines() == [
        f"{tmp_path}/b.yaml\tthe second\t3 errors\tfsdd\tEnglish\t0.29\t0.016\t1.0\t4\twer ≤ 5 on test",
        f"{tmp_path}/sub/a.yaml\tdeeper\tnot measured yet\tfsdd\tEnglish\t0.4\t0.016\t1.0\t\t",
    ]


def test_list_as_json_holds_all_facts_with_null_for_what_nobody_knows(main: Door, tmp_path: Path) -> None:
    write_two(tmp_path)
    second, deeper = json.loads(main("recipe", "list", tmp_path, "--json").stdout)
    assert (second["name"], second["languages"], second["corpus_bytes"]) == ("tiny", ["en"], 16_000_000)
    assert (second["minutes"], second["minutes_are"], second["machine"]) == (4, "measured", "a laptop")
    assert (second["metric"], second["at_most"], second["bar"]) == ("wer", 5, "none")
    assert (deeper["minutes"], deeper["minutes_are"], deeper["at_most"], deeper["bar"]) == (None, None, None, None)


def test_list_estimates_the_minutes_nobody_measured_from_the_hours_of_speech(main: Door, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(LEAST + "expected: {train_hours: 10}\n")
    (fact,) = json.loads(main("recipe", "list", tmp_path, "--json").stdout)
    assert (fact["minutes"], fact["minutes_are"]) == (
        estimate_minutes(load_recipe(tmp_path / "a.yaml"), 10),
        "estimated",
    )
    digits = f"{fact['minutes']:.1e}"
    (line,) = main("recipe", "list", tmp_path).stdout.splitlines()
    assert line.split("\t")[-2] == f"~{float(digits):.0f}"


def test_the_language_of_a_recipe_is_the_one_it_chooses(main: Door, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: a\ncorpus: {name: mls, language: pl}\n")
    (tmp_path / "b.yaml").write_text("name: b\ncorpus: {name: mls}\n")
    lines = main("recipe", "list", tmp_path).stdout.splitlines()
    assert [line.split("\t")[4] for line in lines] == ["Polish", "8 languages"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LEAST + "model: {size: 0}\n", "c.yaml: model.size: 0 came"),
        ("name: [\n", "c.yaml: not YAML"),
        ("name: c\ncorpus: {name: fsdt}\n", "c.yaml: corpus.name: no corpus 'fsdt'; did you mean 'fsdd'?"),
    ],
)
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_broken_recipe_is_named_the_others_are_listed_and_the_exit_code_is_1(
    door: Door, tmp_path: Path, text: str, message: str, form: list[str]
) -> None:
    write_two(tmp_path)
    (tmp_path / "c.yaml").write_text(text)
    ended = door("recipe", "list", tmp_path, *form)
    assert ended.code == 1
    (error,) = ended.errors
    assert message in error
    assert "Traceback" not in ended.stderr
    assert "the second" in ended.stdout
    assert "deeper" in ended.stdout


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_a_terminal_gets_a_table_no_wider_than_it(main: Door, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    heading, *lines = main("recipe", "list", RECIPES).stdout.splitlines()
    assert [line.split()[0] for line in lines[:-2]] == sorted(path.stem for path in RECIPES.glob("*.yaml"))
    assert max(map(len, [heading, *lines[:-2]])) <= columns
    assert {"recipe", "hours", "minutes", "measured"} <= set(heading.split())


def test_a_wide_terminal_has_room_for_every_column(main: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")
    heading = main("recipe", "list", RECIPES).stdout.splitlines()[0]
    assert heading.split() == "recipe corpus language hours GB M weights minutes promise measured".split()


def test_neither_list_nor_its_help_loads_anything_heavy() -> None:
    for arguments in (["recipe", "list", str(RECIPES)], ["recipe", "list", "--help"]):
        program = (
            f"import sys; sys.argv = ['speechrnn', *{arguments!r}]\n"
            "from speechrnn.cli.app import main\n"
            "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code\n"
            "print('heavy:', *sorted({'torch', 'lhotse', 'torchaudio', 'librosa'} & set(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
        assert done.stdout.splitlines()[-1] == "heavy:"
        assert "recipe" in done.stdout


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
