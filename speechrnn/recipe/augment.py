"""Seeded changes made to training utterances, never to dev or test."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class AugmentConfig:
    """Waveform changes first, feature masks after normalisation. Everything defaults to off."""

    speed_factors: Annotated[
        tuple[float, ...], Help("one is drawn per utterance and epoch; 1.1 is faster and higher, 0.9 slower and lower")
    ] = ()
    warp_factors: Annotated[
        tuple[float, float],
        Help(
            "range of vocal-tract-length perturbation, one draw per utterance and epoch; 1.1 moves formants up a tenth"
        ),
    ] = (1.0, 1.0)
    tempo_factors: Annotated[
        tuple[float, float],
        Help("range of the rate of speaking at the same pitch, one draw per utterance and epoch; over 1 is faster"),
    ] = (1.0, 1.0)
    pitch_semitones: Annotated[
        float,
        Ge(0),
        Le(12),
        Help("pitch and formants moved by a draw from minus this to plus this; slow, 5 ms per second of audio"),
    ] = 0.0
    tilt_db_per_octave: Annotated[
        float, Ge(0), Help("spectrum tilted about 1 kHz by a draw from minus this to plus this")
    ] = 0.0
    room_probability: Annotated[float, Ge(0), Le(1), Help("share of utterances spoken in a simulated room")] = 0.0
    room_rt60_seconds: Annotated[
        tuple[float, float], Help("range the time is drawn from in which the room's sound falls by 60 dB")
    ] = (0.1, 0.5)
    room_direct_db: Annotated[
        tuple[float, float], Help("range the ratio of direct to reverberant sound is drawn from; lower is farther away")
    ] = (0.0, 15.0)
    gain_db: Annotated[float, Ge(0), Help("level changed by a draw from minus this to plus this")] = 0.0
    noise_probability: Annotated[
        float, Ge(0), Le(1), Help("share of utterances that get white or pink noise added")
    ] = 0.0
    noise_snr_db: Annotated[tuple[float, float], Help("range the signal-to-noise ratio is drawn from")] = (10.0, 30.0)
    band_limit_probability: Annotated[
        float, Ge(0), Le(1), Help("share of utterances that lose what lies outside a band, as on a telephone")
    ] = 0.0
    band_limit_low_hz: Annotated[tuple[float, float], Help("range the lower edge of that band is drawn from")] = (
        0.0,
        300.0,
    )
    band_limit_high_hz: Annotated[
        tuple[float, float], Help("range of its upper edge; half the sample rate or more cuts off nothing above")
    ] = (3000.0, 4000.0)
    concatenate_probability: Annotated[
        float,
        Ge(0),
        Le(1),
        Help("share of utterances joined with others drawn anew each epoch, texts parted by a space"),
    ] = 0.0
    concatenate_max_utterances: Annotated[int, Ge(2), Help("most utterances in a joined one; two at least")] = 3
    concatenate_gap_seconds: Annotated[
        tuple[float, float], Help("range the pause between two of them is drawn from")
    ] = (
        0.05,
        0.3,
    )
    concatenate_speakers: Annotated[
        Literal["any", "same"], Help("whose utterances are joined: anyone's, or one speaker's")
    ] = "any"
    pause_probability: Annotated[
        float, Ge(0), Le(1), Help("share of utterances with a pause put before and behind them")
    ] = 0.0
    pause_seconds: Annotated[tuple[float, float], Help("range each of these two pauses is drawn from")] = (0.0, 0.5)
    num_time_masks: Annotated[int, Ge(0), Help("SpecAugment: stretches of frames set to the mean")] = 0
    max_time_mask_frames: Annotated[int, Ge(1), Help("longest such stretch, in frames")] = 10
    max_time_mask_share: Annotated[
        float, Gt(0), Le(1), Help("longest such stretch, as a share of the utterance; the shorter of the two counts")
    ] = 0.2
    num_feature_masks: Annotated[int, Ge(0), Help("SpecAugment: bands of features set to the mean")] = 0
    max_feature_mask_bins: Annotated[
        int, Ge(1), Help("widest such band, in cepstra or mel bins (deltas are masked alike)")
    ] = 4

    __pydantic_config__ = STRICT

    @property
    def changes_waveforms(self) -> bool:
        """Tell whether samples are changed, so that training needs them and not only what was stored of them."""
        amounts = self.pitch_semitones, self.tilt_db_per_octave, self.gain_db
        shares = self.room_probability, self.noise_probability, self.band_limit_probability, self.pause_probability
        return bool(self.speed_factors) or any(amounts) or any(shares)

    @property
    def needs_samples(self) -> bool:
        """Tell whether training computes static features anew in every epoch, and not once for all."""
        return self.changes_waveforms or self.warp_factors != (1, 1)
