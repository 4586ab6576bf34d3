"""How far an output step of a one-way model looks around in the frames it is made of, in plain integers.

A step is what becomes one recurrent step: `factor` static frames. Every stage below the recurrence, deltas and
subsampling, is a window of fixed reach over the stage before. So of a stretch cut out of a recording the steps in its
middle are those of the whole recording; how many at its ends are not, is counted here.
"""

import math
from dataclasses import dataclass
from typing import Final

from speechrnn.features.extract import FeatureExtractor
from speechrnn.features.frames import min_samples
from speechrnn.model.acoustic import AcousticModel
from speechrnn.model.subsample import StackFrames, StridedConvolution
from speechrnn.recipe import FeaturesConfig
from speechrnn.recipe.strides import MORE_KERNEL

_DELTA_REACH: Final = 2


@dataclass(frozen=True, slots=True)
class Stage:
    """Value `t` of this stage reads values `stride * t - left` to `stride * t + right` of the one before."""

    stride: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Reach:
    """What an output step depends on.

    Attributes:
        features: the recipe's features section.
        stages: from static frames to what the first recurrent layer reads, in order.
        shift_samples: from frame to frame.
        ahead: steps that the look-ahead sees of the future.
    """

    features: FeaturesConfig
    stages: tuple[Stage, ...]
    shift_samples: int
    ahead: int

    @property
    def step_samples(self) -> int:
        """Samples from one output step to the next."""
        return self.shift_samples * math.prod(stage.stride for stage in self.stages)

    @property
    def first_samples(self) -> int:
        """The fewest samples after which the first recurrent step can be taken."""
        frames = 1
        for stage in reversed(self.stages):
            frames = (frames - 1) * stage.stride + stage.right + 1
        return min_samples(self.features, frames)

    @property
    def left_steps(self) -> int:
        """Steps at the beginning of a stretch that lack something to their left; one at least, see `reach_of`."""
        spoilt = 0
        for stage in self.stages:
            spoilt = -(-(spoilt + stage.left) // stage.stride)
        return max(1, spoilt)

    @property
    def latency_seconds(self) -> float:
        """From the beginning of a step's sound until all that its labels depend on has been said."""
        return (self.first_samples + self.ahead * self.step_samples) / self.features.sample_rate_hz


def reach_of(extractor: FeatureExtractor, model: AcousticModel) -> Reach:
    """Count the reach of a model that can run live.

    One frame at least is always held back, and the samples of one step kept: then the end of an utterance always finds
    a step to take. onnxruntime's GRU does not survive a run over none.
    """
    front_end, order = extractor.front_end, extractor.deltas
    before_first = -(-front_end.pad_left // front_end.shift_samples)
    deltas = Stage(1, before_first + _DELTA_REACH * order, max(1, _DELTA_REACH * order))
    lookahead = model.encoder.lookahead
    stages = (deltas, *_subsampling_stages(model.subsample))
    return Reach(extractor.config, stages, front_end.shift_samples, lookahead.ahead if lookahead else 0)


def _subsampling_stages(subsample: StackFrames | StridedConvolution) -> list[Stage]:
    if isinstance(subsample, StackFrames):
        return [Stage(subsample.factor, 0, subsample.factor - 1)]
    strided = [Stage(stride, stride - 1, stride - 1) for stride in subsample.strides]
    return strided + [Stage(1, MORE_KERNEL // 2, MORE_KERNEL // 2) for _ in subsample.more_convs]
