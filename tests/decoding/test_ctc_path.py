"""Which label sequences CTC can spell on how many frames."""

import itertools

import pytest

from speechrnn.decoding.ctc_path import frames_needed


@pytest.mark.parametrize(
    ("labels", "frames"),
    [([], 0), ([1], 1), ([1, 2], 2), ([1, 1], 3), ([1, 1, 1], 5), ([1, 2, 1], 3), ([1, 2, 2, 3], 5)],
)
def test_each_label_needs_a_frame_and_equal_neighbours_a_blank_between(labels: list[int], frames: int) -> None:
    assert frames_needed(labels) == frames


def test_it_is_the_shortest_of_all_paths() -> None:
    spelled: dict[tuple[int, ...], int] = {}
    for time in range(7):
        for path in itertools.product(range(3), repeat=time):
            labels = tuple(label for label, _ in itertools.groupby(path) if label)
            spelled.setdefault(labels, time)
    assert len(spelled) > 40
    assert {labels: frames_needed(labels) for labels in spelled} == spelled
