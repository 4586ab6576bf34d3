"""A recurrent model read through numbered states, held to the model read whole."""

import numpy as np
import pytest

from speechrnn.decoding.ngram import END_ID
from speechrnn.decoding.recurrent_states import RecurrentStates
from tests.decoding.toy_recurrent import toy_lm


def walk(states: RecurrentStates, line: list[int]) -> list[float]:
    state, scores = states.start, []
    for symbol in line:
        score, state = states.score(state, symbol)
        scores.append(score)
    return [*scores, states.final(state)]


def test_a_walk_scores_what_the_whole_line_does() -> None:
    model = toy_lm()
    line = [3, 5, 5, 4, 3]
    assert walk(RecurrentStates(model), line) == pytest.approx(model.sentence(line), abs=1e-5)


def test_a_history_met_twice_has_one_state_and_two_histories_have_two() -> None:
    states = RecurrentStates(toy_lm())
    first, again = states.row(states.start)[1], states.row(states.start)[1]
    assert first.tolist() == again.tolist()
    ways = {states.score(states.score(states.start, first_symbol)[1], 4)[1] for first_symbol in (3, 4, 5)}
    assert len(ways) == 3


def test_several_states_are_read_as_each_alone() -> None:
    model = toy_lm()
    together, alone = RecurrentStates(model), RecurrentStates(model)
    after = together.row(together.start)[1][[3, 4, 4, 5]].tolist()
    assert alone.row(alone.start)[1][[3, 4, 4, 5]].tolist() == after
    log_probs, following = together.rows(after)
    assert log_probs.shape == following.shape == (4, len(model))
    for place, state in enumerate(after):
        assert log_probs[place] == pytest.approx(alone.row(state)[0], abs=1e-6)
    assert len(np.unique(following)) == 3 * len(model)


def test_states_dropped_for_lack_of_memory_are_worked_out_again_to_the_same_numbers() -> None:
    model = toy_lm()
    random = np.random.default_rng(4)
    lines = [random.integers(3, 6, 12).tolist() for _ in range(6)]
    roomy, tight = RecurrentStates(model), RecurrentStates(model, max_bytes=1)
    frontier = {at: (roomy.start, tight.start) for at in range(len(lines))}
    for time in range(12):
        for at, line in enumerate(lines):
            wanted, state = roomy.score(frontier[at][0], line[time])
            found, other = tight.score(frontier[at][1], line[time])
            assert found == pytest.approx(wanted, abs=1e-5)
            frontier[at] = state, other
    assert len(tight._hidden) == len(tight._rows) == 1
    assert len(roomy._hidden) > 30


def test_nothing_is_left_after_forgetting_and_the_start_stays_the_start() -> None:
    states = RecurrentStates(toy_lm())
    before = walk(states, [3, 4])
    states.forget()
    assert [len(kept) for kept in (states._states, states._place_of, states._hidden, states._rows)] == [0, 0, 0, 0]
    assert walk(states, [3, 4]) == before


def test_the_state_without_history_gives_unigrams() -> None:
    model = toy_lm()
    states = RecurrentStates(model)
    assert states.row(states.empty)[0] == pytest.approx(model.unigrams)
    assert states.final(states.start) == pytest.approx(float(model.sentence([])[0]), abs=1e-6)
    assert states.row(states.start)[0][END_ID] == states.final(states.start)
