"""A score with everything that made it."""

from dataclasses import replace

import pytest

from speechrnn import __version__
from speechrnn.recipe import Recipe
from speechrnn.recipe.load import parse_recipe
from speechrnn.scoring.errors import score
from speechrnn.training.evaluate import Decoded, Evaluation
from speechrnn.training.result import make_result, result_signature

PAIRS = [("a b c", "a b c"), ("a b", "a x b"), ("b", ""), ("c d", "c e")] * 5


def evaluation() -> Evaluation:
    decoded = tuple(Decoded(f"u{number}", said, heard, -1.0) for number, (said, heard) in enumerate(PAIRS))
    counted = score([said for said, _ in PAIRS], [heard for _, heard in PAIRS])
    return Evaluation(decoded, counted, loss=0.5, blank_rate=0.25, seconds=2.0, audio_seconds=40.0)


def recipe(*overrides: str) -> Recipe:
    return parse_recipe("name: x\ncorpus: {name: fsdd}\n", "x", overrides)


def test_counts_are_as_worked_by_hand() -> None:
    result = make_result(evaluation(), recipe(), "test")
    # Of each four: 8 words, one inserted, one deleted, one replaced; three utterances wrong.
    assert (result.utterances, result.words, result.errors) == (20, 40, 15)
    assert (result.insertions, result.deletions, result.substitutions) == (5, 5, 5)
    assert (result.wer, result.ser) == (pytest.approx(100 * 3 / 8), 75.0)
    assert (result.blank_rate, result.seconds, result.rtf) == (25.0, 2.0, 0.05)
    assert result.wer_low < result.wer < result.wer_high


def test_the_interval_depends_on_the_seed_and_on_how_often_is_drawn() -> None:
    intervals = {
        (result.wer_low, result.wer_high)
        for overrides in (["decoding.bootstrap_samples=100"], ["decoding.bootstrap_samples=5000"], ["seed=2"])
        for result in [make_result(evaluation(), recipe(*overrides), "test")]
    }
    assert len(intervals) > 1
    assert make_result(evaluation(), recipe(), "test") == make_result(evaluation(), recipe(), "test")


@pytest.mark.parametrize(
    ("override", "part"),
    [
        ("seed=7", "seed:7"),
        ("corpus.leave_out=theo", "left_out:theo"),
        ("corpus.split_seed=3", "split_seed:3"),
        ("corpus.language=sw", "language:sw"),
        ("corpus.parts=[dev-clean,train-clean-100]", "parts:dev-clean+train-clean-100"),
        ("corpus.options={mic: sdm}", "options:mic=sdm"),
        ("corpus.tier=Words", "tier:Words"),
        ("text.case=upper", "case:upper"),
        ("text.remove='!'", "removed:!"),
        ("text.punctuation=remove", "punctuation:removed"),
        ("text.numbers=de", "numbers:de"),
        ("text.score_as=timit39", "scored_as:timit39"),
        ("name=other", "recipe:other"),
    ],
)
def test_the_signature_names_every_setting_a_score_depends_on(override: str, part: str) -> None:
    changed, plain = (result_signature(recipe(*overrides), "dev").split("|") for overrides in ([override], []))
    assert part in changed
    assert part not in plain
    assert {"corpus:fsdd", "split:dev", "decoder:greedy", f"version:{__version__}"} <= set(plain)


def test_settings_at_their_defaults_leave_the_signature_as_it_always_was() -> None:
    assert "|case:lower|removed:none|decoder:greedy|" in result_signature(recipe(), "dev")


def test_the_line_says_rates_counts_and_signature() -> None:
    result = make_result(evaluation(), recipe(), "test")
    assert result.line().startswith("test: WER 37.50 % [")
    assert "(15 errors in 40 words: 5 sub, 5 del, 5 ins)" in result.line()
    assert result.line().endswith(result.signature)


def test_the_result_comes_back_from_json() -> None:
    result = make_result(evaluation(), recipe(), "test")
    assert type(result)(**result.to_json()) == result
    assert replace(result, split="dev") != result
