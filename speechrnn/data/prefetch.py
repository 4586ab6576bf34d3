"""The next batches, made in a thread of their own while the model learns from the one before.

What a batch holds depends on its utterances and the epoch alone, so it does not matter when or where it is made: the
weights are the same bits with and without. Decoding, resampling, Fourier transforms and all of torch release Python's
lock, so one thread is enough to keep the other waiting for nothing; a process would cost a second import of torch, and
a copy of each batch.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch

Planned = TypeVar("Planned")
Loaded = TypeVar("Loaded")


def prefetched(
    plan: Iterable[Planned], load: Callable[[Planned], Loaded], num_batches: int
) -> Generator[Loaded, None, None]:
    """Load everything planned, in order.

    Args:
        plan: what to load.
        load: makes one batch; called in one thread only.
        num_batches: how many may wait to be taken; 0 loads each when it is asked for, in the caller's thread.

    Yields:
        What `load` gave. Its error is raised where its batch would have come.

    Closing the iterator ends the thread, which finishes at most the batch it is at.
    """
    if num_batches == 0:
        yield from map(load, plan)
        return
    # Asked for once in this thread, its number of threads is its own, and the other may set another (`one_thread.py`).
    torch.get_num_threads()
    waiting: deque[Future[Loaded]] = deque()
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="prefetch")
    try:
        for planned in plan:
            waiting.append(pool.submit(load, planned))
            if len(waiting) > num_batches:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
