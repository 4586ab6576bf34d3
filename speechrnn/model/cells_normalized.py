r"""One step of the cells with layer normalisation inside, gate by gate; notation as in `cells.py`.

Layer normalisation (Ba, Kiros and Hinton 2016) brings the values of one vector to mean 0 and variance 1, then scales
and shifts each: $N_{\gamma,\beta}(v) = \gamma \odot (v - \bar{v}) / \sqrt{\mathrm{var}(v) + \epsilon} + \beta$.

Sources: Ravanelli et al. 2018 (light GRU); Ba et al. 2016, equations 20 to 22 (layer-norm LSTM).
"""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from speechrnn.model.cells import LstmStep

EPSILON: Final = 1e-5
CANDIDATE_LIMIT: Final = 1000.0
"""No candidate of a light GRU is larger; the states of seven trained networks stayed below 25."""


@dataclass(frozen=True, slots=True, eq=False)
class LiGruWeights:
    """The weights of one light GRU; both gates' blocks are stacked in the order update, candidate.

    Attributes:
        input_matrix: `(2 * size, num_inputs)`, multiplies the input frame.
        recurrent_matrix: `(2 * size, size)`, multiplies the previous hidden state.
        input_gain: `(2 * size,)`, scales the normalised first product.
        input_bias: `(2 * size,)`, added to it; the cell has no other bias.
    """

    input_matrix: Tensor
    recurrent_matrix: Tensor
    input_gain: Tensor
    input_bias: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class LayerNormLstmWeights:
    """The weights of one layer-norm LSTM; the four gates' blocks are stacked as torch stacks them, $i, f, g, o$.

    Attributes:
        input_matrix: `(4 * size, num_inputs)`.
        recurrent_matrix: `(4 * size, size)`.
        input_gain: `(4 * size,)`, scales the normalised product with the input.
        input_bias: `(4 * size,)`, added to it. The paper adds three vectors here that only ever act as their sum.
        recurrent_gain: `(4 * size,)`, scales the normalised product with the past.
        cell_gain: `(size,)`, scales the normalised cell state before it is shown.
        cell_bias: `(size,)`, added to it.
    """

    input_matrix: Tensor
    recurrent_matrix: Tensor
    input_gain: Tensor
    input_bias: Tensor
    recurrent_gain: Tensor
    cell_gain: Tensor
    cell_bias: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class LiGruStep:
    """A step of the light GRU, each value `(batch, size)`.

    Attributes:
        update_gate: how much of the old hidden state is kept, in (0, 1); 1 keeps it all.
        candidate: what could replace the old hidden state, from 0 to `CANDIDATE_LIMIT`.
        hidden: the new hidden state, between the old one and the candidate.
    """

    update_gate: Tensor
    candidate: Tensor
    hidden: Tensor


def normalize(values: Tensor, gain: Tensor, bias: Tensor | float = 0.0) -> Tensor:
    r"""Layer normalisation $N_{\gamma,\beta}$ of the last axis; the shape stays."""
    centred = values - values.mean(-1, keepdim=True)
    variance = centred.square().mean(-1, keepdim=True)
    return gain * centred / torch.sqrt(variance + EPSILON) + bias


def ligru_step(inputs: Tensor, hidden: Tensor, weights: LiGruWeights) -> LiGruStep:
    r"""Advance the light GRU by one frame: no reset gate, and a ReLU candidate.

    The normalisation bounds what the frame says, not what the past does: where $U_n$ makes a state larger, and that the
    next one, it grows from frame to frame until nothing is finite any more, which ended a training in its 14th epoch.
    So the candidate has a limit, and with it the state, which lies between candidate and state before.

    $$(a_z, a_n) = N_{\gamma,\beta}(W x_t)$$
    $$z_t = \sigma(a_z + U_z h_{t-1})$$
    $$n_t = \min(1000, \mathrm{ReLU}(a_n + U_n h_{t-1}))$$
    $$h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}$$

    The paper normalises $W x_t$ by the statistics of a batch. They would let the other utterances and their padding
    into every result, so here it is layer normalisation, over the values of one frame.

    Args:
        inputs: $x_t$, `(batch, num_inputs)`.
        hidden: $h_{t-1}$, `(batch, size)`; zeros before the first frame.
        weights: two gates stacked in the order $z, n$.

    Returns:
        The gate $z_t$, the candidate $n_t$ and the hidden state $h_t$.
    """
    drives = normalize(inputs @ weights.input_matrix.T, weights.input_gain, weights.input_bias)
    drive_z, drive_n = (drives + hidden @ weights.recurrent_matrix.T).chunk(2, dim=1)
    update_gate = torch.sigmoid(drive_z)
    candidate = drive_n.clamp(0, CANDIDATE_LIMIT)
    return LiGruStep(
        update_gate=update_gate, candidate=candidate, hidden=(1 - update_gate) * candidate + update_gate * hidden
    )


def layer_norm_lstm_step(inputs: Tensor, hidden: Tensor, cell: Tensor, weights: LayerNormLstmWeights) -> LstmStep:
    r"""Advance the layer-norm LSTM by one frame.

    $$(a_i, a_f, a_g, a_o) = N_{\gamma,\beta}(W x_t) + N_{\gamma',0}(U h_{t-1})$$
    $$i_t = \sigma(a_i), \quad f_t = \sigma(a_f), \quad g_t = \tanh(a_g), \quad o_t = \sigma(a_o)$$
    $$s_t = f_t \odot s_{t-1} + i_t \odot g_t$$
    $$h_t = o_t \odot \tanh(N_{\gamma'',\beta''}(s_t))$$

    Each product is normalised over all four gates together, as in the paper.

    Args:
        inputs: $x_t$, `(batch, num_inputs)`.
        hidden: $h_{t-1}$, `(batch, size)`; zeros before the first frame.
        cell: $s_{t-1}$, `(batch, size)`; zeros before the first frame.
        weights: four gates stacked in the order $i, f, g, o$.

    Returns:
        The gates $i_t, f_t, o_t$, the candidate $g_t$, the cell state $s_t$ and the hidden state $h_t$.
    """
    from_input = normalize(inputs @ weights.input_matrix.T, weights.input_gain, weights.input_bias)
    from_hidden = normalize(hidden @ weights.recurrent_matrix.T, weights.recurrent_gain)
    drive_i, drive_f, drive_g, drive_o = (from_input + from_hidden).chunk(4, dim=1)
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
        hidden=output_gate * torch.tanh(normalize(new_cell, weights.cell_gain, weights.cell_bias)),
    )
