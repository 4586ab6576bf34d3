"""CMU Sphinx feature files: one 32-bit count of the values that follow, then 32-bit floats, thirteen to a frame.

Either byte order occurs; the right one is the one under which the count fits the file's size. Frames are 10 ms apart.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from speechrnn.errors import FeatureError

NUM_CEPS: Final = 13
FRAME_SHIFT_SECONDS: Final = 0.01
SAMPLE_RATE_HZ: Final = 16000


@dataclass(frozen=True, slots=True)
class FeatureInfo:
    """The size of one stored feature matrix."""

    num_frames: int

    @property
    def duration_seconds(self) -> float:
        """Length in seconds, counted in whole frame shifts."""
        return round(self.num_frames * FRAME_SHIFT_SECONDS, 6)


def read_sphinx(path: Path) -> npt.NDArray[np.float32]:
    """Read one `.mfc` file.

    Returns:
        Cepstra, float32 `(time, 13)`, as stored: natural log, no deltas, not normalised.

    Raises:
        FeatureError: the file is missing, truncated, not in whole frames, or holds values that are not finite.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FeatureError(f"{path}: cannot be read ({error.strerror or error})") from error
    num_values = len(content) // 4 - 1
    for byte_order in ("<", ">"):
        if (
            len(content) >= 4
            and len(content) % 4 == 0
            and np.frombuffer(content, f"{byte_order}i4", 1)[0] == num_values
        ):
            return _frames(path, np.frombuffer(content, f"{byte_order}f4", offset=4).astype(np.float32))
    raise FeatureError(
        f"{path}: not a whole Sphinx feature file; its leading count does not fit its {len(content)} bytes"
    )


def _frames(path: Path, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Shape the values into frames, after checking them."""
    if not len(values) or len(values) % NUM_CEPS:
        raise FeatureError(f"{path}: {len(values)} values; wanted one or more frames of {NUM_CEPS}")
    if not np.isfinite(values).all():
        raise FeatureError(f"{path}: holds values that are not finite (NaN or infinity)")
    return values.reshape(-1, NUM_CEPS)
