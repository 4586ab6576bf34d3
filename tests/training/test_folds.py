"""Leave-one-out experiments, and the promises of recipes."""

import json
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from speechrnn.errors import CorpusError
from speechrnn.recipe import Recipe
from speechrnn.training import folds
from speechrnn.training.folds import check_recipe, fold_of, single_lines, train_with_folds
from speechrnn.training.result import Result
from speechrnn.training.run_folder import RunResult
from tests.conftest import Mini
from tests.mini_corpus import Silent

RESULT = Result(
    split="test",
    utterances=10,
    words=20,
    errors=3,
    substitutions=1,
    deletions=1,
    insertions=1,
    wer=15.0,
    wer_low=5.0,
    wer_high=30.0,
    cer=6.0,
    ser=20.0,
    blank_rate=50.0,
    seconds=1.0,
    rtf=0.1,
    signature="corpus:x",
)


@pytest.fixture
def speakers(own_mini: Mini, tmp_path: Path) -> Mini:
    """The small corpus as a table with three speakers."""
    lines = ["audio,text,speaker"]
    for number, file in enumerate(sorted((own_mini.corpus / "train").glob("*.wav"))):
        lines.append(f"{file},{file.with_suffix('.txt').read_text().strip()},{'ann bob cy'.split()[number % 3]}")
    (tmp_path / "table.csv").write_text("\n".join(lines))
    text = own_mini.recipe_file.read_text().replace(str(own_mini.corpus), str(tmp_path / "table.csv"))
    own_mini.recipe_file.write_text(text)
    return own_mini


def test_each_fold_is_a_run_that_leaves_one_speaker_out(speakers: Mini, tmp_path: Path, fast: None) -> None:
    recipe = speakers.recipe("corpus.folds=[ann, cy]", "training.epochs=1")
    outcome = train_with_folds(recipe, speakers.data, tmp_path / "run", Silent())
    table = json.loads((tmp_path / "run" / "result.json").read_text())
    assert list(table["folds"]) == ["ann", "cy"]
    assert table["mean"]["cer"] == pytest.approx(mean(result.cer for result in outcome.results))
    for name, result in zip(("ann", "cy"), outcome.results, strict=True):
        assert f"left_out:{name}" in result.signature
        assert result.utterances == 8
        assert (tmp_path / "run" / name / "model.srnn").is_file()
    assert [line.split()[0] for line in outcome.lines] == ["ann", "cy", "mean"]
    assert outcome.lines[-1].startswith(f"mean of 2 folds: WER {mean(r.wer for r in outcome.results):.2f} %")


def test_a_speaker_who_is_not_there_is_named(speakers: Mini, tmp_path: Path, fast: None) -> None:
    with pytest.raises(CorpusError, match="no speaker 'zoe' to leave out; known are ann, bob, cy"):
        train_with_folds(speakers.recipe("corpus.folds=[zoe]"), speakers.data, tmp_path / "run", Silent())


def test_a_fold_is_the_same_recipe_but_for_the_speaker(mini: Mini) -> None:
    recipe = mini.recipe("corpus.folds=[ann]")
    fold = fold_of(recipe, "ann")
    assert (fold.corpus.leave_out, fold.corpus.folds) == ("ann", ())
    assert replace(fold, corpus=recipe.corpus) == recipe


@pytest.mark.parametrize(
    ("metric", "bound", "unreadable", "kept"),
    [
        ("wer", 15, 0, True),
        ("wer", 14.9, 0, False),
        ("cer", 6, 0, True),
        ("cer", 5.9, 0, False),
        ("ser", 20, 0, True),
        ("ser", 19, 0, False),
        ("errors", 3, 0, True),
        ("errors", 2, 0, False),
        ("errors", 0, 0, False),
        ("wer", None, 0, True),
        ("wer", 100, 1, False),
    ],
)
def test_a_promise_is_kept_or_broken_by_its_metric_and_bound(
    mini: Mini, monkeypatch: pytest.MonkeyPatch, metric: str, bound: float | None, unreadable: int, kept: bool
) -> None:
    recipe = mini.recipe(f"expected.metric={metric}", f"expected.at_most={'null' if bound is None else bound}")

    def finished(recipe: Recipe, data: Path, run: Path, *arguments: Any, **options: Any) -> RunResult:
        return RunResult(run, run / "model.srnn", RESULT, 1.0, unreadable)

    monkeypatch.setattr(folds, "train", finished)
    verdict = check_recipe(recipe, mini.data, Path("run"), Silent())
    assert verdict.kept is kept
    assert verdict.line.startswith(f"{metric} {getattr(RESULT, metric):.2f}, ")
    assert ("promises nothing" if bound is None else f"at most {bound:g} promised") in verdict.line


def test_the_end_of_a_run_says_what_to_type_next() -> None:
    lines = list(single_lines(RunResult(Path("my run"), Path("my run/model.srnn"), RESULT, 1.0, 0)))
    assert lines[0] == RESULT.line()
    assert lines[-2:] == [
        "  speechrnn decode 'my run' --split test",
        "  speechrnn transcribe FILE.wav -m 'my run/model.srnn'",
    ]
