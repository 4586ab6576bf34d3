"""The loss of a step, held against its parts put together by hand."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data.batches import Batch
from speechrnn.data.cuts import load_split
from speechrnn.losses.consistency import consistency_losses
from speechrnn.losses.ctc import ctc_losses
from speechrnn.losses.ctc_crf import ctc_crf_losses
from speechrnn.losses.denominator import build_denominator
from speechrnn.losses.entropy import path_entropies
from speechrnn.losses.smoothing import uniform_divergences
from speechrnn.model.acoustic import AcousticModel, AcousticOutputs
from speechrnn.recipe import LossConfig, ModelConfig
from speechrnn.text.alphabet import Alphabet
from speechrnn.training.objective import Objective, build_objective
from speechrnn.training.system import new_system
from tests.conftest import Mini

LABELS, LABEL_LENGTHS = torch.tensor([[1, 2], [2, 0], [3, 3]]), torch.tensor([2, 1, 2])
GRAPH = build_denominator([[1, 2], [2], [3, 3]], 4, 2)


def scores(views: int = 1, seed: int = 0) -> Tensor:
    """Log-probabilities `(views * 3, 7, 4)`."""
    torch.manual_seed(seed)
    return torch.randn(views * 3, 7, 4, dtype=torch.float64).log_softmax(2)


def outputs(views: int = 1, intermediate: int = 0) -> AcousticOutputs:
    below = tuple(scores(views, seed) for seed in range(1, intermediate + 1))
    return AcousticOutputs(scores(views), torch.tensor([7, 5, 6] * views), below)


def batch(views: int = 1) -> Batch:
    torch.manual_seed(9)
    names = "a", "b", "c"
    return Batch(
        names, names, torch.randn(views * 3, 7, 5), torch.tensor([7, 5, 6] * views), LABELS, LABEL_LENGTHS, 3.0
    )


def losses(config: LossConfig, views: int = 1, intermediate: int = 0) -> Tensor:
    graph = GRAPH if config.kind == "ctc_crf" else None
    return Objective(config, graph).losses(outputs(views, intermediate), batch(views))


def arguments(log_probs: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return log_probs.transpose(0, 1), LABELS, torch.tensor([7, 5, 6]), LABEL_LENGTHS


PLAIN = ctc_losses(*arguments(scores()))
CRF = ctc_crf_losses(*arguments(scores()), GRAPH)
ENTROPY = path_entropies(*arguments(scores()))
UNIFORM = uniform_divergences(scores().transpose(0, 1), torch.tensor([7, 5, 6]))


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (LossConfig(), PLAIN),
        (LossConfig(kind="ctc_crf", ctc_share=0), CRF),
        (LossConfig(kind="ctc_crf", ctc_share=0.25), CRF + 0.25 * PLAIN),
        (LossConfig(entropy_weight=0.3), PLAIN - 0.3 * ENTROPY),
        (LossConfig(label_smoothing=0.1), 0.9 * PLAIN + 0.1 * UNIFORM),
        (
            LossConfig(kind="ctc_crf", ctc_share=0.5, entropy_weight=0.2, label_smoothing=0.1),
            0.9 * (CRF + 0.5 * PLAIN - 0.2 * ENTROPY) + 0.1 * UNIFORM,
        ),
    ],
    ids=["ctc", "crf", "crf and ctc", "entropy", "smoothing", "all"],
)
def test_the_loss_of_one_view_is_the_sum_of_its_parts(config: LossConfig, expected: Tensor) -> None:
    torch.testing.assert_close(losses(config), expected)


def test_the_intermediate_layers_share_the_loss_evenly_by_plain_ctc() -> None:
    below = sum(ctc_losses(*arguments(scores(seed=seed))) for seed in (1, 2)) / 2
    torch.testing.assert_close(losses(LossConfig(inter_weight=0.3), intermediate=2), 0.7 * PLAIN + 0.3 * below)


def test_two_views_are_averaged_and_pay_for_their_difference() -> None:
    first, second = scores(views=2).chunk(2)
    both = (ctc_losses(*arguments(first)) + ctc_losses(*arguments(second))) / 2
    apart = consistency_losses(first.transpose(0, 1), second.transpose(0, 1), torch.tensor([7, 5, 6]))
    torch.testing.assert_close(losses(LossConfig(consistency_weight=0.2), views=2), both + 0.2 * apart)


def test_every_part_works_beside_every_other_on_two_views() -> None:
    config = LossConfig(
        kind="ctc_crf", inter_weight=0.3, consistency_weight=0.2, label_smoothing=0.1, entropy_weight=0.1
    )
    found = losses(config, views=2, intermediate=1)
    each = [
        Objective(replace(config, consistency_weight=0), GRAPH).losses(view, batch()) for view in split(outputs(2, 1))
    ]
    first, second = scores(views=2).transpose(0, 1).chunk(2, dim=1)
    apart = consistency_losses(first, second, torch.tensor([7, 5, 6]))
    torch.testing.assert_close(found, sum(each) / 2 + 0.2 * apart)


def split(both: AcousticOutputs) -> list[AcousticOutputs]:
    """The two views as batches of their own."""
    return [
        AcousticOutputs(both.log_probs[rows], both.lengths[rows], tuple(one[rows] for one in both.intermediate))
        for rows in (slice(0, 3), slice(3, 6))
    ]


@pytest.mark.parametrize("normalize", ["label", "utterance"])
def test_the_number_to_differentiate_is_the_losses_reduced(normalize: str) -> None:
    torch.manual_seed(0)
    model = AcousticModel(ModelConfig(layers=1, size=4, dropout=0, subsampling_factor=1), 5, 4)
    found, loss = Objective(LossConfig(normalize=normalize))(model, batch())
    log_probs, lengths = model(batch().features, batch().feature_lengths)
    expected = ctc_losses(log_probs.transpose(0, 1), LABELS, lengths, LABEL_LENGTHS)
    assert torch.equal(found, expected)
    assert float(loss.detach()) == pytest.approx(float(expected.detach().sum()) / (5 if normalize == "label" else 3))


def test_the_denominator_is_that_of_the_training_transcripts(mini: Mini) -> None:
    recipe = mini.recipe("loss.kind=ctc_crf", "loss.denominator_order=3")
    train = load_split(prepare_corpus(recipe.corpus, mini.data).directory, "train")
    graph = build_objective(new_system(recipe, Alphabet(tuple(" abcd"))), train).graph
    texts = [path.read_text().strip() for path in sorted((mini.corpus / "train").glob("*.txt"))]
    expected = build_denominator([[" abcd".index(c) + 1 for c in text] for text in texts], 6, 3)
    assert graph is not None
    torch.testing.assert_close(graph.arcs, expected.arcs.float())
    torch.testing.assert_close(graph.ends, expected.ends.float())


def test_plain_ctc_builds_no_denominator(mini: Mini) -> None:
    train = load_split(prepare_corpus(mini.recipe().corpus, mini.data).directory, "train")
    assert build_objective(new_system(mini.recipe(), Alphabet(tuple(" abcd"))), train).graph is None
