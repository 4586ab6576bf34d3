from pathlib import Path

import numpy as np
import pytest

from speechrnn.corpora.sphinx import FeatureInfo, read_sphinx
from speechrnn.errors import FeatureError

FRAMES = np.arange(39, dtype=np.float32).reshape(3, 13) - 7.25


@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_both_byte_orders_give_the_same_frames(tmp_path: Path, byte_order: str) -> None:
    content = np.array([39], f"{byte_order}i4").tobytes() + FRAMES.astype(f"{byte_order}f4").tobytes()
    (tmp_path / "a.mfc").write_bytes(content)
    frames = read_sphinx(tmp_path / "a.mfc")
    assert frames.dtype == np.float32
    np.testing.assert_array_equal(frames, FRAMES)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a whole Sphinx feature file"),
        (b"\0\0", "not a whole Sphinx feature file"),
        (np.array([39], ">i4").tobytes() + bytes(100), "not a whole Sphinx feature file"),
        (np.array([0], ">i4").tobytes(), "0 values; wanted one or more frames of 13"),
        (np.array([14], ">i4").tobytes() + bytes(56), "14 values; wanted one or more frames of 13"),
        (np.array([13], ">i4").tobytes() + np.full(13, np.nan, ">f4").tobytes(), "not finite"),
    ],
)
def test_a_file_that_is_not_whole_is_an_error_that_names_it(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "bad.mfc").write_bytes(content)
    with pytest.raises(FeatureError, match=rf"bad\.mfc: .*{reason}"):
        read_sphinx(tmp_path / "bad.mfc")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FeatureError, match=r"none\.mfc: cannot be read"):
        read_sphinx(tmp_path / "none.mfc")


def test_duration_counts_frame_shifts_of_10_ms() -> None:
    assert FeatureInfo(num_frames=129).duration_seconds == 1.29
