r"""One step of the minimal cells, gate by gate; notation as in `cells.py`.

Their gates and candidates look at the input alone, not at the past: no recurrent matrix is left, and a whole sequence
is one linear recurrence that `scan.py` solves. Source: Feng et al. 2024, "Were RNNs all we needed?", in the form of its
appendix for training in log space, whose candidates are positive. Each hidden state is then a weighted mean of zero and
past candidates, and so never larger than the largest of them.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class MinimalWeights:
    """The weights of one minimal cell; `gates` is 2 for minGRU and 3 for minLSTM.

    Attributes:
        matrix: `(gates * size, num_inputs)`, multiplies the input frame.
        bias: `(gates * size,)`, added to the product.
    """

    matrix: Tensor
    bias: Tensor

    def from_input(self, inputs: Tensor) -> Tensor:
        """What the input says to every gate: `(batch, num_inputs)` -> `(batch, gates * size)`."""
        return inputs @ self.matrix.T + self.bias


@dataclass(frozen=True, slots=True, eq=False)
class MinGruStep:
    """A step of the minGRU, each value `(batch, size)`.

    Attributes:
        update_gate: how much of the candidate is taken, in (0, 1); 0 keeps the old state, where the GRU's does at 1.
        candidate: what could replace the old hidden state, above 0.
        hidden: the new hidden state, between the old one and the candidate.
    """

    update_gate: Tensor
    candidate: Tensor
    hidden: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class MinLstmStep:
    """A step of the minLSTM, each value `(batch, size)`.

    Attributes:
        forget_gate: how much of the old hidden state is kept, in (0, 1).
        input_gate: how much of the candidate is taken, the rest to 1.
        candidate: what could replace the old hidden state, above 0.
        hidden: the new hidden state, between the old one and the candidate.
    """

    forget_gate: Tensor
    input_gate: Tensor
    candidate: Tensor
    hidden: Tensor


def positive(values: Tensor) -> Tensor:
    r"""The candidate's bend $g$: $x + 1/2$ where $x \ge 0$, else $\sigma(x)$; above 0, and smooth at 0."""
    return torch.where(values >= 0, values + 0.5, torch.sigmoid(values))


def mingru_step(inputs: Tensor, hidden: Tensor, weights: MinimalWeights) -> MinGruStep:
    r"""Advance the minGRU by one frame.

    $$z_t = \sigma(W_z x_t + b_z)$$
    $$n_t = g(W_n x_t + b_n)$$
    $$h_t = (1 - z_t) \odot h_{t-1} + z_t \odot n_t$$

    Args:
        inputs: $x_t$, `(batch, num_inputs)`.
        hidden: $h_{t-1}$, `(batch, size)`; zeros before the first frame.
        weights: two gates stacked in the order $z, n$.

    Returns:
        The gate $z_t$, the candidate $n_t$ and the hidden state $h_t$.
    """
    drive_z, drive_n = weights.from_input(inputs).chunk(2, dim=1)
    update_gate = torch.sigmoid(drive_z)
    candidate = positive(drive_n)
    return MinGruStep(
        update_gate=update_gate, candidate=candidate, hidden=(1 - update_gate) * hidden + update_gate * candidate
    )


def minlstm_step(inputs: Tensor, hidden: Tensor, weights: MinimalWeights) -> MinLstmStep:
    r"""Advance the minLSTM by one frame.

    $$\tilde{f}_t = \sigma(W_f x_t + b_f), \quad \tilde{i}_t = \sigma(W_i x_t + b_i)$$
    $$f_t = \tilde{f}_t / (\tilde{f}_t + \tilde{i}_t), \quad i_t = \tilde{i}_t / (\tilde{f}_t + \tilde{i}_t)$$
    $$n_t = g(W_n x_t + b_n)$$
    $$h_t = f_t \odot h_{t-1} + i_t \odot n_t$$

    Args:
        inputs: $x_t$, `(batch, num_inputs)`.
        hidden: $h_{t-1}$, `(batch, size)`; zeros before the first frame.
        weights: three gates stacked in the order $f, i, n$.

    Returns:
        The gates $f_t$ and $i_t$, which sum to 1, the candidate $n_t$ and the hidden state $h_t$.
    """
    drive_f, drive_i, drive_n = weights.from_input(inputs).chunk(3, dim=1)
    forget, take = torch.sigmoid(drive_f), torch.sigmoid(drive_i)
    forget_gate, input_gate = forget / (forget + take), take / (forget + take)
    candidate = positive(drive_n)
    return MinLstmStep(
        forget_gate=forget_gate,
        input_gate=input_gate,
        candidate=candidate,
        hidden=forget_gate * hidden + input_gate * candidate,
    )
