"""CTC-CRF: connectionist temporal classification normalised over whole texts, not frame by frame (Xiang & Ou 2019).

The score of a path is the product of its labels' probabilities and the n-gram probability of the text it spells. The
loss is minus the log of the share that the transcript's paths have in the summed score of all paths, so that rivals
which the n-gram finds likely are pushed down: `log Z - (log p(text) - ctc)`, never below 0.

`log Z` is a forward recursion over the denominator graph. Each frame is one dense matrix product over scores divided
by their sum, whose logs add up in float64. That is exact where summing logs would be: the n-gram's floor lets every
state reach every label within one step, so what underflows could not have come to matter.
"""

from typing import Any

import torch
from torch import Tensor

from speechrnn.losses.ctc import ctc_losses
from speechrnn.losses.denominator import Denominator, text_log_weights


def ctc_crf_losses(
    log_probs: Tensor, targets: Tensor, input_lengths: Tensor, target_lengths: Tensor, graph: Denominator
) -> Tensor:
    """Compute the loss of each utterance.

    Args:
        log_probs: natural log, `(time, batch, vocab)`, blank 0.
        targets: label ids `(batch, labels)`.
        input_lengths: output frames `(batch,)`.
        target_lengths: labels `(batch,)`.
        graph: the denominator, of the device and floating type of `log_probs`.

    Returns:
        `(batch,)`, 0 or more; infinite where no path exists.
    """
    numerator = text_log_weights(graph, targets, target_lengths) - ctc_losses(
        log_probs, targets, input_lengths, target_lengths
    )
    # Both are sums over hundreds of frames: where they agree, rounding alone may leave less than nothing.
    return (denominator_scores(log_probs, input_lengths, graph) - numerator).clamp(min=0)


def denominator_scores(log_probs: Tensor, input_lengths: Tensor, graph: Denominator) -> Tensor:
    """Compute the natural log of the summed score of every path, `(batch,)`; arguments as `ctc_crf_losses`."""
    scores: Tensor = _DenominatorScores.apply(log_probs, input_lengths, graph)  # type: ignore[no-untyped-call]
    return scores


class _DenominatorScores(torch.autograd.Function):
    """Forward recursion; the gradient is each label's share of all paths at each frame, by the backward recursion."""

    @staticmethod
    def forward(ctx: Any, log_probs: Tensor, input_lengths: Tensor, graph: Denominator) -> Tensor:
        best = log_probs.amax(dim=2)
        emissions = (log_probs - best.unsqueeze(2)).exp().transpose(1, 2)
        shares, log_sums = _forward(emissions, graph)
        ctx.graph = graph
        ctx.save_for_backward(emissions, input_lengths, shares)
        # Frames past an utterance's end were run through as well; here the scores are taken where each ends.
        summed = torch.zeros(len(best) + 1, best.shape[1], dtype=torch.float64, device=best.device)
        summed[1:] = (best.double() + log_sums.double()).cumsum(0)
        rows = torch.arange(best.shape[1], device=best.device)
        last = shares[input_lengths, :, :, rows].sum(dim=1)
        return (summed[input_lengths, rows] + (last @ graph.ends).double().log()).to(log_probs.dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        emissions, input_lengths, shares = ctx.saved_tensors
        occupancies = _occupancies(emissions, input_lengths, shares, ctx.graph)
        return occupancies * gradients[0].unsqueeze(1), None, None


def _forward(emissions: Tensor, graph: Denominator) -> tuple[Tensor, Tensor]:
    """Score every path's beginning.

    Args:
        emissions: `(time, vocab, batch)`, the largest of a frame 1.
        graph: the denominator of `states` histories.

    Returns:
        Shares of the beginnings that end in each state, `(time + 1, 2, states, batch)` with blanks first, and the log
        of what they were divided by, `(time, batch)`.
    """
    time, _, batch = emissions.shape
    shares = emissions.new_zeros(time + 1, 2, len(graph.labels), batch)
    shares[0, 0, 0] = 1
    sums = emissions.new_empty(time, 1, 1, batch)
    repeats = graph.repeats.unsqueeze(1)
    for frame in range(time):
        (blank, label), (next_blank, next_label) = shares[frame], shares[frame + 1]
        both = blank + label
        torch.mm(graph.arcs, both, out=next_label)
        next_label.add_(label).index_add_(0, graph.repeat_successors, blank * repeats)
        next_label.mul_(emissions[frame, graph.labels])
        torch.mul(both, emissions[frame, 0], out=next_blank)
        torch.sum(shares[frame + 1], dim=(0, 1), keepdim=True, out=sums[frame])
        shares[frame + 1].div_(sums[frame])
    return shares, sums[:, 0, 0].log()


def _occupancies(emissions: Tensor, input_lengths: Tensor, shares: Tensor, graph: Denominator) -> Tensor:
    """Share of all paths that emit each label at each frame, `(time, batch, vocab)`, zero past each length."""
    time, vocab, batch = emissions.shape
    occupancies = emissions.new_zeros(time, batch, vocab)
    # Summed score of every path's rest, blanks first; any multiple of it will do, as shares of a frame add up to 1.
    rest = emissions.new_zeros(2, len(graph.labels), batch)
    ends, repeats, backwards = graph.ends.unsqueeze(1), graph.repeats.unsqueeze(1), graph.arcs.t().contiguous()
    for frame in range(time - 1, -1, -1):
        rest = torch.where(input_lengths == frame + 1, ends, rest)
        share = shares[frame + 1] * rest
        share.div_(share.sum(dim=(0, 1)).clamp(min=torch.finfo(share.dtype).tiny))
        occupancies[frame, :, 0] = share[0].sum(dim=0)
        occupancies[frame].t().index_add_(0, graph.labels, share[1])
        label = rest[1] * emissions[frame, graph.labels]
        both = torch.addmm(rest[0] * emissions[frame, 0], backwards, label)
        rest = torch.stack([both + repeats * label[graph.repeat_successors], both + label])
        rest.div_(rest.amax(dim=(0, 1)).clamp(min=torch.finfo(rest.dtype).tiny))
    return occupancies
