"""The aligner finds the likeliest of all paths, whichever way it is looked for."""

import tracemalloc
from itertools import groupby, product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from speechrnn.decoding import align as module
from speechrnn.decoding.align import Alignment, align
from speechrnn.decoding.ctc_path import frames_needed
from speechrnn.decoding.greedy import greedy
from speechrnn.errors import AlignmentError
from speechrnn.features.torchaudio_compat import missing_parts


def random_log_probs(time: int, vocab: int, seed: int) -> NDArray[np.float64]:
    scores = 2 * np.random.default_rng(seed).standard_normal((time, vocab))
    return scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)


def best_of_all_paths(log_probs: NDArray[np.float64], labels: list[int]) -> tuple[float, tuple[int, ...]]:
    """Try every path there is."""
    time, vocab = log_probs.shape
    spelling = [
        path for path in product(range(vocab), repeat=time) if [label for label, _ in groupby(path) if label] == labels
    ]
    scored = [(float(log_probs[range(time), path].sum()) if time else 0.0, path) for path in spelling]
    return max(scored)


def as_path(alignment: Alignment, labels: list[int], time: int) -> tuple[int, ...]:
    path = [0] * time
    for start, end, label in zip(alignment.starts, alignment.ends, labels, strict=True):
        path[start:end] = [label] * (end - start)
    return tuple(path)


@given(st.integers(0, 6), st.lists(st.integers(1, 2), max_size=4), st.integers(0, 10**6), st.integers(1, 7))
@settings(max_examples=150, deadline=None)
def test_the_path_is_the_likeliest_of_all_that_spell_the_labels(
    time: int, labels: list[int], seed: int, block: int
) -> None:
    log_probs = random_log_probs(time, 3, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK_FRAMES", block)
        if frames_needed(labels) > time:
            with pytest.raises(AlignmentError, match=f"needs {frames_needed(labels)} frames, and the audio has {time}"):
                align(log_probs, labels)
            return
        alignment = align(log_probs, labels)
    expected, path = best_of_all_paths(log_probs, labels)
    assert as_path(alignment, labels, time) == path
    assert alignment.log_prob == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(3))
def test_the_path_is_that_of_torchaudio(seed: int) -> None:
    if "forced_align" in missing_parts():
        pytest.skip("this torchaudio runs without its compiled part, which holds forced_align")
    from torchaudio.functional import forced_align

    log_probs = random_log_probs(300, 20, seed)
    labels = np.random.default_rng(seed).integers(1, 20, 80).tolist()
    path, scores = forced_align(torch.tensor(log_probs)[None], torch.tensor([labels]))
    alignment = align(log_probs, labels)
    assert as_path(alignment, labels, 300) == tuple(path[0].tolist())
    assert alignment.log_prob == pytest.approx(float(scores.sum()))


@pytest.mark.parametrize("seed", range(3))
def test_aligning_what_greedy_read_gives_the_best_path_back(seed: int) -> None:
    log_probs = random_log_probs(60, 5, seed)
    (best,) = greedy(log_probs)
    alignment = align(log_probs, best.labels)
    assert alignment.starts == best.frames
    assert alignment.log_prob == pytest.approx(best.score)


def test_a_run_lasts_as_long_as_its_label_is_likelier_than_the_blank() -> None:
    likely = np.array([[8, 1, 1], [2, 7, 1], [1, 8, 1], [8, 1, 1], [3, 1, 6], [8, 1, 1]]) / 10
    alignment = align(np.log(likely), [1, 2])
    assert (alignment.starts, alignment.ends) == ((1, 4), (3, 5))
    assert alignment.scores == pytest.approx((np.log(0.8), np.log(0.6)))
    assert alignment.log_prob == pytest.approx(np.log(0.8 * 0.7 * 0.8 * 0.8 * 0.6 * 0.8))


def test_equal_neighbours_keep_a_blank_between_them() -> None:
    alignment = align(np.log(np.full((3, 2), 0.5)), [1, 1])
    assert (alignment.starts, alignment.ends) == ((0, 2), (1, 3))


@pytest.mark.parametrize("time", [0, 1, 5])
def test_no_labels_align_with_blanks_only(time: int) -> None:
    alignment = align(np.log(np.full((time, 2), 0.5)), [])
    assert alignment == Alignment((), (), (), pytest.approx(time * np.log(0.5)))


@pytest.mark.parametrize("frames", [99, 100, 101, 199, 200, 201, 1000])
def test_checkpoints_change_nothing(frames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    log_probs = random_log_probs(frames, 6, frames)
    labels = np.random.default_rng(1).integers(1, 6, frames // 3).tolist()
    whole = align(log_probs, labels)
    monkeypatch.setattr(module, "BLOCK_FRAMES", 100)
    assert align(log_probs, labels) == whole


def test_memory_does_not_hold_a_back_pointer_for_every_frame_and_label(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_FRAMES", 128)
    frames, num_labels = 8000, 3000
    log_probs = random_log_probs(frames, 4, 1).astype(np.float32)
    labels = np.random.default_rng(1).integers(1, 4, num_labels).tolist()
    tracemalloc.start()
    align(log_probs, labels)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < frames * (2 * num_labels + 1) / 8


def test_a_label_that_cannot_be_heard_anywhere_is_refused() -> None:
    with np.errstate(divide="ignore"):
        log_probs = np.log(np.array([[0.5, 0.5, 0.0]] * 4))
    with pytest.raises(AlignmentError, match="no path through 4 frames can say these 2 labels"):
        align(log_probs, [1, 2])
    assert align(log_probs, [1]).log_prob == pytest.approx(4 * np.log(0.5))


@pytest.mark.parametrize("labels", [[0], [1, 3], [-1]])
def test_ids_that_are_no_labels_are_refused(labels: list[int]) -> None:
    with pytest.raises(ValueError, match="1 to 2 were wanted"):
        align(np.log(np.full((4, 3), 1 / 3)), labels)


def test_log_probs_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(4,\), wanted \(time, vocab\)"):
        align(np.zeros(4), [1])
