"""The whole network: what it gives for an utterance depends on that utterance alone."""

import itertools

import pytest
import torch
from torch import Tensor

from speechrnn.errors import FeatureError
from speechrnn.losses.ctc import ctc_losses
from speechrnn.model.acoustic import AcousticModel, num_parameters
from speechrnn.recipe import ModelConfig

NUM_FEATURES, VOCAB = 5, 4
LENGTHS = (17, 1, 8, 2, 13, 17, 6)
TOLERANCE = 1e-5


def model_of(**settings: object) -> AcousticModel:
    torch.manual_seed(3)
    small = {"layers": 2, "size": 6, "conv_channels": 4}
    model = AcousticModel(ModelConfig(**{**small, **settings}), NUM_FEATURES, VOCAB).eval()  # type: ignore[arg-type]
    with torch.no_grad():
        for weights in model.parameters():
            weights.add_(0.3 * torch.randn_like(weights))
    return model


def utterances() -> list[Tensor]:
    torch.manual_seed(4)
    return [torch.randn(length, NUM_FEATURES) for length in LENGTHS]


def batch_of(chosen: list[Tensor], extra: int = 0) -> tuple[Tensor, Tensor]:
    lengths = torch.tensor([len(one) for one in chosen])
    padded = torch.zeros(len(chosen), int(lengths.max()) + extra, NUM_FEATURES)
    for row, one in enumerate(chosen):
        padded[row, : len(one)] = one
    return padded, lengths


@pytest.mark.parametrize(
    ("cell", "bidirectional", "subsampling", "factor"),
    list(itertools.product(["rnn", "lstm", "gru"], [True, False], ["stack", "conv"], [1, 2, 3, 4])),
)
def test_log_probs_depend_on_neither_padding_nor_company(
    cell: str, bidirectional: bool, subsampling: str, factor: int
) -> None:
    model = model_of(cell=cell, bidirectional=bidirectional, subsampling=subsampling, subsampling_factor=factor)
    spoken = utterances()
    with torch.no_grad():
        alone = [model(*batch_of([one]))[0][0] for one in spoken]
        for seed in range(3):
            order = torch.randperm(len(spoken), generator=torch.Generator().manual_seed(seed)).tolist()
            for group in (order, order[:3], order[3:]):
                log_probs, lengths = model(*batch_of([spoken[number] for number in group], extra=3 * seed))
                for row, number in enumerate(group):
                    there = log_probs[row, : int(lengths[row])]
                    torch.testing.assert_close(there, alone[number], rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize(
    "settings",
    [
        {"attention_heads": 3},
        {"attention_heads": 2, "bidirectional": False, "residual": True},
        {"subsampling": "conv", "conv_layers": 2, "residual": True, "layers": 3},
    ],
)
def test_what_is_built_on_top_keeps_utterances_apart(settings: dict[str, object]) -> None:
    model, spoken = model_of(**settings), utterances()
    with torch.no_grad():
        log_probs, lengths = model(*batch_of(spoken, extra=5))
        for row, one in enumerate(spoken):
            alone = model(*batch_of([one]))[0][0]
            torch.testing.assert_close(log_probs[row, : int(lengths[row])], alone, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("settings", [{}, {"subsampling": "conv"}, {"cell": "gru", "bidirectional": False}])
def test_the_labels_of_every_frame_sum_to_probability_one(settings: dict[str, object]) -> None:
    log_probs, lengths = model_of(**settings)(*batch_of(utterances()))
    assert lengths.tolist() == [6, 1, 3, 1, 5, 6, 2]
    torch.testing.assert_close(log_probs.exp().sum(2), torch.ones(log_probs.shape[:2]), rtol=0, atol=1e-5)


@pytest.mark.parametrize("settings", [{}, {"subsampling": "conv", "conv_channels": 32}, {"cell": "gru"}])
def test_gradients_reach_every_frame_of_an_utterance_and_never_another_utterance(settings: dict[str, object]) -> None:
    model, (features, lengths) = model_of(**settings), batch_of(utterances(), extra=2)
    log_probs, output_lengths = model(features.requires_grad_(), lengths)
    row = 2
    log_probs[row, : int(output_lengths[row]), 1].sum().backward()
    assert features.grad is not None
    reached = features.grad.abs().sum(2) > 0
    assert bool(reached[row, : LENGTHS[row]].all())
    assert not bool(reached[torch.arange(len(LENGTHS)) != row].any())


def test_the_loss_gradient_of_a_batch_is_the_sum_of_those_of_its_utterances() -> None:
    model, spoken = model_of(cell="gru").double(), [one.double() for one in utterances() if len(one) > 5]
    together = _gradient(model, spoken)
    apart = [_gradient(model, [one]) for one in spoken]
    for name, gradient in together.items():
        torch.testing.assert_close(gradient, sum(one[name] for one in apart), rtol=1e-7, atol=1e-9)


def _gradient(model: AcousticModel, spoken: list[Tensor]) -> dict[str, Tensor]:
    model.zero_grad()
    features, lengths = batch_of(spoken)
    log_probs, lengths = model(features.double(), lengths)
    targets = torch.tensor([[1]] * len(spoken))
    ctc_losses(log_probs.transpose(0, 1), targets, lengths, torch.tensor([1] * len(spoken))).sum().backward()
    return {name: weights.grad.clone() for name, weights in model.named_parameters() if weights.grad is not None}


def test_every_weight_gets_a_gradient() -> None:
    for settings in (
        {},
        {"subsampling": "conv", "conv_layers": 1},
        {"bidirectional": False, "cell": "rnn", "layer_norm": False},
        {"attention_heads": 2, "residual": True},
    ):
        model = model_of(**settings)
        assert set(_gradient(model.double(), [one.double() for one in utterances()])) == {
            name for name, _ in model.named_parameters()
        }


def test_dropout_works_in_training_and_rests_in_evaluation() -> None:
    model, batch = model_of(dropout=0.5), batch_of(utterances())
    assert torch.equal(model(*batch)[0], model(*batch)[0])
    model.train()
    assert not torch.equal(model(*batch)[0], model(*batch)[0])


def test_locked_dropout_drops_the_same_values_from_every_frame_the_head_reads() -> None:
    model = model_of(dropout=0.5, dropout_kind="locked").train()
    read: list[Tensor] = []
    model.head.register_forward_pre_hook(lambda module, inputs: read.append(inputs[0]))
    model(*batch_of(utterances()))
    dropped = read[0][0] == 0
    assert bool(dropped.any())
    assert torch.equal(dropped, dropped[:1].expand_as(dropped))


def test_features_of_another_width_are_refused() -> None:
    model, features, lengths = model_of(), torch.zeros(1, 4, 3), torch.tensor([4])
    for score in (model, model.outputs):
        with pytest.raises(FeatureError, match="3 values per frame came, the model wants 5"):
            score(features, lengths)


def test_outputs_without_intermediate_layers_are_what_the_model_gives_with_the_same_draws() -> None:
    model, batch = model_of(dropout=0.5).train(), batch_of(utterances())
    torch.manual_seed(7)
    log_probs, lengths = model(*batch)
    torch.manual_seed(7)
    outputs = model.outputs(*batch)
    assert torch.equal(outputs.log_probs, log_probs)
    assert torch.equal(outputs.lengths, lengths)
    assert outputs.intermediate == ()


def test_an_intermediate_layer_is_scored_like_the_last_of_a_model_cut_off_above_it() -> None:
    model, batch = model_of(layers=3, inter_layers=(2, 1), residual=True, attention_heads=2), batch_of(utterances())
    outputs = model.outputs(*batch)
    assert torch.equal(outputs.log_probs, model(*batch)[0])
    assert len(outputs.intermediate) == 2
    for kept, scored in zip((2, 1), outputs.intermediate, strict=True):
        shorter = model_of(layers=kept, residual=True)
        shorter.load_state_dict(model.state_dict(), strict=False)
        torch.testing.assert_close(scored, shorter(*batch)[0], rtol=0, atol=TOLERANCE)


def test_an_intermediate_loss_teaches_the_head_and_the_layers_below_and_none_above() -> None:
    model = model_of(layers=3, inter_layers=(2,), attention_heads=2)
    (scored,) = model.outputs(*batch_of(utterances())).intermediate
    scored[..., 1].sum().backward()
    taught = {name for name, weights in model.named_parameters() if weights.grad is not None}
    above = ("encoder.layers.2.", "encoder.attention.")
    assert taught == {name for name, _ in model.named_parameters() if not name.startswith(above)}


def test_parameters_are_counted_as_worked_by_hand() -> None:
    model = model_of(cell="gru", layers=1, size=6, bidirectional=False, subsampling_factor=3)
    # GRU: 3 gates of (15 inputs + 6 recurrent) weights and two biases per unit; norm: gain and bias; head: 6 x 4 + 4.
    assert num_parameters(model) == 3 * (6 * 15 + 6 * 6 + 6 + 6) + 12 + 28
