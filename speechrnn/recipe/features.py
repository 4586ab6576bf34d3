"""The front end: how samples become feature frames."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturesConfig:
    """Cepstra or log filter-bank energies, with every parameter in its unit."""

    kind: Annotated[Literal["mfcc", "log_mel"], Help("cepstra, or the log mel filter bank they are made from")] = "mfcc"
    convention: Annotated[
        Literal["kaldi", "librosa", "sphinx"],
        Help("whose definition of an MFCC: framing, window, mel scale, transform"),
    ] = "kaldi"
    stored: Annotated[
        bool, Help("train on the cepstra the corpus stores; the front end below must describe how they were made")
    ] = False
    sample_rate_hz: Annotated[int, Gt(0), Help("audio is resampled to this rate")] = 16000
    frame_length_ms: Annotated[float, Gt(0), Help("window length")] = 25.0
    frame_shift_ms: Annotated[float, Gt(0), Help("step from one frame to the next")] = 10.0
    num_mel_bins: Annotated[int, Ge(4), Help("triangular filters in the mel filter bank")] = 40
    num_ceps: Annotated[int, Ge(1), Help("cepstra kept per frame, the zeroth included (kind mfcc)")] = 13
    low_hz: Annotated[float, Ge(0), Help("lower edge of the filter bank")] = 20.0
    high_hz: Annotated[
        float, Help("upper edge of the filter bank; zero or below counts down from half the sample rate")
    ] = 0.0
    deltas: Annotated[Literal[0, 1, 2], Help("0 none, 1 velocity, 2 velocity and acceleration appended")] = 2
    cmvn: Annotated[
        Literal["none", "utterance", "global"],
        Help("mean and variance normalisation: per utterance, or with training-set statistics"),
    ] = "utterance"

    __pydantic_config__ = STRICT

    @property
    def band_hz(self) -> tuple[float, float]:
        """Lower and upper edge of the filter bank."""
        return self.low_hz, self.high_hz if self.high_hz > 0 else self.sample_rate_hz / 2 + self.high_hz

    @property
    def num_static(self) -> int:
        """Values per frame before deltas."""
        return self.num_ceps if self.kind == "mfcc" else self.num_mel_bins

    @property
    def num_features(self) -> int:
        """Values per frame that reach the model."""
        return self.num_static * (1 + self.deltas)
