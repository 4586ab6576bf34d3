"""Runs grown from known first frames are those of the aligner."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.decoding.align import Alignment, align
from speechrnn.decoding.ctc_path import frames_needed
from speechrnn.decoding.runs import runs


@given(st.integers(0, 40), st.lists(st.integers(1, 3), max_size=12), st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_from_the_starts_of_the_likeliest_path_come_its_ends(time: int, labels: list[int], seed: int) -> None:
    scores = 2 * np.random.default_rng(seed).standard_normal((max(time, frames_needed(labels)), 4))
    log_probs = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    aligned = align(log_probs, labels)
    grown = runs(log_probs, labels, aligned.starts)
    assert grown.ends == aligned.ends
    assert grown.scores == aligned.scores
    assert grown.log_prob == pytest.approx(aligned.log_prob)


def test_a_run_stops_before_the_next_label_and_before_likelier_blanks() -> None:
    likely = np.array([[8, 1, 1], [2, 7, 1], [1, 8, 1], [1, 3, 6], [5, 1, 4], [1, 2, 7]]) / 10
    assert runs(np.log(likely), [1, 2], [1, 3]).ends == (3, 6)
    assert runs(np.log(likely), [1, 2], [1, 5]).ends == (4, 6)


def test_no_labels_have_no_runs() -> None:
    assert runs(np.log(np.full((3, 2), 0.5)), [], []) == Alignment((), (), (), pytest.approx(3 * np.log(0.5)))
