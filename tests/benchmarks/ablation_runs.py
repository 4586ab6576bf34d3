"""Stored runs of made-up experiments."""

from dataclasses import replace
from typing import Any

from accuracy.rows import Runs
from accuracy.stored import StoredRun

PLAIN = StoredRun(
    experiment="plain",
    split=0,
    left_out=None,
    seed=1,
    date="2026-11-20",
    scored="dev",
    wer=30.0,
    cer=15.0,
    parameters=1_000_000,
    epochs=10,
    best_epoch=9,
    training_minutes=2.5,
    signature="recipe:plain|version:0",
    settings={"name": "plain", "corpus": {"name": "yesno"}},
    utterances={"u1": [2, 5, 3, 20], "ü2": [1, 5, 3, 20]},
)


def run(*word_errors: int, **changes: Any) -> StoredRun:
    """A run with so many word errors in utterances of ten words, and half as many errors in as many characters."""
    counts = {f"u{number}": [errors, 10, errors, 20] for number, errors in enumerate(word_errors)}
    rate = 10 * sum(word_errors) / len(word_errors)
    return replace(PLAIN, **{"wer": rate, "cer": rate / 2, "utterances": counts, **changes})


def keyed(*runs: StoredRun) -> Runs:
    """Runs by their keys."""
    return {one.key: one for one in runs}
