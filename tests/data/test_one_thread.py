"""One thread for a while, and only here."""

import threading
from collections.abc import Iterator

import pytest
import torch

from speechrnn.data.one_thread import one_thread


@pytest.fixture(autouse=True)
def three() -> Iterator[None]:
    """Begin with three threads, and give back what was."""
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def test_inside_there_is_one_and_afterwards_as_many_as_before() -> None:
    with one_thread():
        assert torch.get_num_threads() == 1
        with one_thread():
            assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 3


def test_an_error_gives_the_threads_back() -> None:
    with pytest.raises(ValueError, match="^inside$"), one_thread():
        raise ValueError("inside")
    assert torch.get_num_threads() == 3


def test_another_thread_keeps_its_own_number() -> None:
    torch.get_num_threads()
    inside, outside = threading.Event(), threading.Event()
    seen: list[int] = []

    def other() -> None:
        with one_thread():
            seen.append(torch.get_num_threads())
            inside.set()
            outside.wait(5)

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(5)
    seen.append(torch.get_num_threads())
    outside.set()
    thread.join()
    assert seen == [1, 3]
