"""Best-path decoding against toy matrices one can read by eye, and against a definition-by-definition oracle."""

import itertools

import numpy as np
import pytest

from speechrnn.decoding.greedy import greedy
from speechrnn.decoding.hypothesis import Hypothesis


def _path(best: list[int], vocab: int = 4, margin: float = 0.7) -> np.ndarray:
    """Log-probabilities whose likeliest label per frame is `best`, each with probability `margin`."""
    probabilities = np.full((len(best), vocab), (1 - margin) / (vocab - 1))
    probabilities[np.arange(len(best)), best] = margin
    return np.log(probabilities).astype(np.float32)


@pytest.mark.parametrize(
    ("best", "labels", "frames"),
    [
        ([1, 1, 2], (1, 2), (0, 2)),
        ([1, 0, 1], (1, 1), (0, 2)),
        ([0, 0, 3, 3, 0], (3,), (2,)),
        ([2, 1, 2, 1], (2, 1, 2, 1), (0, 1, 2, 3)),
        ([0, 0, 0], (), ()),
        ([3], (3,), (0,)),
    ],
)
def test_runs_merge_blanks_drop_and_frames_are_the_first_of_each_run(
    best: list[int], labels: tuple[int, ...], frames: tuple[int, ...]
) -> None:
    (hypothesis,) = greedy(_path(best))
    assert hypothesis.labels == labels
    assert hypothesis.frames == frames


def test_score_is_the_log_probability_of_the_best_path() -> None:
    assert greedy(_path([1, 0, 2], margin=0.5))[0].score == pytest.approx(3 * np.log(0.5))


def test_every_path_of_four_frames_collapses_as_itertools_groups_it() -> None:
    for best in itertools.product(range(3), repeat=4):
        expected = tuple(label for label, _ in itertools.groupby(best) if label != 0)
        assert greedy(_path(list(best), vocab=3))[0].labels == expected


def test_no_frames_give_an_empty_hypothesis() -> None:
    assert greedy(np.zeros((0, 5), dtype=np.float32)) == [Hypothesis(labels=(), score=0.0, frames=())]


def test_label_ids_are_plain_integers_for_json() -> None:
    (hypothesis,) = greedy(_path([1, 2]))
    assert {type(value) for value in hypothesis.labels + hypothesis.frames} == {int}


@pytest.mark.parametrize("shape", [(3,), (1, 3, 4), (3, 0)])
def test_a_batch_or_an_empty_vocabulary_is_refused_with_its_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"wanted \(time, vocab\)"):
        greedy(np.zeros(shape, dtype=np.float32))
