"""What a file really holds, found by reading it to its end, since a header may promise what is not there.

Blocks are read and forgotten, so that a recording of hours takes no more memory than one of minutes.
"""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

from speechrnn.audio import AudioInfo, open_stream
from speechrnn.corpora.sphinx import FeatureInfo, read_sphinx
from speechrnn.errors import AudioError, FeatureError

MediaInfo = AudioInfo | FeatureInfo
Stores = Literal["audio", "sphinx_features"]

_MAX_SECONDS: Final = 4 * 3600.0
_FULL_SCALE: Final = 32767 / 32768  # the highest step of 16 bits
_DIGEST_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One file.

    Attributes:
        info: its size.
        digest: hexadecimal; the same where two files hold the same samples, whatever their format.
        peak: highest absolute sample, full scale is 1; 0 for stored features, which have no level.
        rms: root of the mean square of the samples; 0 likewise.
        clipped: share of samples at full scale; 0 likewise.
    """

    info: MediaInfo
    digest: str
    peak: float = 0.0
    rms: float = 0.0
    clipped: float = 0.0


def measure_audio(path: Path) -> Measured:
    """Decode a sound file to its end.

    Raises:
        AudioError: it cannot be decoded whole.
    """
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    num_samples, num_clipped, peak, energy = 0, 0, 0.0, 0.0
    with open_stream(path, max_seconds=_MAX_SECONDS) as stream:
        for block in stream.blocks():
            digest.update(np.ascontiguousarray(block).data)
            level = np.abs(block)
            num_samples += len(block)
            num_clipped += int(np.count_nonzero(level >= _FULL_SCALE))
            peak = max(peak, float(level.max()))
            energy += float(np.square(block, dtype=np.float64).sum())
        info = AudioInfo(num_samples, stream.sample_rate_hz, stream.num_channels)
    digest.update(f"{info.sample_rate_hz} {info.num_channels}".encode())
    count = num_samples * info.num_channels
    return Measured(
        info=info, digest=digest.hexdigest(), peak=peak, rms=math.sqrt(energy / count), clipped=num_clipped / count
    )


def measure_features(path: Path) -> Measured:
    """Read a Sphinx feature file.

    Raises:
        FeatureError: it cannot be read whole.
    """
    frames = read_sphinx(path)
    digest = hashlib.blake2b(np.ascontiguousarray(frames).data, digest_size=_DIGEST_BYTES)
    return Measured(info=FeatureInfo(len(frames)), digest=digest.hexdigest())


_MEASURES: Final[dict[Stores, Callable[[Path], Measured]]] = {
    "audio": measure_audio,
    "sphinx_features": measure_features,
}


def measure_files(stores: Stores, paths: tuple[Path, ...]) -> list[Measured | str]:
    """Measure some files; a reason stands for each that cannot be read. Processes are given this by name."""
    return [_attempt(_MEASURES[stores], path) for path in paths]


def _attempt(measure: Callable[[Path], Measured], path: Path) -> Measured | str:
    try:
        return measure(path)
    except (AudioError, FeatureError) as error:
        return str(error).removeprefix(f"{path}: ")
