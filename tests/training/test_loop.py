"""Steps and epochs: what stops them, what slows them, and what is refused."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from speechrnn.errors import TrainingError
from speechrnn.training import loop, objective
from speechrnn.training.log import read_log
from speechrnn.training.loop import step_seed
from tests.training.conftest import Train, tensors_of

Losses = Callable[..., Tensor]


def spoil(change: Callable[[Tensor, Tensor], Tensor], at: int) -> Losses:
    """The honest losses, changed at one step."""
    honest, count = objective.ctc_losses, iter(range(1, 10**6))

    def losses(log_probs: Tensor, *arguments: Tensor) -> Tensor:
        fair = honest(log_probs, *arguments)
        return change(fair, log_probs) if next(count) == at else fair

    return losses


def first_infinite(losses: Tensor, log_probs: Tensor) -> Tensor:
    return losses + torch.tensor([float("inf")] + [0.0] * (len(losses) - 1))


def steep(losses: Tensor, log_probs: Tensor) -> Tensor:
    """Change no value, but give the root at zero, whose slope is infinite, a share in the gradient."""
    return losses + (0 * log_probs).sum().abs().sqrt()


def test_an_infinite_loss_names_the_utterance_and_nothing_else(
    train_mini: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objective, "ctc_losses", spoil(first_infinite, at=9))
    with pytest.raises(TrainingError, match=r"epoch 2, batch 2: the loss of train/\d\d is not finite; listen"):
        train_mini()


def test_a_gradient_that_is_not_finite_names_the_batch(train_mini: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objective, "ctc_losses", spoil(steep, at=3))
    with pytest.raises(TrainingError, match=r"epoch 1, batch 3: the gradient of the batch train/\d\d, train/\d\d"):
        train_mini()


def test_a_step_that_is_refused_leaves_the_last_checkpoint_finite(
    train_mini: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(objective, "ctc_losses", spoil(first_infinite, at=9))
        with pytest.raises(TrainingError, match="the last checkpoint is unharmed") as caught:
            train_mini()
    run = str(caught.value).split(":")[0]
    finished = train_mini()
    assert str(finished.run) == run
    assert all(torch.isfinite(tensor).all() for tensor in tensors_of(finished.run).values())
    assert [record.epoch for record in read_log(finished.run)] == [1, 2]


def test_a_rate_far_too_high_ends_in_that_error_and_not_in_nonsense(train_mini: Train) -> None:
    with pytest.raises(
        TrainingError, match="is not finite; listen to these utterances, or lower training.learning_rate"
    ):
        train_mini("training.learning_rate=1e30", "model.layer_norm=false", "training.warmup_fraction=0")


@pytest.fixture
def dev_results(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sequence[tuple[float, float]]], None]:
    """Make up what dev gives after each epoch: character error rate and loss."""

    def given(results: Sequence[tuple[float, float]]) -> None:
        left = iter(results)

        def evaluated(*arguments: Any) -> Any:
            cer, loss = next(left)
            return SimpleNamespace(
                score=SimpleNamespace(utterances=1, cer=cer, wer=cer), loss=loss, blank_rate=0.5, seconds=0.0
            )

        monkeypatch.setattr(loop, "evaluate", evaluated)

    return given


TEN_EPOCHS = "training.epochs=10", "training.batch_seconds=100"  # one step each
RESULTS = [(50, 9), (40, 9), (40, 9), (45, 8), (40, 8.5), (60, 1), (60, 1), (60, 1), (30, 1), (30, 1)]


def test_training_stops_after_epochs_without_a_better_dev_result(
    train_mini: Train, dev_results: Callable[..., None]
) -> None:
    dev_results(RESULTS)
    run = train_mini(*TEN_EPOCHS, "training.early_stop_epochs=3").run
    # Better by rate after epochs 1 and 2, by loss after 5; then 6, 7 and 8 are not.
    assert [record.epoch for record in read_log(run)] == list(range(1, 9))
    assert tensors_of(run, "best").keys() <= tensors_of(run).keys()


def test_without_early_stop_every_epoch_is_run(train_mini: Train, dev_results: Callable[..., None]) -> None:
    dev_results(RESULTS)
    assert len(read_log(train_mini(*TEN_EPOCHS).run)) == 10


@pytest.mark.parametrize(
    ("patience", "halvings"),
    [(0, [0, 0, 1, 2, 2, 3, 4, 5, 5, 6]), (1, [0, 0, 0, 1, 1, 1, 2, 2, 2, 2]), (2, [0, 0, 0, 0, 0, 0, 0, 1, 1, 1])],
)
def test_the_rate_is_halved_each_time_dev_has_not_got_better_for_longer_than_the_patience(
    train_mini: Train, dev_results: Callable[..., None], patience: int, halvings: list[int]
) -> None:
    dev_results(RESULTS)
    changes = "training.schedule=plateau", "training.warmup_fraction=0", f"training.plateau_patience={patience}"
    rates = [record.learning_rate for record in read_log(train_mini(*TEN_EPOCHS, *changes).run)]
    before = [0, *halvings[:-1]]  # an epoch's own result slows the next one
    assert rates == pytest.approx([0.03 * 0.5**count for count in before])


def test_every_step_has_a_seed_of_its_own() -> None:
    seeds = {step_seed(seed, epoch, batch) for seed in range(3) for epoch in range(20) for batch in range(20)}
    assert len(seeds) == 3 * 20 * 20
    assert step_seed(1, 2, 3) == step_seed(1, 2, 3)
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_a_step_does_not_depend_on_what_was_drawn_before_it(train_mini: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = tensors_of(train_mini("model.dropout=0.5", run="a").run)

    def stir(losses: Tensor, log_probs: Tensor) -> Tensor:
        torch.rand(100)
        np.random.default_rng().random(3)
        return losses

    monkeypatch.setattr(objective, "ctc_losses", spoil(stir, at=2))
    stirred = tensors_of(train_mini("model.dropout=0.5", run="b").run)
    assert all(plain[name].equal(stirred[name]) for name in plain)


def test_clipping_bounds_every_step(train_mini: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    norms: list[float] = []
    honest = torch.optim.AdamW.step

    def watched(optimizer: torch.optim.AdamW, *arguments: Any) -> Any:
        gradients = [w.grad for group in optimizer.param_groups for w in group["params"]]
        norms.append(float(torch.cat([gradient.flatten() for gradient in gradients]).norm()))
        return honest(optimizer, *arguments)

    monkeypatch.setattr(torch.optim.AdamW, "step", watched)
    train_mini("training.clip_norm=0.5", "training.epochs=1")
    assert len(norms) > 5
    assert max(norms) == pytest.approx(0.5, abs=1e-4)


def test_threads_are_those_of_the_recipe(train_mini: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, int] = {}
    honest, before = torch.optim.AdamW.step, torch.get_num_threads()
    try:
        for threads in ("2", "null"):

            def watched(*arguments: Any, threads: str = threads) -> Any:
                seen[threads] = torch.get_num_threads()
                return honest(*arguments)

            torch.set_num_threads(3)
            monkeypatch.setattr(torch.optim.AdamW, "step", watched)
            train_mini(f"training.threads={threads}", "training.epochs=1", run=threads)
    finally:
        torch.set_num_threads(before)
    assert seen == {"2": 2, "null": 3}
