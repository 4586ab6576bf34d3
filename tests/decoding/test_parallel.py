"""Many utterances, in one process and in several: the same results in the same order, errors named, memory flat."""

import os
import signal
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest

from speechrnn.decoding.fusion import Scores, States, Table
from speechrnn.decoding.parallel import decode_all
from speechrnn.decoding.prefix_beam import BeamOptions, prefix_beam
from speechrnn.errors import AlignmentError, DecodingError


class EvenLabels:
    """A graph that lets only label 2 be written; a class of a module, so that it can travel."""

    start = 0

    def expand(self, state: int) -> tuple[Scores, States]:
        return np.array([0.0, -np.inf, 0.0]), np.zeros(3, dtype=np.int64)

    def final(self, state: int) -> float:
        return 0.0


def _best(log_probs: np.ndarray, tables: tuple[Table, ...] = ()) -> tuple[int, ...]:
    return prefix_beam(log_probs, graphs=tables, options=BeamOptions(beam_size=8))[0].labels


def _process(log_probs: np.ndarray) -> tuple[int, str | None]:
    return os.getpid(), os.environ.get("OPENBLAS_NUM_THREADS")


def _fail_on_three(log_probs: np.ndarray) -> int:
    if len(log_probs) == 3:
        raise AlignmentError("too short")
    return len(log_probs)


def _stumble(log_probs: np.ndarray) -> None:
    raise TypeError("a fault of ours")


def _die(log_probs: np.ndarray) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _utterances(count: int) -> Iterator[tuple[str, np.ndarray]]:
    rng = np.random.default_rng(0)
    for number in range(count):
        yield f"utt{number}", np.log(rng.dirichlet(np.ones(3), size=number % 7))


def test_processes_give_what_one_process_gives_in_the_same_order() -> None:
    decode = partial(_best, tables=(Table(EvenLabels(), 3),))
    alone = list(decode_all(decode, _utterances(40)))
    assert set(alone) == {(), (2,), (2, 2)}
    assert list(decode_all(decode, _utterances(40), jobs=2)) == alone


def test_one_job_stays_in_this_process_and_more_leave_it_for_some_of_one_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    assert set(decode_all(_process, _utterances(3))) == {(os.getpid(), None)}
    elsewhere = list(decode_all(_process, _utterances(3), jobs=2))
    assert os.getpid() not in {number for number, _ in elsewhere}
    assert [threads for _, threads in elsewhere] == ["1", "1", "1"]
    assert "OPENBLAS_NUM_THREADS" not in os.environ


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_utterances_give_no_results(jobs: int) -> None:
    assert list(decode_all(_best, _utterances(0), jobs)) == []


@pytest.mark.parametrize(("jobs", "most"), [(1, 1), (2, 8)])
def test_utterances_are_taken_only_as_fast_as_they_are_decoded(jobs: int, most: int) -> None:
    taken = []

    def utterances() -> Iterator[tuple[str, np.ndarray]]:
        for name, log_probs in _utterances(30):
            taken.append(name)
            yield name, log_probs

    results = decode_all(_best, utterances(), jobs)
    for number, _ in enumerate(results, start=1):
        assert len(taken) <= number + most
    assert number == len(taken) == 30


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_utterance_that_cannot_be_decoded_is_named_after_those_before_it(jobs: int) -> None:
    results = decode_all(_fail_on_three, _utterances(9), jobs)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(DecodingError, match="^utt3: too short$"):
        next(results)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_of_ours_keeps_its_kind_and_says_where(jobs: int) -> None:
    with pytest.raises(TypeError, match="a fault of ours") as caught:
        list(decode_all(_stumble, _utterances(2), jobs))
    assert caught.value.__notes__ == ["while decoding utt0"]


def test_a_process_that_dies_is_no_riddle() -> None:
    with pytest.raises(DecodingError, match=r"^utt0: a decoding process died .* use fewer --jobs$"):
        list(decode_all(_die, _utterances(2), jobs=2))


def test_less_than_one_job_is_refused() -> None:
    with pytest.raises(ValueError, match="jobs=0 came"):
        decode_all(_best, _utterances(1), jobs=0)
