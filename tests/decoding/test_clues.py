"""What a confidence is made of, worked by hand."""

import numpy as np
import pytest

from speechrnn.decoding.clues import find_clues, frame_entropy
from speechrnn.decoding.greedy import greedy
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.text.alphabet import Alphabet

LETTERS = Alphabet((" ", "a", "b"))
WORDS = Alphabet(("no", "on", "yes"), "word")
ROWS = np.array(
    [
        [0.1, 0.1, 0.7, 0.1],  # a
        [0.25, 0.25, 0.25, 0.25],  # the blank, by a hair: the most doubtful frame, near the first word
        [0.1, 0.1, 0.2, 0.6],  # b
        [0.1, 0.9, 0.0, 0.0],  # a space
        [0.05, 0.05, 0.8, 0.1],  # a
        [1.0, 0.0, 0.0, 0.0],
    ]
)
with np.errstate(divide="ignore"):
    LOG_PROBS = np.log(ROWS)


def entropy(row: list[float]) -> float:
    return -sum(value * np.log(value) for value in row if value > 0)


def test_a_word_is_known_by_its_labels_and_the_doubt_around_them() -> None:
    (best,) = greedy(LOG_PROBS)
    clues = find_clues(LOG_PROBS, best, LETTERS)
    doubts = [entropy(row) for row in ROWS.tolist()]
    np.testing.assert_allclose(
        clues.words,
        [
            [(np.log(0.7) + np.log(0.6)) / 2, np.log(0.6), max(doubts[:4])],
            [np.log(0.8), np.log(0.8), max(doubts[3:])],
        ],
    )
    np.testing.assert_allclose(clues.raw, [(0.7 * 0.6) ** 0.5, 0.8])


def test_an_utterance_is_known_by_all_its_frames_and_how_far_it_is_from_the_best_path() -> None:
    doubts = [entropy(row) for row in ROWS.tolist()]
    greedy_clues = find_clues(LOG_PROBS, greedy(LOG_PROBS)[0], LETTERS)
    np.testing.assert_allclose(greedy_clues.utterance, [np.log(4), sum(doubts), 0.0], atol=1e-12)
    # Read as one `a`: it lasts three frames, as the third has more of it than of the blank; then come blanks.
    other = find_clues(LOG_PROBS, Hypothesis((2,), 0.0, (0,)), LETTERS)
    assert other.utterance[2] == pytest.approx(np.log(0.2 / 0.6 * 0.1 / 0.9 * 0.05 / 0.8))


def test_labels_that_are_words_are_words_each() -> None:
    clues = find_clues(LOG_PROBS, Hypothesis((2, 3, 2), 0.0, (0, 2, 4)), WORDS)
    np.testing.assert_allclose(clues.words[:, 0], np.log([0.7, 0.6, 0.8]))


@pytest.mark.parametrize("frames", [0, 3])
def test_nothing_heard_leaves_the_clues_of_the_utterance(frames: int) -> None:
    clues = find_clues(np.log(np.full((frames, 4), 0.25)), Hypothesis((), 0.0, ()), LETTERS)
    assert clues.words.shape == (0, 3)
    np.testing.assert_allclose(clues.utterance, [np.log(4) * (frames > 0), np.log(4) * frames, 0.0], atol=1e-12)


def test_what_has_probability_zero_leaves_numbers_to_calculate_with() -> None:
    clues = find_clues(LOG_PROBS, Hypothesis((3,), 0.0, (5,)), LETTERS)
    assert np.isfinite(clues.words).all()
    assert np.isfinite(clues.utterance).all()
    assert clues.raw == pytest.approx([0.0])


def test_certainty_has_no_entropy_and_ignorance_the_log_of_the_labels() -> None:
    with np.errstate(divide="ignore"):
        log_probs = np.log(np.array([[1.0, 0, 0, 0], [0.25] * 4], dtype=np.float32))
    np.testing.assert_allclose(frame_entropy(log_probs), [0, np.log(4)], atol=1e-6)
