"""Where a run stands."""

import json

import pytest

from speechrnn.training.state import EpochSums, RunState


def test_a_state_comes_back_from_json_as_it_was() -> None:
    state = RunState(epoch=3, batch=2, sums=EpochSums(loss=1.25, labels=7), halvings=1, unreadable={"a": "é"})
    assert RunState.from_json(json.loads(json.dumps(state.to_json()))) == state
    assert RunState.from_json(json.loads(json.dumps(RunState().to_json()))) == RunState()


@pytest.mark.parametrize(
    ("cer", "loss", "better"),
    [(9.0, 9.0, True), (10.0, 0.9, True), (10.0, 1.0, False), (10.0, 1.1, False), (11.0, 0.1, False)],
)
def test_a_result_is_better_by_error_rate_and_by_loss_where_rates_tie(cer: float, loss: float, better: bool) -> None:
    assert RunState(best_cer=10.0, best_loss=1.0).better(cer, loss) is better


def test_the_first_result_is_better_than_none() -> None:
    assert RunState().better(100.0, 50.0)
