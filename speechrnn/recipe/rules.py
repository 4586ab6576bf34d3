"""Contradictions between settings that are each fine alone."""

from collections.abc import Iterator
from typing import Final

from speechrnn.recipe.recipe import Recipe

MIN_WINDOW_SAMPLES: Final = 16


def contradictions(recipe: Recipe) -> list[str]:
    """Find every contradiction, as `path: reason`."""
    rules = _name_faults, _corpus_faults, _text_faults, _feature_faults, _augment_faults
    return [fault for rule in rules for fault in rule(recipe)]


def _name_faults(recipe: Recipe) -> Iterator[str]:
    name = recipe.name
    if not name or not name.isprintable() or "/" in name or "\\" in name or name.startswith("."):
        yield f"name: {recipe.name!r} came; a plain folder name was wanted, the run is saved under it"


def _corpus_faults(recipe: Recipe) -> Iterator[str]:
    corpus = recipe.corpus
    if (corpus.path is None) == (corpus.name == "folder"):
        yield "corpus.path: goes with corpus.name folder, which needs it, and with no other"
    if corpus.leave_out is not None and corpus.folds:
        yield "corpus.folds: not beside corpus.leave_out; folds leave each speaker out in turn"
    if len(set(corpus.folds)) < len(corpus.folds):
        yield "corpus.folds: a speaker stands twice"


def _text_faults(recipe: Recipe) -> Iterator[str]:
    if recipe.text.alphabet == "":
        yield "text.alphabet: no characters came; name them, or null for those of the training transcripts"


def _feature_faults(recipe: Recipe) -> Iterator[str]:
    features = recipe.features
    nyquist_hz = features.sample_rate_hz / 2
    high_hz = features.high_hz if features.high_hz > 0 else nyquist_hz + features.high_hz
    if not features.low_hz < high_hz <= nyquist_hz:
        yield (
            f"features.high_hz: filter bank from {features.low_hz:g} to {high_hz:g} Hz came; "
            f"low below high, and high at most {nyquist_hz:g} Hz (half the sample rate) was wanted"
        )
    if features.kind == "mfcc" and features.num_ceps > features.num_mel_bins:
        yield f"features.num_ceps: {features.num_ceps} came, at most num_mel_bins ({features.num_mel_bins}) was wanted"
    if features.frame_shift_ms > features.frame_length_ms:
        yield "features.frame_shift_ms: longer than frame_length_ms, samples between frames would be lost"
    if features.frame_shift_ms * features.sample_rate_hz < 1000:
        yield f"features.frame_shift_ms: {features.frame_shift_ms:g} came, one sample or more was wanted"
    if features.frame_length_ms * features.sample_rate_hz < MIN_WINDOW_SAMPLES * 1000:
        yield (
            f"features.frame_length_ms: {features.frame_length_ms:g} came, {MIN_WINDOW_SAMPLES} samples or more "
            f"({1000 * MIN_WINDOW_SAMPLES / features.sample_rate_hz:g} ms at {features.sample_rate_hz} Hz) were wanted"
        )
    if features.stored and features.kind != "mfcc":
        yield "features.stored: stored features are cepstra, so features.kind must be mfcc"


def _augment_faults(recipe: Recipe) -> Iterator[str]:
    augment = recipe.augment
    if any(not 0.5 <= factor <= 2 for factor in augment.speed_factors):
        yield f"augment.speed_factors: {list(augment.speed_factors)} came, factors from 0.5 to 2 were wanted"
    low, high = augment.noise_snr_db
    if low > high:
        yield f"augment.noise_snr_db: [{low:g}, {high:g}] came, the lower bound first was wanted"
    waveform = augment.speed_factors or augment.gain_db or augment.noise_probability
    if recipe.features.stored and waveform:
        yield "augment: speed, gain and noise change waveforms, and features.stored has none; only masks apply"
