"""Pauses around an utterance."""

import numpy as np
import pytest

from speechrnn.features.augment.pauses import DIGITAL_SHARE, add_pauses
from tests.features.augment.signals import RATE, rng, white

SPEECH = np.concatenate([white(3000, level=0.1), white(1000, level=0.004)])


def test_an_utterance_stands_unchanged_between_pauses_of_the_length_asked_for() -> None:
    surrounded = add_pauses(SPEECH, 0.05, 0.1, RATE, rng())
    assert surrounded.dtype == np.float32
    assert len(surrounded) == 400 + 4000 + 800
    assert np.array_equal(surrounded[400:4400], SPEECH)


def test_a_pause_is_as_loud_as_the_quiet_moments_or_digital_silence_one_time_in_four() -> None:
    levels = []
    for seed in range(400):
        surrounded = add_pauses(SPEECH, 0.2, 0.3, RATE, np.random.default_rng(seed))
        before, behind = surrounded[:1600].std(), surrounded[5600:].std()
        assert (before == 0) == (behind == 0)
        levels += [before, behind]
    noisy = [level for level in levels if level]
    assert noisy == pytest.approx([0.004] * len(noisy), rel=0.2)
    assert 1 - len(noisy) / len(levels) == pytest.approx(DIGITAL_SHARE, abs=0.06)


def test_no_pause_changes_and_draws_nothing() -> None:
    generator = rng()
    before = generator.bit_generator.state
    assert add_pauses(SPEECH, 0.0, 0.0, RATE, generator) is SPEECH
    assert generator.bit_generator.state == before
