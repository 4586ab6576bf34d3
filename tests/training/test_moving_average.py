"""The exponential moving average of the weights."""

import pytest
import torch
from torch import Tensor

from speechrnn.bundle.read import read_bundle
from speechrnn.training.moving_average import PREFIX, MovingAverage, warmed_up
from tests.training.conftest import Train, history, tensors_of


def walk(steps: int, seed: int = 0) -> list[Tensor]:
    return list(torch.randn(steps, 3, generator=torch.Generator().manual_seed(seed)))


def average_of(weights: list[Tensor], decay: float) -> Tensor:
    average = MovingAverage(decay, {"w": weights[0]})
    for step in weights[1:]:
        average.update({"w": step})
    return average.tensors["w"]


def test_without_warm_up_it_is_the_exponentially_weighted_sum() -> None:
    weights, decay = walk(8), 0.05  # below where the warm-up starts
    shares = [decay ** (7 - number) * (1 if number == 0 else 1 - decay) for number in range(8)]
    assert sum(shares) == pytest.approx(1)
    expected = sum(share * step for share, step in zip(shares, weights, strict=True))
    torch.testing.assert_close(average_of(weights, decay), expected)


def test_it_is_that_of_torch_once_warmed_up() -> None:
    model = torch.nn.Linear(2, 2)
    theirs = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.7))
    theirs.update_parameters(model)  # the first call copies
    ours = MovingAverage(0.7, model.state_dict())
    ours.updates = 1000
    for step in range(5):
        torch.manual_seed(step)
        torch.nn.init.normal_(model.weight)
        theirs.update_parameters(model)
        ours.update(model.state_dict())
    torch.testing.assert_close(ours.tensors, dict(theirs.module.state_dict()))


@pytest.mark.parametrize(("updates", "decay"), [(0, 0.1), (1, 2 / 11), (8, 0.5), (80, 0.9), (10**6, 0.99)])
def test_the_decay_rises_to_what_was_asked_for(updates: int, decay: float) -> None:
    assert warmed_up(0.99, updates) == pytest.approx(decay)


def test_weights_that_stand_still_are_their_own_average_to_the_last_bit() -> None:
    still = torch.tensor([0.1, -1 / 3, 1e20])
    assert average_of([still] * 50, 0.9).equal(still)


def test_counts_are_copied_and_the_weights_left_alone() -> None:
    weights = {"w": torch.ones(2), "count": torch.tensor(1)}
    average = MovingAverage(0.05, weights)
    average.update({"w": torch.zeros(2), "count": torch.tensor(7)})
    assert average.tensors["count"].item() == 7
    assert average.tensors["w"].tolist() == pytest.approx([0.05, 0.05])
    assert weights["w"].tolist() == [1, 1]


def test_an_average_saved_and_restored_goes_on_to_the_same_bits() -> None:
    weights = walk(9)
    resumed = MovingAverage(0.9, {"w": weights[0]})
    for step in weights[1:5]:
        resumed.update({"w": step})
    saved = {name: tensor.clone() for name, tensor in resumed.to_tensors().items()}
    resumed = MovingAverage(0.9, {"w": torch.full((3,), 9.0)})
    resumed.restore({**saved, "w": torch.zeros(3)})
    for step in weights[5:]:
        resumed.update({"w": step})
    assert resumed.tensors["w"].equal(average_of(weights, 0.9))


def test_the_average_is_what_dev_sees_and_what_becomes_the_model(train_mini: Train) -> None:
    finished = train_mini("training.ema_decay=0.5")
    last, best = tensors_of(finished.run), tensors_of(finished.run, "best")
    trained = [name for name in best if name.startswith("model.")]
    assert len(trained) > 3
    # Both of these short runs' epochs get better, so the best epoch is the last.
    assert all(last[PREFIX + name].equal(best[name]) for name in best)
    assert not any(last[name].equal(best[name]) for name in trained)
    weights = read_bundle(finished.model).weights()
    assert all((weights[name] == best[name].numpy()).all() for name in best)


def test_training_itself_does_not_change(train_mini: Train) -> None:
    plain, averaged = train_mini(run="plain").run, train_mini("training.ema_decay=0.9", run="averaged").run
    before, after = tensors_of(plain), tensors_of(averaged)
    assert before.keys() < after.keys()
    assert all(before[name].equal(after[name]) for name in before)
    one, other = history(plain), history(averaged)
    kept = ["loss", "gradient_norm", "learning_rate"]
    assert [[epoch[name] for name in kept] for epoch in one] == [[epoch[name] for name in kept] for epoch in other]
    assert [epoch["dev_loss"] for epoch in one] != [epoch["dev_loss"] for epoch in other]
