"""Contradictions between settings that are each fine alone."""

from collections.abc import Iterator
from typing import Final

from speechrnn.recipe.augment_rules import augment_faults
from speechrnn.recipe.distill import FOLD, DistillConfig
from speechrnn.recipe.live import live_obstacles
from speechrnn.recipe.recipe import Recipe

MIN_WINDOW_SAMPLES: Final = 16
FUSED: Final = "rnn", "lstm", "gru"  # cells that run in torch's own kernels
WITHOUT_RECURRENT_MATRIX: Final = "mingru", "minlstm"


def contradictions(recipe: Recipe) -> list[str]:
    """Find every contradiction, as `path: reason`."""
    front = _name_faults, _corpus_faults, _text_faults, _feature_faults, augment_faults
    rules = *front, _model_faults, _loss_faults, _distill_faults, _decoding_faults
    return [fault for rule in rules for fault in rule(recipe)]


def _name_faults(recipe: Recipe) -> Iterator[str]:
    name = recipe.name
    if not name or not name.isprintable() or "/" in name or "\\" in name or name.startswith("."):
        yield f"name: {recipe.name!r} came; a plain folder name was wanted, the run is saved under it"


def _corpus_faults(recipe: Recipe) -> Iterator[str]:
    corpus = recipe.corpus
    if corpus.path is None and corpus.name == "folder":
        yield "corpus.path: corpus folder needs it; a directory of audio or a table was wanted"
    if corpus.leave_out is not None and corpus.folds:
        yield "corpus.folds: not beside corpus.leave_out; folds leave each speaker out in turn"
    if len(set(corpus.folds)) < len(corpus.folds):
        yield "corpus.folds: a speaker stands twice"


def _text_faults(recipe: Recipe) -> Iterator[str]:
    alphabet, unit = recipe.text.alphabet, recipe.text.unit
    if alphabet is not None and not (alphabet if unit == "character" else alphabet.split()):
        yield f"text.alphabet: no {unit}s came; name them, or null for those of the training transcripts"
    if recipe.text.score_as == "timit39" and (recipe.text.case == "upper" or recipe.text.punctuation == "remove"):
        yield (
            "text.score_as: timit39 knows the phones as TIMIT writes them, such as h# and ax-h; "
            "text.case lower or keep, and text.punctuation keep were wanted"
        )


def _feature_faults(recipe: Recipe) -> Iterator[str]:
    features = recipe.features
    nyquist_hz = features.sample_rate_hz / 2
    low_hz, high_hz = features.band_hz
    if not low_hz < high_hz <= nyquist_hz:
        yield (
            f"features.high_hz: filter bank from {low_hz:g} to {high_hz:g} Hz came; "
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


def _model_faults(recipe: Recipe) -> Iterator[str]:
    model = recipe.model
    if model.conv_layers and model.subsampling != "conv":
        yield "model.conv_layers: goes with model.subsampling conv"
    if model.conv_activation != "tanh" and model.subsampling != "conv":
        yield "model.conv_activation: goes with model.subsampling conv"
    if model.dropout_kind == "locked" and not model.dropout:
        yield "model.dropout_kind: locked came, and model.dropout is 0: nothing would be dropped"
    if model.recurrent_dropconnect and model.cell in WITHOUT_RECURRENT_MATRIX:
        yield f"model.recurrent_dropconnect: model.cell {model.cell} has no hidden-to-hidden weights to leave out"
    if recipe.training.precision == "bf16" and model.cell not in FUSED:
        yield f"training.precision: bf16 is for model.cell {', '.join(FUSED)}; {model.cell} came, which stays float32"
    if model.attention_heads and model.output_size % model.attention_heads:
        yield (
            f"model.attention_heads: {model.attention_heads} came, a divisor of the {model.output_size} values "
            "that a recurrent layer gives was wanted"
        )
    read = model.subsampled_size(recipe.features.num_features)
    if model.residual and model.layers == 1 and read != model.output_size:
        yield (
            f"model.residual: the one recurrent layer reads {read} values and gives {model.output_size}, "
            "which cannot be added; two layers or more were wanted"
        )
    if model.lookahead_frames:
        for obstacle in live_obstacles(recipe.features, model):
            yield f"model.lookahead_frames: is for live use, and {obstacle}"
    yield from _inter_layer_faults(recipe)


def _loss_faults(recipe: Recipe) -> Iterator[str]:
    loss, augment = recipe.loss, recipe.augment
    if loss.inter_weight and not recipe.model.inter_layers:
        yield "loss.inter_weight: needs model.inter_layers, which says whose outputs are scored too"
    if recipe.model.inter_layers and not loss.inter_weight:
        yield "model.inter_layers: scored for nothing, loss.inter_weight is 0; set it, 0.3 is usual"
    if loss.consistency_weight and not (augment.num_time_masks or augment.num_feature_masks or recipe.model.dropout):
        yield (
            "loss.consistency_weight: both views would be the same; set augment.num_time_masks, "
            "augment.num_feature_masks or model.dropout, which tell them apart"
        )


def _distill_faults(recipe: Recipe) -> Iterator[str]:
    distill = recipe.distill
    if distill.teacher is None and distill != DistillConfig():
        yield "distill.teacher: missing; weight and temperature are how much it counts, and how"
    if distill.teacher is not None and recipe.corpus.folds and FOLD not in distill.teacher:
        yield (
            f"distill.teacher: {distill.teacher} came beside corpus.folds, a teacher that has heard who is tested; "
            f"a path with {FOLD} in place of the speaker was wanted"
        )
    if distill.teacher is not None and FOLD in distill.teacher and not (recipe.corpus.folds or recipe.corpus.leave_out):
        yield f"distill.teacher: {distill.teacher} came, and no speaker is left out; set corpus.folds or leave_out"


def _decoding_faults(recipe: Recipe) -> Iterator[str]:
    if recipe.decoding.kind == "greedy" and recipe.decoding.fused:
        yield f"decoding.{recipe.decoding.fused[0]}: goes with decoding.kind beam"
    if recipe.decoding.reject_below is not None and not recipe.decoding.grammar:
        yield "decoding.reject_below: goes with decoding.grammar, whose phrases it judges"


def _inter_layer_faults(recipe: Recipe) -> Iterator[str]:
    model = recipe.model
    # The head scores the last layer anyway, unless self-attention or a look-ahead stands above it.
    highest = model.layers if model.attention_heads or model.lookahead_frames else model.layers - 1
    if any(not 1 <= number <= highest for number in model.inter_layers):
        wanted = f"numbers from 1 to {highest} were" if highest else "model.layers of 2 or more was"
        yield f"model.inter_layers: {list(model.inter_layers)} came, {wanted} wanted"
    if len(set(model.inter_layers)) < len(model.inter_layers):
        yield "model.inter_layers: a layer stands twice"
