"""What the server says of itself while it runs: a line on stderr for each failure of ours."""

import logging
from typing import Final

_LOG: Final = logging.getLogger("speechrnn.serve")


def log_failure(place: str, error: Exception) -> None:
    """Note a failure, for whoever runs the server; the client is told nothing of it."""
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    _LOG.error("error: %s: failed unexpectedly (%s); please report this", place, reason)
    _LOG.debug("%s: where it failed", place, exc_info=error)
