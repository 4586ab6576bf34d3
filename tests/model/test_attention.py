"""Self-attention, held against torch's own layer and its definition."""

import pytest
import torch
from torch import Tensor, nn

from speechrnn.model.attention import SelfAttention

SIZE, HEADS = 12, 3
LENGTHS = torch.tensor([9, 1, 5, 9, 3])


def attention_of(bidirectional: bool = True, heads: int = HEADS) -> SelfAttention:
    torch.manual_seed(1)
    attention = SelfAttention(SIZE, heads, bidirectional).double()
    with torch.no_grad():  # the output starts at zero, which would hide all the rest
        for weights in attention.parameters():
            weights.add_(0.3 * torch.randn_like(weights))
    return attention


def frames_of(lengths: Tensor = LENGTHS) -> Tensor:
    torch.manual_seed(2)
    frames = torch.randn(len(lengths), int(lengths.max()), SIZE, dtype=torch.float64)
    return frames * (torch.arange(frames.shape[1]) < lengths[:, None]).unsqueeze(2)


@pytest.mark.parametrize("bidirectional", [True, False])
def test_it_equals_torchs_multi_head_attention_of_each_utterance_alone(bidirectional: bool) -> None:
    attention, frames = attention_of(bidirectional), frames_of()
    twin = nn.MultiheadAttention(SIZE, HEADS, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        for theirs, ours in zip(
            (twin.in_proj_weight, twin.in_proj_bias, twin.out_proj.weight, twin.out_proj.bias),
            (*attention.project.parameters(), *attention.output.parameters()),
            strict=True,
        ):
            theirs.copy_(ours)
    attended = attention(frames, LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        normal = attention.norm(frames[row : row + 1, :length])
        later = None if bidirectional else torch.ones(length, length, dtype=torch.bool).triu(1)
        wanted = twin(normal, normal, normal, attn_mask=later, need_weights=False)[0][0]
        torch.testing.assert_close(attended[row, :length], wanted, rtol=0, atol=1e-12)
        assert not bool(attended[row, length:].any())


@pytest.mark.parametrize("bidirectional", [True, False])
def test_what_stands_in_the_padding_never_reaches_a_frame(bidirectional: bool) -> None:
    attention, frames = attention_of(bidirectional), frames_of()
    padding = (torch.arange(9) >= LENGTHS[:, None]).unsqueeze(2)
    torch.testing.assert_close(attention(frames + 7 * padding, LENGTHS), attention(frames, LENGTHS), rtol=0, atol=1e-12)


def test_one_direction_never_looks_ahead_and_two_do() -> None:
    frames = frames_of()[:1]
    later = frames.clone()
    later[:, 4:] += torch.randn(5, SIZE, dtype=torch.float64)
    for bidirectional, same in ((False, True), (True, False)):
        attention = attention_of(bidirectional)
        before, after = (attention(one, LENGTHS[:1])[:, :4] for one in (frames, later))
        assert torch.allclose(before, after, rtol=0, atol=1e-12) is same


def test_a_frame_that_looks_at_equal_frames_gets_their_value_back() -> None:
    """Worked by hand: whatever the weights of the sum, they sum to 1."""
    attention = attention_of()
    frames = frames_of()[:1, :1].expand(1, 6, SIZE)
    values = attention.project(attention.norm(frames))[..., 2 * SIZE :]
    torch.testing.assert_close(attention(frames, torch.tensor([6])), attention.output(values))


def test_it_starts_by_adding_nothing() -> None:
    attention = SelfAttention(SIZE, HEADS, bidirectional=True)
    assert not attention(frames_of().float(), LENGTHS).any()
    assert attention.project.weight.abs().min() > 0


def test_an_utterance_without_frames_harms_no_other() -> None:
    lengths = torch.tensor([4, 0])
    frames = frames_of(lengths).requires_grad_()
    attention = attention_of()
    attended = attention(frames, lengths)
    torch.testing.assert_close(attended[:1], attention(frames[:1], lengths[:1]), rtol=0, atol=1e-12)
    attended.sum().backward()
    assert frames.grad is not None
    assert bool(frames.grad.isfinite().all())


def test_the_number_of_heads_changes_what_is_seen() -> None:
    frames = frames_of()
    one, three = (attention_of(heads=heads)(frames, LENGTHS) for heads in (1, 3))
    assert not torch.allclose(one, three)


def test_the_gradient_equals_finite_differences() -> None:
    attention = attention_of()
    lengths = torch.tensor([3, 2])
    frames = frames_of(lengths).requires_grad_()
    assert torch.autograd.gradcheck(lambda values: attention(values, lengths), (frames,))
