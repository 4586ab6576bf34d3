"""Look-ahead: every frame hears itself and a few later ones of its own utterance."""

import pytest
import torch

from speechrnn.model.acoustic import AcousticModel
from speechrnn.model.lookahead import LookAhead
from speechrnn.model.operations import count_operations
from speechrnn.recipe import ModelConfig


def weighted(size: int, ahead: int) -> LookAhead:
    torch.manual_seed(1)
    lookahead = LookAhead(size, ahead)
    torch.nn.init.normal_(lookahead.conv.weight)
    return lookahead


@pytest.mark.parametrize("ahead", [1, 2, 6])
def test_a_frame_is_the_weighted_sum_of_itself_and_those_ahead(ahead: int) -> None:
    lookahead, frames, lengths = weighted(3, ahead), torch.randn(2, 5, 3), [5, 2]
    frames[1, 2:] = 0
    got = lookahead(frames, torch.tensor(lengths))
    for row, length in enumerate(lengths):
        for time in range(5):
            later = range(time, min(time + ahead + 1, length))
            by_hand = sum((lookahead.conv.weight[:, 0, at - time] * frames[row, at] for at in later), torch.zeros(3))
            expected = by_hand if time < length else torch.zeros(3)
            torch.testing.assert_close(got[row, time], expected, rtol=0, atol=1e-6)


def test_it_starts_as_if_it_were_not_there() -> None:
    frames = torch.randn(1, 7, 4)
    torch.testing.assert_close(LookAhead(4, 3)(frames, torch.tensor([7])), frames, rtol=0, atol=0)


def test_log_probs_hang_on_as_many_later_steps_as_the_recipe_says_and_on_no_more() -> None:
    torch.manual_seed(2)
    config = ModelConfig(size=6, layers=1, bidirectional=False, lookahead_frames=2, subsampling_factor=1, dropout=0)
    model = AcousticModel(config, 5, 4)
    assert model.encoder.lookahead is not None
    torch.nn.init.normal_(model.encoder.lookahead.conv.weight)
    features = torch.randn(1, 9, 5, requires_grad=True)
    log_probs, _ = model(features, torch.tensor([9]))
    log_probs[0, 4, 1].backward()
    assert features.grad is not None
    assert features.grad[0].abs().sum(1).gt(0).tolist() == [True] * 7 + [False] * 2


def test_its_products_are_counted() -> None:
    """One weight a unit for each of four frames, at 100 / 2 steps a second."""
    with_it, without = (
        count_operations(
            AcousticModel(ModelConfig(size=8, bidirectional=False, subsampling_factor=2, lookahead_frames=n), 5, 4), 100
        )
        for n in (3, 0)
    )
    assert with_it.total - without.total == pytest.approx(50 * 8 * 4)
