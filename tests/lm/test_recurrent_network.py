"""The network that torch trains, and the same in NumPy."""

import numpy as np
import pytest
import torch

from speechrnn.decoding.ngram import START_ID
from speechrnn.decoding.recurrent_cells import CellName
from speechrnn.lm.recurrent_config import RecurrentLmConfig
from speechrnn.lm.recurrent_network import RecurrentLmNetwork, to_numpy

UNIGRAMS = torch.tensor([0.1, 0.05, 0.2, 0.3, 0.35]).log()
VOCABULARY = ("<unk>", "<s>", "</s>", "a", "b")


def network_of(config: RecurrentLmConfig) -> RecurrentLmNetwork:
    torch.manual_seed(3)
    network = RecurrentLmNetwork(config, UNIGRAMS)
    with torch.no_grad():
        network.embedding.mul_(20)  # large enough for the past to matter
    return network.eval()


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_numpy_scores_lines_as_the_trained_network_does(cell: CellName) -> None:
    config = RecurrentLmConfig(cell=cell, size=12, layers=2)
    network = network_of(config)
    model = to_numpy(network, config, VOCABULARY, UNIGRAMS, {})
    lines = [[3, 4, 4, 0, 3], [4], []]
    symbols = torch.tensor([[1, 3, 4, 4, 0, 3], [1, 4, 2, 2, 2, 2], [1, 2, 2, 2, 2, 2]])
    with torch.no_grad():
        log_probs = torch.log_softmax(network(symbols, torch.tensor([6, 2, 1])), dim=2).numpy()
    for row, line in enumerate(lines):
        wanted = [log_probs[row, at, symbol] for at, symbol in enumerate([*line, 2])]
        assert model.sentence(line) == pytest.approx(wanted, abs=1e-5)
    assert np.ptp(log_probs[0, :, START_ID + 1 :], axis=0).max() > 0.1
    assert model.num_parameters == sum(weights.numel() for weights in network.parameters())


def test_a_new_network_predicts_about_what_unigrams_do() -> None:
    torch.manual_seed(1)
    network = RecurrentLmNetwork(RecurrentLmConfig(size=16), UNIGRAMS).eval()
    found = torch.softmax(network(torch.tensor([[1, 3]]), torch.tensor([2])), dim=2)[0, 1]
    wanted = UNIGRAMS.exp() / (1 - 0.05)
    wanted[START_ID] = 0
    assert found.tolist() == pytest.approx(wanted.tolist(), abs=0.05)


def test_what_stands_past_a_line_does_not_reach_it() -> None:
    network = network_of(RecurrentLmConfig(size=8))
    alone = network(torch.tensor([[1, 3]]), torch.tensor([2]))
    padded = network(torch.tensor([[1, 3, 4, 4]]), torch.tensor([2]))
    assert torch.allclose(alone, padded[:, :2], atol=1e-6)
