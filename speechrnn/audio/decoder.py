"""What every decoder of sound looks like, whichever library does the work.

Blocks are float32 `(num_samples, num_channels)`; full scale is 1, times are in seconds.
"""

from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

GET_WHOLE: Final = "copy it again, or let ffmpeg write what there is to a new file"
"""What to do about a recording that is shorter than it says."""
_MOST_VALUES: Final = 2**22  # 16 MiB; half a minute of stereo at 48 kHz takes less


def at_once(num_samples: int, num_channels: int) -> int:
    """Tell how many of so many samples to decode at once, so that memory depends on neither rate nor channels.

    >>> at_once(480_000, 2), at_once(480_000, 1024)
    (480000, 4096)
    """
    return max(1, min(num_samples, _MOST_VALUES // num_channels))


class UndecodableError(Exception):
    """A decoder's own reason for refusing its input, perhaps none; `audio.stream` names the recording."""


def quoted(*reasons: object) -> str:
    """Give the reasons that say something, in brackets behind a space; nothing where none does.

    >>> quoted("libsndfile: Channel count is zero", ""), quoted("")
    (' (libsndfile: Channel count is zero)', '')
    """
    said = "; ".join(text for text in map(str, reasons) if text)
    return f" ({said})" if said else ""


def damaged(reason: str) -> UndecodableError:
    """Word the error for a recording whose beginning could be decoded; `reason` may be empty."""
    return UndecodableError(
        f"cannot be decoded to its end{quoted(reason)}, so it is damaged or cut short; copy it again, or convert it "
        "again from its source"
    )


class Decoder(Protocol):
    """An open recording, read once from its start to its end."""

    @property
    def sample_rate_hz(self) -> int:
        """Samples per second of each channel."""

    @property
    def num_channels(self) -> int:
        """How many channels a block has."""

    @property
    def num_samples(self) -> int | None:
        """Samples per channel that the header promises; None where it promises nothing that must hold."""

    @property
    def expected_seconds(self) -> float | None:
        """The length to expect, perhaps a guess; None where nothing is known."""

    def read(self, num_samples: int) -> Samples:
        """Decode the next samples; fewer come only at the end.

        Returns:
            `(num_samples, num_channels)`.

        Raises:
            UndecodableError: the rest cannot be decoded.
        """

    def skip(self, num_samples: int) -> None:
        """Pass over samples, to the end at most.

        Raises:
            UndecodableError: they cannot be passed over.
        """
