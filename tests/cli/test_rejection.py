"""Recordings that are not in the grammar: `calibrate --grammar`, and what `transcribe` and `decode` make of it."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Door
from tests.conftest import Mini


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    """A run folder of one's own."""
    (tmp_path / "run").mkdir()
    shutil.copy(trained / "model.srnn", tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture
def grammar(mini: Mini, tmp_path: Path) -> Path:
    """The first three phrases of dev; the other two are outside."""
    texts = [(mini.corpus / "dev" / f"{number:02}.txt").read_text() for number in range(3)]
    (tmp_path / "g.txt").write_text("".join(texts))
    return tmp_path / "g.txt"


def test_a_calibrated_grammar_rejects_what_it_does_not_hold(main: Door, mini: Mini, run: Path, grammar: Path) -> None:
    done = main("calibrate", run, "--grammar", grammar, "--data", mini.data)
    assert (done.code, done.errors) == (0, [])
    assert "holds the grammar g.txt; rejects phrases below -" in done.stdout
    assert "dev: rejects 0 of 3 utterances in the grammar and 2 of 2 outside it" in done.stdout
    assert f"next: speechrnn decode {run / 'model.srnn'} --split test" in done.stdout
    assert "confidence fitted on dev: " in done.stdout

    inside, outside = (mini.corpus / "dev" / name for name in ("00.wav", "04.wav"))
    heard = main("transcribe", inside, "-m", run)
    assert (heard.stdout, heard.stderr) == (inside.with_suffix(".txt").read_text(), "")
    refused = main("transcribe", outside, "-m", run)
    assert (refused.code, refused.stdout) == (0, "\n")
    assert refused.stderr.startswith(f"note: {outside}: rejected, not in the grammar (-")
    value = json.loads(main("transcribe", outside, "-m", run, "-f", "json").stdout)
    assert (value["rejected_utterance"], value["segments"], value["text"]) == (True, [], "")
    assert value["probability_kind"].startswith("calibrated: ")
    kept = main("transcribe", outside, "-m", run, "--no-reject")
    assert {*kept.stdout.splitlines()} <= {"", *grammar.read_text().splitlines()}
    assert kept.stderr == ""
    strict = main("transcribe", inside, "-m", run, "--reject-below", "0")
    assert (strict.stdout, strict.stderr[-6:]) == ("\n", " < 0)\n")
    free = main("transcribe", outside, "-m", run, "--no-grammar").stdout
    assert free.strip()
    assert free not in grammar.read_text().splitlines(keepends=True)

    values = json.loads(main("decode", run, "--split", "dev", "--data", mini.data, "--json").stdout)
    assert values["rejected_utterances"] == 2
    assert "|grammar:g.txt|reject_below:-" in values["signature"]
    without = json.loads(main("decode", run, "--split", "dev", "--data", mini.data, "--json", "--no-reject").stdout)
    assert "rejected_utterances" not in without
    assert "reject_below" not in without["signature"]


def test_a_grammar_on_the_line_rejects_only_below_what_is_asked_for(
    main: Door, mini: Mini, run: Path, grammar: Path
) -> None:
    command = ("transcribe", mini.corpus / "dev" / "04.wav", "-m", run, "--grammar", grammar)
    assert "rejected" not in main(*command).stderr
    assert main(*command, "--reject-below", "-1000").stdout == main(*command).stdout
    assert main(*command, "--reject_below", "0").stdout == "\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["decode", "--reject-below", "-1"], "--reject-below: judges the phrases of a grammar, and none is used here"),
        (["calibrate", "--false-rejection", "0.1"], "--false-rejection: "),
        (["calibrate", "--grammar", "gone.txt"], "gone.txt: no such file"),
    ],
)
def test_rejecting_without_a_grammar_is_bad_usage(
    main: Door, mini: Mini, run: Path, arguments: list[str], message: str
) -> None:
    ended = main(arguments[0], run, "--data", mini.data, *arguments[1:])
    assert (ended.code, ended.stdout, len(ended.errors)) == (2, "", 1)
    assert message in ended.errors[0]
