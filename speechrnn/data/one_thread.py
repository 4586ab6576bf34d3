"""Torch in one thread for a while, so that features are the same bits however many threads train on them.

Matrix products and Fourier transforms differ in their last bits with the number of threads, and those of one utterance
are too small to gain anything by it: threads that wait for each other cost more than the work. The number belongs to
the calling thread, and the weights of another are trained with as many as before.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute in one thread until the block ends."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
