"""How long work tells its caller how far it is; what to draw is the caller's business."""

from typing import Protocol


class Progress(Protocol):
    """Called often, from one thread."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Report that `done` of `total` steps of `what` are finished; a total of 0 is not known."""


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""
