"""Reading that a signal can end."""

import threading
from collections.abc import Iterator

import pytest

from speechrnn.cli.read_ahead import read_ahead


def test_everything_comes_in_order_and_an_error_in_its_turn() -> None:
    def items() -> Iterator[int]:
        yield from range(50)
        raise ValueError("broken at 50")

    reading = read_ahead(items(), lambda: True)
    assert [next(reading) for _ in range(50)] == list(range(50))
    with pytest.raises(ValueError, match="broken at 50"):
        next(reading)
    assert list(read_ahead(iter(range(50)), lambda: True)) == list(range(50))


def test_a_quiet_source_ends_when_no_more_is_wanted_and_what_it_gave_still_comes() -> None:
    wanted, quiet, forever = [True], threading.Event(), threading.Event()

    def items() -> Iterator[int]:
        yield from range(4)
        quiet.set()
        forever.wait(60)

    reading, taken = read_ahead(items(), lambda: wanted[0]), []
    taken.append(next(reading))
    assert quiet.wait(10)
    wanted[0] = False
    taken += reading
    assert taken == [0, 1, 2, 3]
    forever.set()


def test_a_source_is_read_a_few_ahead_only_and_let_go() -> None:
    given: list[int] = []
    closed = threading.Event()

    def items() -> Iterator[int]:
        try:
            for number in range(1000):
                given.append(number)
                yield number
        finally:
            closed.set()

    reading = read_ahead(items(), lambda: True)
    assert [next(reading) for _ in range(3)] == [0, 1, 2]
    assert not closed.wait(0.5)
    assert 3 <= len(given) < 20
    reading.close()  # type: ignore[attr-defined]
    assert closed.wait(10)
