"""Utterances set end to end."""

import numpy as np
import pytest

from speechrnn.features.augment.joins import join_frames, join_samples, quiet_level
from tests.features.augment.signals import RATE, rng, tone, white


def test_parts_stand_unchanged_between_pauses_of_the_length_asked_for() -> None:
    parts = [white(1000, seed=1), white(700, seed=2), white(900, seed=3)]
    joined = join_samples(parts, [0.05, 0.1], RATE, rng())
    assert joined.dtype == np.float32
    assert len(joined) == 1000 + 400 + 700 + 800 + 900
    assert np.array_equal(joined[:1000], parts[0])
    assert np.array_equal(joined[1400:2100], parts[1])
    assert np.array_equal(joined[2900:], parts[2])


def test_a_pause_is_as_loud_as_the_quiet_moments_of_the_quieter_neighbour() -> None:
    loud, hushed = white(4000, level=0.1), np.concatenate([white(3000, level=0.1), white(1000, level=0.004)])
    for parts in ([loud, hushed], [hushed, loud]):
        pause = join_samples(parts, [0.5], RATE, rng())[4000:8000]
        assert pause.std() == pytest.approx(0.004, rel=0.2)


def test_neighbours_of_digital_silence_leave_a_silent_pause() -> None:
    padded = np.concatenate([tone(4000), np.zeros(2000, np.float32)])
    assert not join_samples([padded, tone(2000)], [0.1], RATE, rng())[6000:6800].any()


def test_the_quiet_level_is_the_tenth_percentile_of_blocks_worked_by_hand() -> None:
    # 11 blocks of 80 samples with levels 0, 1, ... 10: a tenth of the way up lies the second.
    samples = np.repeat(np.arange(11, dtype=np.float32), 80)
    assert quiet_level(samples, RATE) == pytest.approx(1)
    assert quiet_level(samples[:79], RATE) == 0


def test_one_part_is_itself_and_draws_nothing() -> None:
    generator = rng()
    before = generator.bit_generator.state
    samples, frames = white(500), np.ones((5, 3), np.float32)
    assert join_samples([samples], [], RATE, generator) is samples
    assert join_frames([frames], []) is frames
    assert generator.bit_generator.state == before


def test_a_pause_between_frames_goes_over_in_even_steps() -> None:
    parts = [np.float32([[9, 9], [0, 4]]), np.float32([[4, 0]]), np.float32([[5, 5]])]
    expected = [[9, 9], [0, 4], [1, 3], [2, 2], [3, 1], [4, 0], [5, 5]]
    np.testing.assert_allclose(join_frames(parts, [3, 0]), expected)


def test_a_part_without_frames_has_no_pause() -> None:
    empty, frames = np.zeros((0, 2), np.float32), np.ones((2, 2), np.float32)
    assert join_frames([empty, frames, empty], [3, 3]).shape == (2, 2)
