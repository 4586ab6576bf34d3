"""Batches made ahead: the same ones, in order, and nothing left running."""

import threading
import time
from contextlib import closing

import pytest

from speechrnn.data.prefetch import prefetched


def workers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("prefetch")]


@pytest.mark.parametrize("num_batches", [0, 1, 2, 100])
def test_everything_planned_comes_once_and_in_order(num_batches: int) -> None:
    assert list(prefetched(range(20), lambda number: number**2, num_batches)) == [n**2 for n in range(20)]
    assert list(prefetched([], str, num_batches)) == []
    assert workers() == []


@pytest.mark.parametrize("num_batches", [0, 1, 3])
def test_no_more_are_made_ahead_than_asked_for(num_batches: int) -> None:
    made: list[int] = []
    with closing(prefetched(range(20), made.append, num_batches)) as batches:
        for taken in range(1, 6):
            next(batches)
            time.sleep(0.05)
            assert len(made) == taken + num_batches


def test_while_one_is_used_the_next_is_made() -> None:
    names: list[str] = []

    def load(number: int) -> int:
        names.append(threading.current_thread().name)
        return number

    assert list(prefetched(range(3), load, 1)) == [0, 1, 2]
    assert {name.split("_")[0] for name in names} == {"prefetch"}
    names.clear()
    assert list(prefetched(range(3), load, 0)) == [0, 1, 2]
    assert set(names) == {threading.main_thread().name}


@pytest.mark.parametrize("num_batches", [0, 1, 5])
def test_an_error_comes_where_its_batch_would_have_come_and_ends_the_thread(num_batches: int) -> None:
    def load(number: int) -> int:
        if number == 3:
            raise ValueError("batch three")
        return number

    taken: list[int] = []
    with pytest.raises(ValueError, match="^batch three$"):
        taken.extend(prefetched(range(10), load, num_batches))
    assert taken == [0, 1, 2]
    assert workers() == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_whoever_stops_taking_leaves_no_thread_and_no_work_behind(error: type[BaseException]) -> None:
    made: list[int] = []

    def work() -> None:
        with closing(prefetched(range(1000), made.append, 2)) as batches:
            next(batches)
            raise error("enough")

    with pytest.raises(error, match="enough"):
        work()
    count = len(made)
    assert workers() == []
    time.sleep(0.05)
    assert len(made) == count <= 3
