"""Dropout, by value and locked."""

import pytest
import torch
from torch import Tensor, nn

from speechrnn.model.dropout import LockedDropout, build_dropout
from speechrnn.recipe import ModelConfig

ONES = torch.ones(300, 7, 11)


def locked(share: float, frames: Tensor = ONES, seed: int = 0) -> Tensor:
    torch.manual_seed(seed)
    dropped: Tensor = LockedDropout(share).train()(frames)
    return dropped


def test_what_is_locked_is_the_same_in_every_frame_of_an_utterance_and_another_in_the_next() -> None:
    dropped = locked(0.5)
    assert torch.equal(dropped, dropped[:, :1].expand_as(dropped))
    assert len({tuple(mask) for mask in dropped[:20, 0].tolist()}) == 20


def test_a_share_of_the_channels_is_dropped_and_the_rest_scaled_so_that_the_mean_stays() -> None:
    dropped = locked(0.2)
    assert set(dropped.unique().tolist()) == {0.0, 1.25}
    # 3300 draws: the standard error of the share is 0.007.
    assert float((dropped == 0).float().mean()) == pytest.approx(0.2, abs=0.03)
    assert float(dropped.mean()) == pytest.approx(1.0, abs=0.04)


def test_the_mask_depends_on_neither_the_values_nor_the_padding() -> None:
    frames = torch.rand(4, 5, 11) + 1
    padded = torch.cat([frames, torch.zeros(4, 3, 11)], dim=1)
    torch.testing.assert_close(locked(0.5, padded)[:, :5], locked(0.5, frames), rtol=0, atol=0)
    torch.testing.assert_close(locked(0.5, frames) / frames, locked(0.5, torch.ones(4, 5, 11)))


def test_the_gradient_passes_where_nothing_was_dropped() -> None:
    frames = torch.ones(3, 4, 5, requires_grad=True)
    dropped = locked(0.5, frames)
    dropped.sum().backward()
    torch.testing.assert_close(frames.grad, dropped.detach())


@pytest.mark.parametrize(("share", "training"), [(0.5, False), (0.0, True)])
def test_nothing_is_dropped_or_drawn_in_evaluation_or_with_a_share_of_nothing(share: float, training: bool) -> None:
    torch.manual_seed(0)
    before = torch.get_rng_state()
    assert LockedDropout(share).train(training)(ONES) is ONES
    assert torch.equal(torch.get_rng_state(), before)


def test_the_recipe_chooses_the_kind() -> None:
    by_element, by_utterance = (
        build_dropout(ModelConfig(dropout=0.3, dropout_kind=kind)) for kind in ("element", "locked")
    )  # type: ignore[arg-type]
    assert isinstance(by_element, nn.Dropout)
    assert by_element.p == 0.3
    assert isinstance(by_utterance, LockedDropout)
    assert by_utterance.share == 0.3
