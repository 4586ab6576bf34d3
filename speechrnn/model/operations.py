"""How much arithmetic a model does per second of audio, counted from its weights.

One operation is one multiplication with its addition. Only products with weights, and of frames with frames in
attention, are counted, as is usual: gates, norms and activations add a per cent or two. Every matrix of a recurrent
layer, whatever the cell, is multiplied once per frame, and every kernel of a convolution once per frame that it gives.
torch's own counter (`torch.utils.flop_counter`, two flops per operation) comes to the same in the test.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from torch import nn

from speechrnn.model.acoustic import AcousticModel
from speechrnn.model.attention import SelfAttention
from speechrnn.model.subsample import StackFrames, StridedConvolution

UTTERANCE_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Operations:
    """Multiply-accumulates per second of audio, by part of the model; look-ahead counts as recurrent."""

    subsampling: float
    recurrent: float
    attention: float
    head: float

    @property
    def total(self) -> float:
        """All of them, per second of audio."""
        return self.subsampling + self.recurrent + self.attention + self.head


def count_operations(
    model: AcousticModel, frames_per_second: float, utterance_seconds: float = UTTERANCE_SECONDS
) -> Operations:
    """Count what a model does for a second of audio.

    Args:
        model: the acoustic model.
        frames_per_second: feature frames before subsampling, 100 for a frame shift of 10 ms.
        utterance_seconds: length of the utterance; it matters to attention only, whose frames look at all others.
    """
    subsampling, rate = _subsampling(model.subsample, frames_per_second)
    encoder = model.encoder
    recurrent: list[nn.Module] = [*encoder.recurrent_layers()]
    if encoder.lookahead is not None:
        recurrent.append(encoder.lookahead)
    return Operations(
        subsampling=subsampling,
        recurrent=rate * _products(recurrent),
        attention=0.0 if encoder.attention is None else _attention(encoder.attention, rate, utterance_seconds),
        head=rate * _products([model.head]),
    )


def _subsampling(subsample: StackFrames | StridedConvolution, rate: float) -> tuple[float, float]:
    """Give the operations per second, and the frames per second that come out."""
    if isinstance(subsample, StackFrames):
        return 0.0, rate / subsample.factor
    operations = 0.0
    for conv, stride in zip(subsample.convs, subsample.strides, strict=True):
        rate /= stride
        operations += rate * _products([conv])
    return operations + rate * _products(subsample.more_convs), rate


def _attention(attention: SelfAttention, rate: float, seconds: float) -> float:
    """Projections, then per frame one product with every frame's key and one with every frame's value."""
    looks = 2 * seconds * rate * attention.output.in_features
    return rate * (_products([attention.project, attention.output]) + looks)


def _products(layers: Iterable[nn.Module]) -> int:
    """Multiplications with weights for one frame; biases and gains, which are vectors, have none to count."""
    return sum(weights.numel() for layer in layers for weights in layer.parameters() if weights.ndim > 1)
