"""The line every benchmark ends with, the same everywhere so that a script can gather them."""

import statistics
import time
from collections.abc import Callable


def show_figure(name: str, value: float, target: float, *, at_most: bool = True) -> None:
    """Print `figure NAME VALUE target TARGET ok|short`.

    Args:
        name: what was measured, with its unit, without spaces.
        value: the measurement.
        target: what is good enough.
        at_most: whether smaller is better.
    """
    good = value <= target if at_most else value >= target
    print(f"figure {name} {value:.3g} target {target:g} {'ok' if good else 'short'}", flush=True)


def median_seconds(*works: Callable[[], object], rounds: int) -> list[float]:
    """Time several works in turns, so that a busy moment of the machine falls on all of them.

    Args:
        works: what to time, each called once before the clock runs.
        rounds: timed calls of each.

    Returns:
        The median seconds of each.
    """
    for work in works:
        work()
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for number, work in enumerate(works):
            started = time.perf_counter()
            work()
            seconds[number].append(time.perf_counter() - started)
    return [statistics.median(own) for own in seconds]
