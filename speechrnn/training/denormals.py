"""Numbers too small for their full digits count as zero while a network is trained.

A state whose candidate the rectifier holds at zero, and a gradient on its way through closed gates, shrink from frame
to frame and end among the denormals, below 1.2e-38. Processors compute those in microcode: a matrix product, a third of
it denormal, took a hundred times as long here. Nothing that small reaches a weight.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def denormals_as_zero() -> Iterator[None]:
    """Take denormals for zero in this thread and those it starts; processors that cannot go on as they were."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)
