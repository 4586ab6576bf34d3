"""Which models there are."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from speechrnn.bundle import named
from speechrnn.bundle.write import write_bundle
from speechrnn.hub.listing import MOST_RUNS, facts_of, list_models
from speechrnn.hub.pull import PullOptions, pull
from tests.tiny_bundle import contents


def put(model: Path, target: Path, when: int = 100) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(model, target)
    os.utime(target, (when, when))
    return target


def test_models_are_listed_package_first_then_cache_then_runs_with_the_newest_first(tiny: Path) -> None:
    put(tiny, named.EMBEDDED_FOLDER / "digits.srnn")
    put(tiny, Path("runs/old/model.srnn"), when=100)
    put(tiny, Path("runs/new/model.srnn"), when=200)
    pull(str(tiny), PullOptions(name="yesno"))
    entries = list_models()
    assert [(entry.name, entry.place) for entry in entries] == [
        ("digits", "package"),
        ("yesno", "cache"),
        (str(Path("runs/new")), "run"),
        (str(Path("runs/old")), "run"),
    ]
    assert {entry.num_bytes for entry in entries} == {tiny.stat().st_size}


def test_no_more_than_the_newest_runs_are_listed(tiny: Path) -> None:
    for number in range(MOST_RUNS + 2):
        put(tiny, Path(f"runs/{number}/model.srnn"), when=1000 - number)
    assert [entry.name for entry in list_models()] == [str(Path(f"runs/{number}")) for number in range(MOST_RUNS)]


def test_a_model_says_what_it_was_made_with(tmp_path: Path) -> None:
    given = contents()
    result = {"wer": 12.5, "words": 80, "signature": "s", "language": "en", "licence": "CC0"}
    write_bundle(tmp_path / "m.srnn", replace(given, result=result))
    facts = facts_of(tmp_path / "m.srnn")
    assert (facts.recipe, facts.unit, facts.symbols) == ("tiny", "character", given.model.alphabet.symbols)
    assert (facts.wer, facts.words, facts.signature) == (12.5, 80, "s")
    assert (facts.language, facts.licence, facts.sample_rate_hz, facts.live) == ("en", "CC0", 8000, False)


@pytest.mark.parametrize("result", [{}, {"wer": "low", "words": None, "language": None, "licence": 3}])
def test_a_model_that_says_little_is_listed_with_what_there_is(tmp_path: Path, result: dict[str, object]) -> None:
    write_bundle(tmp_path / "m.srnn", replace(contents(), result=result))
    facts = facts_of(tmp_path / "m.srnn")
    assert (facts.wer, facts.words, facts.language, facts.licence) == (None, None, "", "")


def test_a_damaged_model_is_listed_with_its_fault_and_costs_no_other(tiny: Path) -> None:
    put(tiny, Path("runs/good/model.srnn"), when=100)
    put(tiny, Path("runs/bad/model.srnn"), when=200).write_bytes(b"not a model")
    bad, good = sorted(list_models(), key=lambda entry: entry.name)
    assert "no speechrnn model" in bad.fault
    assert bad.facts is None
    assert good.fault == ""
    assert json.loads(json.dumps([bad.to_json(), good.to_json()]))[1]["sample_rate_hz"] == 8000
