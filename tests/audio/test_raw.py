"""Samples without a header, held against what libsndfile reads with one."""

import io

import numpy as np
import pytest
import soundfile

from speechrnn.audio import RawFormat, open_stream
from speechrnn.audio.raw import ENCODINGS
from speechrnn.errors import AudioError, UsageError
from tests.audio.pipes import Trickle

# By NumPy's own name of the type, with what full scale is.
NUMPY = {
    "s8": ("i1", 2**7),
    "s16le": ("<i2", 2**15),
    "s16be": (">i2", 2**15),
    "s32le": ("<i4", 2**31),
    "s32be": (">i4", 2**31),
    "f32le": ("<f4", 1),
    "f32be": (">f4", 1),
    "f64le": ("<f8", 1),
    "f64be": (">f8", 1),
}
SAMPLES = np.array([[0.0, 0.5], [-0.25, 0.125], [-1.0, 0.75]])
WRITTEN_BY_LIBSNDFILE = {
    "u8": ("PCM_U8", "LITTLE"),
    "s24le": ("PCM_24", "LITTLE"),
    "s24be": ("PCM_24", "BIG"),
    "alaw": ("ALAW", "LITTLE"),
    "mulaw": ("ULAW", "LITTLE"),
}


def _raw(encoding: str) -> bytes:
    if encoding in NUMPY:
        dtype, scale = NUMPY[encoding]
        return (SAMPLES * scale).astype(dtype).tobytes()
    subtype, endian = WRITTEN_BY_LIBSNDFILE[encoding]
    content = io.BytesIO()
    soundfile.write(content, SAMPLES, 8000, format="RAW", subtype=subtype, endian=endian)
    return content.getvalue()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_gives_the_samples_back(encoding: str) -> None:
    with open_stream(Trickle(_raw(encoding)), raw=RawFormat(8000, 2, encoding)) as opened:
        assert (opened.sample_rate_hz, opened.num_channels, opened.duration_seconds) == (8000, 2, None)
        (block,) = opened.blocks()
    tolerance = 0.03 if encoding.endswith("law") else 1 / 127 if encoding == "u8" else 1e-6
    np.testing.assert_allclose(block, SAMPLES, atol=tolerance)


def test_part_of_a_sample_at_the_end_is_dropped() -> None:
    with open_stream(io.BytesIO(_raw("s16le") + b"\1\2\3"), raw=RawFormat(8000, 2)) as opened:
        (block,) = opened.blocks()
    assert len(block) == 3


def test_a_part_of_raw_samples_is_the_slice() -> None:
    content = np.arange(1000, dtype="<i2").tobytes()
    with open_stream(Trickle(content), raw=RawFormat(1000)) as opened:
        (block,) = opened.blocks(start_seconds=0.25, duration_seconds=0.5)
    np.testing.assert_array_equal(block[:, 0] * 2**15, np.arange(250, 750))


def test_no_samples_at_all_are_an_error() -> None:
    with (
        open_stream(io.BytesIO(b"\1"), name="-", raw=RawFormat(8000)) as opened,
        pytest.raises(AudioError, match="^-: holds no samples"),
    ):
        list(opened.blocks())


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"rate_hz": 8000, "encoding": "mp3"}, r"raw encoding mp3: unknown; give one of u8, s8, s16le"),
        ({"rate_hz": 0}, "raw rate 0 Hz: wanted a positive number"),
        ({"rate_hz": 8000, "channels": 0}, "raw channels 0: wanted 1 to 1024"),
    ],
)
def test_what_no_samples_can_be_is_refused(values: dict[str, object], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        RawFormat(**values)  # type: ignore[arg-type]
