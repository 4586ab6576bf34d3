"""What normalisation makes of a corpus, counted by hand; examples that show every step."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from speechrnn.corpora.describe_text import describe_text
from speechrnn.corpora.prepare import PreparedCorpus
from speechrnn.corpora.set_aside import SetAside
from speechrnn.recipe import TextConfig

Make = Callable[[dict[str, str], dict[str, str]], PreparedCorpus]
CONFIG = TextConfig(numbers="en", punctuation="remove")


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write the manifests of what is said in train and in test, by utterance."""

    def made(train: dict[str, str], test: dict[str, str]) -> PreparedCorpus:
        splits = {"train": train, "test": test}
        for split, said in splits.items():
            with gzip.open(tmp_path / f"mine_supervisions_{split}.jsonl.gz", "wt", encoding="utf-8") as lines:
                lines.writelines(json.dumps({"id": name, "text": text}) + "\n" for name, text in said.items())
        return PreparedCorpus("mine", tmp_path, tuple(splits), SetAside(tmp_path / "set_aside.jsonl", {}), {})

    return made


def test_counts_are_those_of_all_splits_worked_by_hand(make: Make) -> None:
    found = describe_text(make({"a": "Ab", "b": "ab 2!", "c": "ab"}, {"d": "!!", "e": "A  b"}), CONFIG, seed=1)
    assert found.transcripts == 5
    assert found.changed == {"nfc": 0, "numbers": 1, "case": 2, "punctuation": 2, "spaces": 3}
    assert found.emptied == 1
    assert found.characters == {"a": 4, "b": 4, " ": 2, "t": 1, "w": 1, "o": 1}
    by_id = {example.utterance_id: example for example in found.examples}
    assert len(by_id) == 5
    assert (by_id["b"].before, by_id["b"].after) == ("ab 2!", "ab two")
    assert by_id["b"].steps == ("numbers", "punctuation", "spaces")
    assert by_id["c"].steps == ()


def test_each_step_that_changes_anything_is_seen_however_rare(make: Make) -> None:
    many = {f"u{number}": f"Word {'x' * (number % 9)}" for number in range(500)}
    rare = {"number": "word 7", "accent": "cafe\u0301", "sign": "word\u2014word"}
    found = describe_text(make(many | {"plain": "word"}, rare), CONFIG, seed=1)
    assert len(found.examples) == 10
    assert {"number", "accent", "sign"} < {example.utterance_id for example in found.examples}
    assert all(example.steps for example in found.examples)


def test_unchanged_transcripts_fill_up_where_too_few_are_changed(make: Make) -> None:
    found = describe_text(make({f"u{number}": "word" for number in range(30)}, {"one": "Word"}), CONFIG, seed=1)
    assert [example.steps for example in found.examples] == [("case",), *[()] * 9]


def test_the_seed_alone_decides_which_are_shown_and_all_can_be(make: Make) -> None:
    prepared = make({f"u{number}": "Word" for number in range(40)}, {})
    drawn = [{one.utterance_id for one in describe_text(prepared, CONFIG, seed).examples} for seed in range(40)]
    assert drawn[3] == {one.utterance_id for one in describe_text(prepared, CONFIG, 3).examples}
    assert all(len(ids) == 10 for ids in drawn)
    assert set.union(*drawn) == {f"u{number}" for number in range(40)}
