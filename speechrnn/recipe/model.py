"""The recurrent network."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Lt

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """Subsampling, a stack of recurrent layers, look-ahead or self-attention if wanted, then the CTC head."""

    cell: Annotated[
        Literal["rnn", "lstm", "gru", "ligru", "lnlstm", "mingru", "minlstm"],
        Help(
            "plain recurrence, long short-term memory, gated recurrent unit; light GRU; LSTM with layer normalisation "
            "inside; minimal GRU and LSTM, whose gates see the input only"
        ),
    ] = "lstm"
    bidirectional: Annotated[bool, Help("read each utterance forwards and backwards; false suits live use")] = True
    layers: Annotated[int, Ge(1), Help("recurrent layers")] = 3
    size: Annotated[int, Ge(1), Help("hidden units per direction")] = 128
    subsampling: Annotated[
        Literal["stack", "conv"],
        Help("how frames are thinned before the recurrence: joined side by side, or strided convolution"),
    ] = "stack"
    subsampling_factor: Annotated[int, Ge(1), Help("frames per recurrent step; 1 keeps every frame")] = 3
    conv_channels: Annotated[int, Ge(1), Help("channels of the strided convolution (subsampling conv)")] = 128
    conv_layers: Annotated[
        int, Ge(0), Help("further convolutions, five frames wide, after the strided ones (subsampling conv)")
    ] = 0
    conv_activation: Annotated[
        Literal["relu", "tanh"],
        Help("what follows each convolution (subsampling conv); tanh keeps means at zero, and CTC learns sooner"),
    ] = "tanh"
    dropout: Annotated[
        float, Ge(0), Lt(1), Help("share of values dropped at the input of every layer but the first, and of the head")
    ] = 0.2
    dropout_kind: Annotated[
        Literal["element", "locked"],
        Help("what is dropped is drawn for every value, or once per utterance and kept for all its frames"),
    ] = "element"
    recurrent_dropconnect: Annotated[
        float, Ge(0), Lt(1), Help("share of hidden-to-hidden weights left out, drawn for every training step")
    ] = 0.0
    layer_norm: Annotated[bool, Help("normalise the output of every recurrent layer")] = True
    residual: Annotated[
        bool, Help("add its input to the output of every recurrent layer that gives as many values as it reads")
    ] = False
    attention_heads: Annotated[
        int, Ge(0), Help("heads of one self-attention layer above the recurrent ones; 0 for none")
    ] = 0
    lookahead_frames: Annotated[
        int,
        Ge(0),
        Help(
            "recurrent steps ahead that a convolution above the recurrent layers sees; for bidirectional false, and "
            "what it costs is latency"
        ),
    ] = 0
    inter_layers: Annotated[
        tuple[int, ...],
        Help("recurrent layers, counted from 1, whose outputs are scored in training too (loss.inter_weight)"),
    ] = ()

    __pydantic_config__ = STRICT

    @property
    def output_size(self) -> int:
        """Values per frame that every recurrent layer gives."""
        return self.size * (2 if self.bidirectional else 1)

    def subsampled_size(self, num_features: int) -> int:
        """Values per frame that the first recurrent layer reads."""
        return self.conv_channels if self.subsampling == "conv" else self.subsampling_factor * num_features
