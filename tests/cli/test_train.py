"""`speechrnn train`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Door, fresh
from tests.conftest import Mini

pytestmark = pytest.mark.usefixtures("fast")

SHORT = "training.epochs=1"


def test_a_fresh_process_trains_to_a_model_that_checks_itself_and_hears_what_was_said(
    main: Door, mini: Mini, tmp_path: Path
) -> None:
    ended = fresh("train", mini.recipe_file, "--data", mini.data, cwd=tmp_path)
    assert (ended.code, ended.errors) == (0, [])
    assert "Traceback" not in ended.stderr
    model = tmp_path / "runs" / "mini" / "model.srnn"
    result, where, following, decode, transcribe = ended.stdout.splitlines()
    assert result.startswith("test: WER ")
    assert where.startswith(f"model: {model.relative_to(tmp_path)} (trained in ")
    assert following == "next:"
    assert decode == "  speechrnn decode runs/mini --split test"
    assert transcribe == "  speechrnn transcribe FILE.wav -m runs/mini/model.srnn"
    assert ended.stderr.count("epoch ") == 12
    checked = main("check", model)
    assert (checked.code, len(checked.stdout.splitlines())) == (0, 3)
    files = sorted((mini.corpus / "train").glob("*.wav"))
    heard = dict(line.split("\t") for line in main("transcribe", *files, "-m", model.parent).stdout.splitlines())
    said = {str(file): file.with_suffix(".txt").read_text().strip() for file in files}
    assert heard.keys() == said.keys()
    assert sum(heard[file] == text for file, text in said.items()) >= 20


def test_the_name_of_the_recipe_is_that_of_the_run_folder(
    main: Door, mini: Mini, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main("train", mini.recipe_file, SHORT, "name=other", "--data", mini.data).code == 0
    assert (tmp_path / "runs" / "other" / "model.srnn").is_file()


def test_the_same_command_again_trains_nothing_and_says_the_same(main: Door, mini: Mini, tmp_path: Path) -> None:
    command = "train", mini.recipe_file, SHORT, "--data", mini.data, "--run", tmp_path / "run"
    first, second = main(*command), main(*command)
    assert first.code == second.code == 0
    assert second.stdout == first.stdout
    assert "epoch 1/1" in first.stderr
    assert "epoch" not in second.stderr
    assert "already trained; --restart trains again" in second.stderr
    assert "epoch 1/1" in main(*command, "--restart").stderr


def test_corrupt_files_are_named_training_goes_on_and_the_code_is_1(main: Door, own_mini: Mini, tmp_path: Path) -> None:
    broken = own_mini.corpus / "train" / "07.wav"
    broken.write_bytes(broken.read_bytes()[:100])
    ended = main("train", own_mini.recipe_file, SHORT, "--data", own_mini.data, "--run", tmp_path / "run")
    assert ended.code == 1
    (line,) = ended.errors
    assert line.startswith("error: 1 utterances could not be read and were left out")
    assert [line for line in ended.stderr.splitlines() if line.startswith(f"warning: {broken}: train/07: ")]
    assert ended.stdout.startswith("test: WER ")
    assert (tmp_path / "run" / "model.srnn").is_file()


def test_a_recipe_with_three_faults_shows_all_three_and_the_code_is_2(door: Door, tmp_path: Path) -> None:
    recipe = tmp_path / "bad.yaml"
    recipe.write_text("name: bad\ncorpus: {name: fsdd}\nmodel: {cell: lsmt}\ntraining: {epochs: -1, lerning_rate: 1}\n")
    ended = door("train", recipe, "--run", tmp_path / "run")
    assert (ended.code, ended.stdout) == (2, "")
    assert sorted(ended.stderr.splitlines()) == [
        f"error: {recipe}: model.cell: 'lsmt' came, "
        "'rnn', 'lstm', 'gru', 'ligru', 'lnlstm', 'mingru' or 'minlstm' was wanted",
        f"error: {recipe}: training.epochs: -1 came, greater than or equal to 1 was wanted",
        f"error: {recipe}: training.lerning_rate: no such setting; did you mean 'learning_rate'?",
    ]
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train"], "Missing argument"),
        (["train", "gone.yaml"], "gone.yaml: no such recipe"),
        (["train", "."], "cannot be read as a recipe"),
        (["train", "gone.yaml", "--no-such-option"], "No such option"),
        (["no-such-command"], "No such command"),
    ],
)
def test_wrong_usage_is_exit_2_and_no_traceback(door: Door, arguments: list[str], message: str) -> None:
    ended = door(*arguments)
    assert (ended.code, ended.stdout) == (2, "")
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_fault_of_the_recipe_shows_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom speechrnn.cli.app import main\n"
        f"sys.argv = ['speechrnn', 'train', {str(tmp_path / 'gone.yaml')!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    print('torch' in sys.modules, 'lhotse' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "False False\n"


def test_a_corpus_that_is_not_there_is_one_line_and_exit_1(main: Door, tmp_path: Path) -> None:
    recipe = tmp_path / "r.yaml"
    recipe.write_text("name: r\ncorpus: {name: yesno}\n")
    ended = main("train", recipe, "--data", tmp_path / "nothing", "--run", tmp_path / "run")
    assert (ended.code, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert "yesno" in line
    assert "waves_yesno" in line


@pytest.mark.parametrize("option", ["--run", "--data"])
def test_a_file_where_a_folder_should_be_is_one_line(main: Door, mini: Mini, tmp_path: Path, option: str) -> None:
    (tmp_path / "file").write_text("in the way")
    places = {"--run": tmp_path / "run", "--data": mini.data} | {option: tmp_path / "file"}
    ended = main("train", mini.recipe_file, SHORT, *(part for pair in places.items() for part in pair))
    assert ended.code in (1, 2)
    (line,) = ended.errors
    assert str(tmp_path / "file") in line


def test_a_run_of_other_settings_is_one_line_and_exit_1(main: Door, mini: Mini, tmp_path: Path) -> None:
    command = "train", mini.recipe_file, SHORT, "--data", mini.data, "--run", tmp_path / "run"
    assert main(*command).code == 0
    ended = main(*command, "model.size=20")
    assert (ended.code, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert "size: 24 there, size: 20 here" in line
    assert "--restart" in line
    assert json.loads((tmp_path / "run" / "result.json").read_text())["epochs"] == 1


def test_cells_are_compared_in_a_table_on_stdout(main: Door, mini: Mini, tmp_path: Path) -> None:
    compared = "--compare-cells", "--cells", "rnn, gru", "--data", mini.data, "--run", tmp_path / "run"
    ended = main("train", mini.recipe_file, SHORT, *compared)
    assert ended.code == 0
    head, rnn, gru, *legend = ended.stdout.splitlines()
    assert head.split()[:3] == ["cell", "M", "weights"]
    assert (rnn.split()[0], gru.split()[0]) == ("rnn", "gru")
    assert legend[-1] == f"files: {tmp_path / 'run' / 'compare.json'}, {tmp_path / 'run' / 'compare.png'}"
    assert "cell gru: 2 of 2" in ended.stderr
    assert (tmp_path / "run" / "gru" / "model.srnn").is_file()


def test_a_cell_that_cannot_be_trained_is_one_line_and_exit_1(main: Door, mini: Mini, tmp_path: Path) -> None:
    assert main("train", mini.recipe_file, SHORT, "--data", mini.data, "--run", tmp_path / "run" / "rnn").code == 0
    compared = "--compare-cells", "--cells", "rnn", "--data", mini.data, "--run", tmp_path / "run"
    ended = main("train", mini.recipe_file, SHORT, *compared)
    assert ended.code == 1
    (line,) = ended.errors
    assert line.startswith(f"error: rnn: {tmp_path / 'run' / 'rnn'}: holds a run with other settings")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cells", "rnn"], "--cells: names the cells of --compare-cells, which was not given"),
        (["--compare-cells", "--cells", "rnn,lsmt"], "--cells: 'lsmt' came"),
    ],
)
def test_cells_asked_for_wrongly_are_one_line_and_exit_2(
    main: Door, mini: Mini, tmp_path: Path, arguments: list[str], message: str
) -> None:
    ended = main("train", mini.recipe_file, *arguments, "--run", tmp_path / "run")
    assert (ended.code, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"error: {message}")
    assert not (tmp_path / "run").exists()
