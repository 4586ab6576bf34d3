"""Contradictions between settings: each alone, then all at once, and none where there is none."""

import pytest

from speechrnn.errors import RecipeError
from speechrnn.recipe.load import parse_recipe
from tests.recipe.conftest import LEAST, Parse

INTER = LEAST + "loss: {inter_weight: 0.5}\n"
CONTRADICTIONS = {
    "name/": ("name: a/b\ncorpus: {name: fsdd}", "name: 'a/b' came; a plain folder name"),
    "name\\": ("name: a\\b\ncorpus: {name: fsdd}", "name: "),
    "name.": ("name: ..\ncorpus: {name: fsdd}", "name: '..' came"),
    "no name": ("name: ''\ncorpus: {name: fsdd}", "name: '' came"),
    "name of control characters": ('name: "a\\0b"\ncorpus: {name: fsdd}', "name: "),
    "folder without a path": ("name: x\ncorpus: {name: folder}", "corpus.path: "),
    "left out twice": ("name: x\ncorpus: {name: fsdd, leave_out: theo, folds: [theo]}", "corpus.folds: not beside"),
    "speaker twice": ("name: x\ncorpus: {name: fsdd, folds: [theo, theo]}", "corpus.folds: a speaker stands twice"),
    "no characters": (LEAST + "text: {alphabet: ''}", "text.alphabet: "),
    "phones in capitals": (LEAST + "text: {score_as: timit39, case: upper}", "text.score_as: timit39 knows"),
    "phones bereft of signs": (
        LEAST + "text: {score_as: timit39, punctuation: remove}",
        "text.score_as: timit39 knows",
    ),
    "over half the rate": (LEAST + "features: {sample_rate_hz: 8000, high_hz: 5000}", "features.high_hz: "),
    "high below low": (LEAST + "features: {low_hz: 500, high_hz: 400}", "features.high_hz: "),
    "counted down below low": (LEAST + "features: {sample_rate_hz: 8000, high_hz: -4000}", "features.high_hz: "),
    "more cepstra than bins": (LEAST + "features: {num_mel_bins: 20, num_ceps: 21}", "features.num_ceps: 21 came"),
    "gaps between frames": (LEAST + "features: {frame_length_ms: 10, frame_shift_ms: 11}", "features.frame_shift_ms: "),
    "less than a sample": (LEAST + "features: {frame_shift_ms: 0.01}", "features.frame_shift_ms: "),
    "stored filter bank": (LEAST + "features: {stored: true, kind: log_mel}", "features.stored: "),
    "too fast": (LEAST + "augment: {speed_factors: [1, 2.5]}", "augment.speed_factors: [1.0, 2.5] came"),
    "too slow": (LEAST + "augment: {speed_factors: [0.4]}", "augment.speed_factors: "),
    "noise backwards": (LEAST + "augment: {noise_snr_db: [30, 10]}", "augment.noise_snr_db: [30, 10] came"),
    "language model without a search": (LEAST + "decoding: {lm: lm.bin}", "decoding.lm: goes with decoding.kind beam"),
    "a threshold without a grammar": (
        LEAST + "decoding: {kind: beam, reject_below: -1}",
        "decoding.reject_below: goes with decoding.grammar",
    ),
    "hot words without a search": (LEAST + "decoding: {hotwords: 'a:1'}", "decoding.hotwords: goes with"),
    "distilled from nothing": (LEAST + "distill: {weight: 2}", "distill.teacher: missing"),
    "one teacher of all folds": (
        "name: x\ncorpus: {name: fsdd, folds: [theo]}\ndistill: {teacher: runs/big}",
        "distill.teacher: runs/big came beside corpus.folds",
    ),
    "a teacher per speaker without speakers": (
        LEAST + "distill: {teacher: 'runs/{fold}'}",
        "distill.teacher: runs/{fold} came, and no speaker is left out",
    ),
    "speed of stored": (LEAST + "features: {stored: true}\naugment: {speed_factors: [1.1]}", "augment: speed, pitch"),
    "gain of stored": (LEAST + "features: {stored: true}\naugment: {gain_db: 3}", "augment: speed, pitch"),
    "noise of stored": (LEAST + "features: {stored: true}\naugment: {noise_probability: 0.5}", "augment: speed, pitch"),
    "convolutions without convolution": (LEAST + "model: {conv_layers: 1}", "model.conv_layers: goes with"),
    "activation without convolution": (LEAST + "model: {conv_activation: relu}", "model.conv_activation: goes with"),
    "locked without dropout": (LEAST + "model: {dropout_kind: locked, dropout: 0}", "model.dropout_kind: locked came"),
    "no connections to drop": (
        LEAST + "model: {cell: mingru, recurrent_dropconnect: 0.1}",
        "model.recurrent_dropconnect: model.cell mingru has no hidden-to-hidden weights",
    ),
    "bf16 without a fused cell": (
        LEAST + "model: {cell: ligru}\ntraining: {precision: bf16}",
        "training.precision: bf16 is for model.cell rnn, lstm, gru; ligru came",
    ),
    "heads that share unequally": (
        LEAST + "model: {size: 8, attention_heads: 3}",
        "model.attention_heads: 3 came, a divisor of the 16",
    ),
    "nothing to add": (
        LEAST + "model: {layers: 1, residual: true}",
        "model.residual: the one recurrent layer reads 117",
    ),
    "no layer 0": (INTER + "model: {inter_layers: [0]}", "model.inter_layers: [0] came, numbers from 1 to 2 were"),
    "the last layer": (INTER + "model: {inter_layers: [1, 3]}", "model.inter_layers: [1, 3] came, numbers from 1 to 2"),
    "one layer only": (
        INTER + "model: {layers: 1, inter_layers: [1]}",
        "model.inter_layers: [1] came, model.layers of 2",
    ),
    "layer twice": (INTER + "model: {inter_layers: [1, 1]}", "model.inter_layers: a layer stands twice"),
    "no layers to weigh": (INTER, "loss.inter_weight: needs model.inter_layers"),
    "layers without weight": (LEAST + "model: {inter_layers: [1]}", "model.inter_layers: scored for nothing"),
    "views without a difference": (
        LEAST + "loss: {consistency_weight: 0.2}\nmodel: {dropout: 0}",
        "loss.consistency_weight: both views would be the same",
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_named_alone(name: str) -> None:
    text, start = CONTRADICTIONS[name]
    with pytest.raises(RecipeError, match="^x: ") as caught:
        parse_recipe(text, "x")
    (fault,) = caught.value.faults
    assert fault.startswith(start)


def test_contradictions_are_all_found_at_once() -> None:
    text = (
        "name: a/b\ncorpus: {name: folder}\nfeatures: {num_ceps: 99, high_hz: 90000}\naugment: {noise_snr_db: [3, 1]}"
    )
    with pytest.raises(RecipeError, match="^x: ") as caught:
        parse_recipe(text, "x")
    assert [fault.split(":")[0] for fault in caught.value.faults] == [
        "name",
        "corpus.path",
        "features.high_hz",
        "features.num_ceps",
        "augment.noise_snr_db",
    ]


@pytest.mark.parametrize(
    "more",
    [
        "features: {sample_rate_hz: 8000, high_hz: 4000}",
        "features: {sample_rate_hz: 8000, high_hz: -200}",
        "features: {kind: log_mel, num_mel_bins: 10, num_ceps: 13}",
        "features: {num_mel_bins: 13, num_ceps: 13}",
        "features: {stored: true}\naugment: {num_time_masks: 2}",
        "augment: {speed_factors: [0.5, 2.0], noise_snr_db: [10, 10]}",
        "features: {frame_shift_ms: 25}",
        "distill: {teacher: runs/big, weight: 2}",
        "loss: {consistency_weight: 0.2}\nmodel: {dropout: 0.1}",
        "loss: {consistency_weight: 0.2}\nmodel: {dropout: 0}\naugment: {num_feature_masks: 1}",
        "loss: {consistency_weight: 0.2}\nmodel: {dropout: 0}\naugment: {num_time_masks: 1}",
        "model: {layers: 1, size: 64, subsampling: conv, conv_channels: 128, residual: true}",
        "model: {size: 6, attention_heads: 12}",
        "model: {cell: lnlstm, recurrent_dropconnect: 0.1}",
        "model: {cell: gru}\ntraining: {precision: bf16}",
        "loss: {inter_weight: 0.5}\nmodel: {layers: 2, attention_heads: 2, inter_layers: [1, 2]}",
    ],
)
def test_settings_on_the_very_edge_are_no_contradiction(parse: Parse, more: str) -> None:
    assert parse(more).name == "tiny"


def test_any_corpus_may_be_given_a_path_and_only_folder_needs_one(parse: Parse) -> None:
    assert parse("", "corpus.name=librispeech", "corpus.path=here").corpus.path == "here"
    assert parse("", "corpus.name=librispeech").corpus.path is None
