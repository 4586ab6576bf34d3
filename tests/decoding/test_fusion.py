"""The table of a graph's rows: the same as the graph, whatever was asked for before, and never without bound."""

import pickle

import numpy as np
import pytest

from speechrnn.decoding import fusion
from speechrnn.decoding.fusion import Scores, States, Table

VOCAB, STATES = 5, 200


class Ring:
    """Label `l` leads from state `s` to `s + l`; scores tell which state and label gave them."""

    start = 7

    def __init__(self) -> None:
        self.asked: list[int] = []

    def expand(self, state: int) -> tuple[Scores, States]:
        self.asked.append(state)
        return state + np.arange(VOCAB) / 10, (state + np.arange(VOCAB)) % STATES

    def final(self, state: int) -> float:
        return -float(state)


class ManyRing(Ring):
    """Expands several states at once."""

    def expand(self, state: int) -> tuple[Scores, States]:
        raise AssertionError("asked for one state alone")

    def expand_many(self, states: list[int]) -> tuple[Scores, States]:
        scores, after = zip(*(Ring.expand(self, state) for state in states), strict=True)
        return np.array(scores), np.array(after)


class GrowingRing(Ring):
    """Counts how often it was told to forget."""

    forgot = 0

    def forget(self) -> None:
        self.forgot += 1


@pytest.mark.parametrize("graph", [Ring(), ManyRing()])
def test_a_walk_by_places_meets_the_states_and_scores_of_the_graph(graph: Ring) -> None:
    table, rng = Table(graph, VOCAB), np.random.default_rng(0)
    states = np.full(3, graph.start)
    places = np.full(3, table.begin())
    for _ in range(300):
        labels = rng.integers(1, VOCAB, size=3)
        assert table.scores(places, np.arange(VOCAB)) == pytest.approx(states[:, None] + np.arange(VOCAB) / 10)
        assert table.scores(places, np.array([0, 2])) == pytest.approx(states[:, None] + np.array([0.0, 0.2]))
        scores, places = table.follow(places, labels)
        assert scores == pytest.approx(states + labels / 10)
        states = (states + labels) % STATES
        assert table.final(places) == pytest.approx(-states)
    assert len(graph.asked) == len(set(graph.asked)) > 100, "a row is worked out once"


def test_rows_are_copies_in_the_order_asked_for() -> None:
    table = Table(Ring(), VOCAB)
    scores, after = table.rows([4, 9, 4])
    assert scores[:, 1] == pytest.approx([4.1, 9.1, 4.1])
    scores[:], after[:] = 0, 0
    assert table.rows([9])[0][0, 1] == pytest.approx(9.1)
    assert table.rows([9])[1][0].tolist() == [9, 10, 11, 12, 13]


def test_no_states_lead_nowhere() -> None:
    table, none = Table(Ring(), VOCAB), np.zeros(0, dtype=np.int64)
    table.begin()
    scores, places = table.follow(none, none)
    assert len(scores) == len(places) == len(table.final(none)) == 0


def test_rows_stay_from_one_utterance_to_the_next_until_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = GrowingRing()
    table = Table(graph, VOCAB)
    table.rows(list(range(100)))
    table.begin()
    assert (len(graph.asked), graph.forgot) == (100, 0)
    monkeypatch.setattr(fusion, "MAX_BYTES", 1000)
    place = table.begin()
    assert graph.forgot == 1
    assert graph.asked[100:] == [graph.start], "only the start is worked out anew"
    assert table.scores(np.array([place]), np.array([0, 1]))[0, 1] == pytest.approx(graph.start + 0.1)


def test_a_table_travels_without_its_rows() -> None:
    table = Table(Ring(), VOCAB)
    empty = len(pickle.dumps(Table(Ring(), VOCAB)))
    table.rows(list(range(150)))
    table.graph.asked.clear()  # type: ignore[attr-defined]
    copy = pickle.loads(pickle.dumps(table))
    assert len(pickle.dumps(table)) == empty
    assert copy.rows([3])[0] == pytest.approx(table.rows([3])[0])
