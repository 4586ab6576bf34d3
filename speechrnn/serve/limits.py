"""How much one server takes on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is refused beyond it.

    Attributes:
        max_upload_bytes: size of a request's body.
        max_seconds: length of a recording or of a stream.
        max_waiting: recordings that wait while every worker has one.
        max_streams: live streams at a time.
        idle_seconds: for how long a body or a stream may stand still.
    """

    max_upload_bytes: int = 100 * 2**20
    max_seconds: float = 7200.0
    max_waiting: int = 16
    max_streams: int = 8
    idle_seconds: float = 30.0
