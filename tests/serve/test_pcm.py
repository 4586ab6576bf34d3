"""Samples come out the same however they are cut into messages."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.errors import AudioError, UsageError
from speechrnn.serve.pcm import PcmReader, parse_format


@given(st.lists(st.integers(-32768, 32767), max_size=50), st.lists(st.integers(0, 7), max_size=60))
def test_the_cuts_between_messages_change_no_sample(values: list[int], sizes: list[int]) -> None:
    content, reader, found = np.array(values, "<i2").tobytes(), PcmReader(parse_format("8000", "s16le")), []
    for size in [*sizes, len(content)]:
        found += reader.read(content[:size]).tolist()
        content = content[size:]
    assert found == [value / 32768 for value in values]


def test_floats_beyond_full_scale_are_clipped() -> None:
    reader = PcmReader(parse_format("8000", "f32le"))
    assert reader.read(np.array([0.5, -3.0, 2.0], "<f4").tobytes()).tolist() == [0.5, -1.0, 1.0]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(AudioError, match="not finite"):
        PcmReader(parse_format("8000", "f32le")).read(np.array([value], "<f4").tobytes())


@pytest.mark.parametrize("rate", ["", "0", "-8000", "8e3", "3999", "192001", "²", "1" * 5000])
def test_a_rate_that_is_none_is_refused(rate: str) -> None:
    with pytest.raises(UsageError, match="sample_rate: .* came; give samples per second, 4000 to 192000"):
        parse_format(rate, "s16le")
