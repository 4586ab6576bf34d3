"""Seeded changes made to training utterances, never to dev or test."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class AugmentConfig:
    """Waveform changes first, feature masks after normalisation. Everything defaults to off."""

    speed_factors: Annotated[
        tuple[float, ...], Help("one is drawn per utterance and epoch; 1.1 is faster and higher, 0.9 slower and lower")
    ] = ()
    gain_db: Annotated[float, Ge(0), Help("level changed by a draw from minus this to plus this")] = 0.0
    noise_probability: Annotated[
        float, Ge(0), Le(1), Help("share of utterances that get white or pink noise added")
    ] = 0.0
    noise_snr_db: Annotated[tuple[float, float], Help("range the signal-to-noise ratio is drawn from")] = (10.0, 30.0)
    num_time_masks: Annotated[int, Ge(0), Help("SpecAugment: stretches of frames set to the mean")] = 0
    max_time_mask_frames: Annotated[int, Ge(1), Help("longest such stretch; never over a fifth of the utterance")] = 10
    num_feature_masks: Annotated[int, Ge(0), Help("SpecAugment: bands of features set to the mean")] = 0
    max_feature_mask_bins: Annotated[
        int, Ge(1), Help("widest such band, in cepstra or mel bins (deltas are masked alike)")
    ] = 4

    __pydantic_config__ = STRICT
