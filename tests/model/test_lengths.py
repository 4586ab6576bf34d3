"""Masks and reversals."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.model.lengths import reversal_index, reverse_within_lengths, valid_frames, zero_padding

LENGTHS = torch.tensor([4, 1, 3])
FRAMES = torch.arange(1, 13, dtype=torch.float32).reshape(3, 4, 1)


def test_a_frame_is_valid_before_its_length() -> None:
    assert valid_frames(LENGTHS, 4).tolist() == [[True] * 4, [True, False, False, False], [True, True, True, False]]


def test_padding_is_set_to_zero_and_nothing_else_is() -> None:
    assert zero_padding(FRAMES, LENGTHS).squeeze(2).tolist() == [[1, 2, 3, 4], [5, 0, 0, 0], [9, 10, 11, 0]]


def test_each_utterance_is_reversed_within_its_own_length() -> None:
    reversed_ = reverse_within_lengths(FRAMES, reversal_index(LENGTHS, 4))
    assert reversed_.squeeze(2).tolist() == [[4, 3, 2, 1], [5, 6, 7, 8], [11, 10, 9, 12]]


@settings(max_examples=40, deadline=None, database=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(0, 3))
def test_reversing_twice_changes_nothing(lengths: list[int], extra: int) -> None:
    time = max(lengths) + extra
    index = reversal_index(torch.tensor(lengths), time)
    frames = torch.randn(len(lengths), time, 2)
    assert torch.equal(reverse_within_lengths(reverse_within_lengths(frames, index), index), frames)
    assert torch.equal(index.sort(dim=1).values, torch.arange(time).expand(len(lengths), time))
