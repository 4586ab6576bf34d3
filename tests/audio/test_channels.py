"""One channel of many."""

import numpy as np

from speechrnn.audio.channels import to_mono

BLOCK = np.array([[0.0, 1.0, 0.5], [0.25, 0.25, -0.5]], np.float32)


def test_the_mean_of_all_or_one_by_its_number() -> None:
    assert to_mono(BLOCK).tolist() == [0.5, 0.0]
    assert [to_mono(BLOCK, channel).tolist() for channel in range(3)] == [[0.0, 0.25], [1.0, 0.25], [0.5, -0.5]]
