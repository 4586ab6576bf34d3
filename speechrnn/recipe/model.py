"""The recurrent network."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Lt

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """Subsampling, then a stack of recurrent layers, then the CTC head."""

    cell: Annotated[
        Literal["rnn", "lstm", "gru"], Help("plain recurrence, long short-term memory, or gated recurrent unit")
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
    dropout: Annotated[
        float, Ge(0), Lt(1), Help("share of values dropped at the input of every layer but the first, and of the head")
    ] = 0.2
    layer_norm: Annotated[bool, Help("normalise the output of every recurrent layer")] = True

    __pydantic_config__ = STRICT
