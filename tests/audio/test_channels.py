"""One channel of many."""

import numpy as np
import pytest

from speechrnn.audio import to_mono
from speechrnn.errors import AudioError

BLOCK = np.array([[0.0, 1.0, 0.5], [0.25, 0.25, -0.5]], np.float32)


def test_the_mean_of_all_or_one_by_its_number() -> None:
    assert to_mono(BLOCK).tolist() == [0.5, 0.0]
    assert [to_mono(BLOCK, channel).tolist() for channel in range(3)] == [[0.0, 0.25], [1.0, 0.25], [0.5, -0.5]]


@pytest.mark.parametrize("channel", [3, -1])
def test_a_channel_that_is_not_there_is_refused(channel: int) -> None:
    with pytest.raises(AudioError, match=f"channel {channel} was asked for, the recording has 3, counted from 0"):
        to_mono(BLOCK, channel)
