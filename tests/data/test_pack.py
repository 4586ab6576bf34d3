"""Packs of arrays: what goes in comes out, and damage is noticed."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from speechrnn.data.pack import MAGIC, Pack, open_pack, write_pack

STEPS = np.array([-1.0, -0.5, 0.0, 1 / 32768, 32767 / 32768], np.float32)
ARRAYS = {
    "steps": STEPS,
    "between": np.array([[0.1, 1e-9], [3.5, -7.25]], np.float32),
    "over": np.array([1.0], np.float32),  # 32768 steps are one more than 16 bits hold
    "none": np.zeros((0, 13), np.float32),
}


def opened(path: Path) -> Pack:
    pack = open_pack(path)
    assert pack is not None
    return pack


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A pack of four arrays."""
    write_pack(tmp_path / "a.pack", ARRAYS)
    return tmp_path / "a.pack"


def test_arrays_come_back_in_value_shape_and_type(path: Path) -> None:
    pack = opened(path)
    assert pack.places.keys() == ARRAYS.keys()
    for key, values in ARRAYS.items():
        read = pack.read(key)
        assert read is not None
        assert read.dtype == np.float32
        assert read.shape == values.shape
        np.testing.assert_array_equal(read, values)


@settings(max_examples=30, deadline=None)
@given(arrays(np.float32, array_shapes(max_dims=2, max_side=5), elements=st.floats(-4, 4, width=32)))
def test_no_value_is_changed_by_the_way_it_is_kept(
    tmp_path_factory: pytest.TempPathFactory, values: NDArray[np.float32]
) -> None:
    path = tmp_path_factory.mktemp("pack") / "a.pack"
    for kept in (values, np.round(values * 1024) / np.float32(1024)):
        write_pack(path, {"a": kept})
        np.testing.assert_array_equal(opened(path).read("a"), kept)


def test_samples_of_16_bit_files_take_two_bytes_each(path: Path) -> None:
    places = opened(path).places
    assert [places[key].dtype for key in ARRAYS] == ["<i2", "<f4", "<f4", "<f4"]


def test_what_is_read_may_be_changed_and_the_pack_stays_as_it_was(path: Path) -> None:
    pack = opened(path)
    for key in ("steps", "between"):
        read = pack.read(key)
        assert read is not None
        read += 1
        np.testing.assert_array_equal(pack.read(key), ARRAYS[key])


def test_an_open_pack_is_read_on_after_its_file_is_deleted(path: Path) -> None:
    pack = opened(path)
    path.unlink()
    np.testing.assert_array_equal(pack.read("steps"), STEPS)


def test_a_byte_changed_in_an_array_spoils_that_array_only(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[opened(path).places["steps"].offset + 3] ^= 1
    path.write_bytes(content)
    pack = opened(path)
    assert pack.read("steps") is None
    np.testing.assert_array_equal(pack.read("between"), ARRAYS["between"])


@pytest.mark.parametrize("damage", ["cut short", "cut to nothing", "index", "magic", "gone"])
def test_what_is_no_whole_pack_is_none(path: Path, damage: str) -> None:
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        spoilt = {
            "cut short": content[:-5],
            "cut to nothing": b"",
            "index": content[:-30] + b"?" + content[-29:],
            "magic": b"X" + content[1:],
        }
        path.write_bytes(spoilt[damage])
    assert open_pack(path) is None


def test_a_pack_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(MAGIC)
    with pytest.raises(OSError, match="file"):
        write_pack(tmp_path / "file" / "a.pack", ARRAYS)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
