r"""The recurrent equations as a reader learns them: one step in time, every gate by its name.

The fast layers (`recurrent.py`) give the same numbers through torch's fused kernels, where no gate can be seen; a test
holds the two equal. Vectors are rows, so $W x$ of the books is written `x @ W.T` here. $\sigma$ is the logistic
function, $\odot$ the product element by element, $x_t$ the input frame, $h_t$ the hidden state. All of a cell's gates
share one stacked weight matrix in torch's order of gates, and keep torch's two biases, one beside each matrix.

Sources: Elman 1990 (plain recurrence); Hochreiter and Schmidhuber 1997 with the forget gate of Gers et al. 2000 (LSTM,
no peepholes); Cho et al. 2014 (GRU), with the reset gate after the matrix product as cuDNN, torch and ONNX's
`linear_before_reset=1` have it.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True, eq=False)
class CellWeights:
    """The weights of one cell in one direction; `gates` is 1 for the plain recurrence, 4 for LSTM, 3 for GRU.

    Attributes:
        input_matrix: `(gates * size, num_inputs)`, multiplies the input frame.
        recurrent_matrix: `(gates * size, size)`, multiplies the previous hidden state.
        input_bias: `(gates * size,)`, added to the first product.
        recurrent_bias: `(gates * size,)`, added to the second.
    """

    input_matrix: Tensor
    recurrent_matrix: Tensor
    input_bias: Tensor
    recurrent_bias: Tensor

    def from_input(self, inputs: Tensor) -> Tensor:
        """What the input says to every gate: `(batch, num_inputs)` -> `(batch, gates * size)`."""
        return inputs @ self.input_matrix.T + self.input_bias

    def from_hidden(self, hidden: Tensor) -> Tensor:
        """What the past says to every gate: `(batch, size)` -> `(batch, gates * size)`."""
        return hidden @ self.recurrent_matrix.T + self.recurrent_bias


@dataclass(frozen=True, slots=True, eq=False)
class RnnStep:
    """A step of the plain recurrence: its new hidden state, `(batch, size)`, in (-1, 1)."""

    hidden: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class LstmStep:
    """A step of the LSTM, each value `(batch, size)`.

    Attributes:
        input_gate: how much of the candidate is written, in (0, 1).
        forget_gate: how much of the old cell state is kept, in (0, 1).
        candidate: what could be written, in (-1, 1).
        output_gate: how much of the cell is shown, in (0, 1).
        cell: the new cell state, the long memory; not bounded.
        hidden: the new hidden state, what the rest of the network sees, in (-1, 1).
    """

    input_gate: Tensor
    forget_gate: Tensor
    candidate: Tensor
    output_gate: Tensor
    cell: Tensor
    hidden: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class GruStep:
    """A step of the GRU, each value `(batch, size)`.

    Attributes:
        reset_gate: how much of the past the candidate may look at, in (0, 1).
        update_gate: how much of the old hidden state is kept, in (0, 1); 1 keeps it all.
        candidate: what could replace the old hidden state, in (-1, 1).
        hidden: the new hidden state, in (-1, 1) when it began there.
    """

    reset_gate: Tensor
    update_gate: Tensor
    candidate: Tensor
    hidden: Tensor


def rnn_step(inputs: Tensor, hidden: Tensor, weights: CellWeights) -> RnnStep:
    r"""Advance the plain recurrence by one frame.

    $$h_t = \tanh(W x_t + b + U h_{t-1} + c)$$

    Args:
        inputs: $x_t$, `(batch, num_inputs)`.
        hidden: $h_{t-1}$, `(batch, size)`; zeros before the first frame.
        weights: one gate, $W, U, b, c$.

    Returns:
        $h_t$.
    """
    return RnnStep(hidden=torch.tanh(weights.from_input(inputs) + weights.from_hidden(hidden)))


def lstm_step(inputs: Tensor, hidden: Tensor, cell: Tensor, weights: CellWeights) -> LstmStep:
    r"""Advance the LSTM by one frame.

    $$i_t = \sigma(W_i x_t + b_i + U_i h_{t-1} + c_i)$$
    $$f_t = \sigma(W_f x_t + b_f + U_f h_{t-1} + c_f)$$
    $$g_t = \tanh(W_g x_t + b_g + U_g h_{t-1} + c_g)$$
    $$o_t = \sigma(W_o x_t + b_o + U_o h_{t-1} + c_o)$$
    $$s_t = f_t \odot s_{t-1} + i_t \odot g_t$$
    $$h_t = o_t \odot \tanh(s_t)$$

    Args:
        inputs: $x_t$, `(batch, num_inputs)`.
        hidden: $h_{t-1}$, `(batch, size)`; zeros before the first frame.
        cell: $s_{t-1}$, `(batch, size)`; zeros before the first frame.
        weights: four gates stacked in the order $i, f, g, o$.

    Returns:
        The gates $i_t, f_t, o_t$, the candidate $g_t$, the cell state $s_t$ and the hidden state $h_t$.
    """
    drive_i, drive_f, drive_g, drive_o = (weights.from_input(inputs) + weights.from_hidden(hidden)).chunk(4, dim=1)
    input_gate = torch.sigmoid(drive_i)
    forget_gate = torch.sigmoid(drive_f)
    candidate = torch.tanh(drive_g)
    output_gate = torch.sigmoid(drive_o)
    new_cell = forget_gate * cell + input_gate * candidate
    return LstmStep(
        input_gate=input_gate,
        forget_gate=forget_gate,
        candidate=candidate,
        output_gate=output_gate,
        cell=new_cell,
        hidden=output_gate * torch.tanh(new_cell),
    )


def gru_step(inputs: Tensor, hidden: Tensor, weights: CellWeights) -> GruStep:
    r"""Advance the GRU by one frame.

    $$r_t = \sigma(W_r x_t + b_r + U_r h_{t-1} + c_r)$$
    $$z_t = \sigma(W_z x_t + b_z + U_z h_{t-1} + c_z)$$
    $$n_t = \tanh(W_n x_t + b_n + r_t \odot (U_n h_{t-1} + c_n))$$
    $$h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}$$

    The paper has $U_n (r_t \odot h_{t-1})$, the reset before the matrix product. After it, as here, all three
    recurrent products are one multiplication; the two cells are equally strong and their weights do not interchange.

    Args:
        inputs: $x_t$, `(batch, num_inputs)`.
        hidden: $h_{t-1}$, `(batch, size)`; zeros before the first frame.
        weights: three gates stacked in the order $r, z, n$.

    Returns:
        The gates $r_t, z_t$, the candidate $n_t$ and the hidden state $h_t$.
    """
    input_r, input_z, input_n = weights.from_input(inputs).chunk(3, dim=1)
    hidden_r, hidden_z, hidden_n = weights.from_hidden(hidden).chunk(3, dim=1)
    reset_gate = torch.sigmoid(input_r + hidden_r)
    update_gate = torch.sigmoid(input_z + hidden_z)
    candidate = torch.tanh(input_n + reset_gate * hidden_n)
    return GruStep(
        reset_gate=reset_gate,
        update_gate=update_gate,
        candidate=candidate,
        hidden=(1 - update_gate) * candidate + update_gate * hidden,
    )


def weights_of(layer: nn.RNNBase, *, depth: int = 0, backward: bool = False) -> CellWeights:
    """Take the weights of one cell out of a torch layer; they are shared, not copied.

    Args:
        layer: an `nn.RNN` (tanh), `nn.LSTM` or `nn.GRU`.
        depth: which of its stacked layers, from 0.
        backward: the backward direction of a bidirectional layer.

    Returns:
        The record that `rnn_step`, `lstm_step` or `gru_step` takes.

    Raises:
        ValueError: the layer computes something the equations here do not say (no biases, a projection, a ReLU).
    """
    if not layer.bias or layer.proj_size or layer.mode == "RNN_RELU":
        raise ValueError(f"{layer}: wanted a layer with biases, without projection, and tanh for the plain recurrence")
    suffix = f"l{depth}_reverse" if backward else f"l{depth}"
    return CellWeights(
        input_matrix=getattr(layer, f"weight_ih_{suffix}"),
        recurrent_matrix=getattr(layer, f"weight_hh_{suffix}"),
        input_bias=getattr(layer, f"bias_ih_{suffix}"),
        recurrent_bias=getattr(layer, f"bias_hh_{suffix}"),
    )
