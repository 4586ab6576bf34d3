"""Many float32 arrays in one file, read through a memory map: the file format of the feature cache.

A pack is a magic line, the arrays one after another, then an index in JSON, then where the index begins and its CRC.
It is written whole and renamed into place, so a pack is there or not. Where every value is a step of 16-bit audio the
array is kept as int16, which gives back the same numbers in half the space. Each array has a CRC of its own, checked
when it is first read: what the disk has damaged is computed anew, never believed.
"""

import json
import mmap
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from speechrnn.atomic import writing

MAGIC: Final = b"speechrnn pack 1\n"
PACK_SUFFIX: Final = ".pack"
STEPS_16_BIT: Final = 32768
_TRAILER: Final = struct.Struct("<QI")

Values = NDArray[np.float32]


class Place(NamedTuple):
    """Where an array lies: offset in bytes, its type in the file, shape, and CRC-32."""

    offset: int
    dtype: str
    shape: tuple[int, ...]
    crc: int


@dataclass(frozen=True, slots=True)
class Pack:
    """An open pack; it holds the file's content even after the file was deleted. `checked` are the keys found sound."""

    path: Path
    memory: mmap.mmap
    places: dict[str, Place]
    checked: set[str] = field(default_factory=set)

    def read(self, key: str) -> Values | None:
        """Copy an array out, float32; None when its bytes are not those that were written."""
        place = self.places[key]
        count = int(np.prod(place.shape))
        stored = np.frombuffer(self.memory, place.dtype, count, place.offset).reshape(place.shape)
        if key not in self.checked:
            if zlib.crc32(stored.data) != place.crc:
                return None
            self.checked.add(key)
        if stored.dtype == np.int16:
            return stored.astype(np.float32) * np.float32(1 / STEPS_16_BIT)
        return stored.astype(np.float32)


def write_pack(path: Path, arrays: Mapping[str, Values]) -> None:
    """Write arrays under their keys.

    Raises:
        OSError: the disk is full or the folder may not be written to.
    """
    places: dict[str, Place] = {}
    with writing(path) as file:
        file.write(MAGIC)
        for key, values in arrays.items():
            stored = np.ascontiguousarray(_compact(values))
            places[key] = Place(file.tell(), stored.dtype.str, stored.shape, zlib.crc32(stored.data))
            file.write(stored.data)
        start, index = file.tell(), json.dumps(places).encode()
        file.write(index + _TRAILER.pack(start, zlib.crc32(index)))


def open_pack(path: Path) -> Pack | None:
    """Open a pack; None when it is no whole pack, or is gone."""
    try:
        with path.open("rb") as file:
            memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        start, crc = _TRAILER.unpack(memory[-_TRAILER.size :])
        index = memory[start : -_TRAILER.size]
        if memory[: len(MAGIC)] != MAGIC or zlib.crc32(index) != crc:
            return None
        places = {key: Place(o, d, tuple(shape), c) for key, (o, d, shape, c) in json.loads(index).items()}
    except (OSError, ValueError, struct.error):
        return None
    return Pack(path, memory, places)


def _compact(values: Values) -> NDArray[np.generic]:
    """Give the values as int16 steps where that loses nothing. Minus zero comes back as zero, which nothing tells."""
    steps = values * np.float32(STEPS_16_BIT)
    whole = steps == np.rint(steps)
    fits = values.size > 0 and bool(whole.all()) and steps.min() >= -STEPS_16_BIT and steps.max() < STEPS_16_BIT
    return steps.astype("<i2") if fits else values.astype("<f4", copy=False)
