"""How much one server takes on."""

from dataclasses import dataclass
from typing import Final

SLOWEST_BYTES_PER_SECOND: Final = 16 * 2**10
"""Of a line that is still waited for: 131 kbit/s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is refused beyond it.

    Attributes:
        max_upload_bytes: size of a request's body.
        max_seconds: length of a recording or of a stream.
        max_waiting: recordings that wait while every worker has one.
        max_streams: live streams at a time.
        body_seconds: for a body to come, beyond what its bytes need on the slowest line.
        idle_seconds: for how long a body or a stream may stand still.
    """

    max_upload_bytes: int = 100 * 2**20
    max_seconds: float = 7200.0
    max_waiting: int = 16
    max_streams: int = 8
    body_seconds: float = 60.0
    idle_seconds: float = 30.0
