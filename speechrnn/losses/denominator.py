"""The denominator graph of CTC-CRF: a character n-gram read through CTC's blanks and repeats, as dense matrices.

For every history `h` of the n-gram there are two states: one has just emitted the last label of `h`, the other a
blank. A frame may repeat that label (first state only, for nothing), emit a blank (for nothing), or go on to a label
`c` for `p(c|h)`; `c` equal to the last label needs a blank in between, so that arc leaves the second state only.
All weights of a path multiply, and at its end `p(end|h)`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from speechrnn.losses.ngram import count_ngram


@dataclass(frozen=True, slots=True)
class Denominator:
    """The graph, over `states` histories; state 0 is the start.

    Attributes:
        labels: last label of each history `(states,)`, 0 at the start.
        successors: state that each label leads to `(states, vocab)`.
        log_weights: natural log of each label's weight, column 0 the end's `(states, vocab)`.
        arcs: weights `(to, from)` of the arcs whose label is not the last one of the history they leave.
        repeats: weight of the arc by the last label itself `(states,)`, 0 at the start.
        repeat_successors: where it leads `(states,)`.
        ends: weight of ending in each state `(states,)`.
    """

    labels: Tensor
    successors: Tensor
    log_weights: Tensor
    arcs: Tensor
    repeats: Tensor
    repeat_successors: Tensor
    ends: Tensor

    def like(self, other: Tensor) -> "Denominator":
        """Bring the graph to the device and the floating type of a tensor."""
        tensors = {name: getattr(self, name) for name in self.__slots__}
        return replace(
            self,
            **{
                name: tensor.to(other.device, other.dtype if tensor.is_floating_point() else tensor.dtype)
                for name, tensor in tensors.items()
            },
        )


def build_denominator(texts: Iterable[Sequence[int]], num_labels: int, order: int) -> Denominator:
    """Build the graph of the n-gram of transcripts, in float64.

    Args:
        texts: label ids of each transcript.
        num_labels: size of the alphabet, the blank included.
        order: characters per n-gram.
    """
    ngram = count_ngram(texts, num_labels, order)
    labels = np.array([history[-1] for history in ngram.histories])
    states = np.arange(len(labels))
    arcs = np.zeros((len(labels), len(labels)))
    for label in range(1, num_labels):
        # A state's label is that of every arc into it, so no two labels meet in one entry.
        leaving = states[labels != label]
        arcs[ngram.successors[leaving, label], leaving] = ngram.probabilities[leaving, label]
    return Denominator(
        labels=torch.from_numpy(labels),
        successors=torch.from_numpy(ngram.successors),
        log_weights=torch.from_numpy(np.log(ngram.probabilities)),
        arcs=torch.from_numpy(arcs),
        repeats=torch.from_numpy(np.where(labels > 0, ngram.probabilities[states, labels], 0.0)),
        repeat_successors=torch.from_numpy(ngram.successors[states, labels]),
        ends=torch.from_numpy(ngram.probabilities[:, 0].copy()),
    )


def text_log_weights(graph: Denominator, targets: Tensor, target_lengths: Tensor) -> Tensor:
    """Natural log of the n-gram's probability of each text, its end included.

    Args:
        graph: the n-gram.
        targets: label ids `(batch, labels)`, anything past each length.
        target_lengths: `(batch,)`.

    Returns:
        `(batch,)`.
    """
    state = torch.zeros_like(target_lengths)
    total = torch.zeros(len(targets), dtype=graph.log_weights.dtype, device=targets.device)
    for position in range(targets.shape[1]):
        label, inside = targets[:, position], position < target_lengths
        total = total + torch.where(inside, graph.log_weights[state, label], 0)
        state = torch.where(inside, graph.successors[state, label], state)
    return total + graph.log_weights[state, 0]
