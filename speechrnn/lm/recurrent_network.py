"""The recurrent language model as torch trains it; `decoding/recurrent_lm.py` computes the same in NumPy."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

import torch
from torch import Tensor, nn

from speechrnn.decoding.ngram import START_ID
from speechrnn.decoding.recurrent_cells import LayerWeights
from speechrnn.decoding.recurrent_lm import RecurrentLm
from speechrnn.lm.recurrent_config import RecurrentLmConfig
from speechrnn.model.cells import CellWeights, weights_of
from speechrnn.model.dropout import build_dropout
from speechrnn.model.recurrent import RecurrentLayer

EMBEDDING_RANGE: Final = 0.1


class RecurrentLmNetwork(nn.Module):
    """Embedding, recurrent layers, and an output layer that shares the embedding's matrix (Press and Wolf 2017)."""

    def __init__(self, config: RecurrentLmConfig, unigrams: Tensor) -> None:
        """Make a network that at first predicts little more than unigrams.

        Args:
            config: sizes and dropout.
            unigrams: natural log-probabilities `(symbols,)`.
        """
        super().__init__()
        model = config.model()
        self.embedding = nn.Parameter(torch.empty(len(unigrams), config.size))
        nn.init.uniform_(self.embedding, -EMBEDDING_RANGE, EMBEDDING_RANGE)
        self.layers = nn.ModuleList(RecurrentLayer(model, config.size) for _ in range(config.layers))
        self.dropout = build_dropout(model)
        self.output_bias = nn.Parameter(unigrams.clone())
        self.never: Tensor
        self.register_buffer("never", torch.arange(len(unigrams)) == START_ID, persistent=False)

    def forward(self, symbols: Tensor, lengths: Tensor) -> Tensor:
        """Predict the symbol after each.

        Args:
            symbols: ids `(batch, time)`, the first of a line being `<s>`.
            lengths: `(batch,)`.

        Returns:
            Unnormalised scores `(batch, time, symbols)`, -inf for `<s>`; what stands past a length means nothing.
        """
        values = self.embedding[symbols]
        for layer in self.layers:
            values = layer(self.dropout(values), lengths)
        scores: Tensor = self.dropout(values) @ self.embedding.T + self.output_bias
        return scores.masked_fill(self.never, -torch.inf)


def to_numpy(
    network: RecurrentLmNetwork,
    config: RecurrentLmConfig,
    vocabulary: Sequence[str],
    unigrams: Tensor,
    about: Mapping[str, Any],
) -> RecurrentLm:
    """Take a trained network to where no torch is."""
    cells = (layer.forward_cell for layer in network.layers if isinstance(layer, RecurrentLayer))
    return RecurrentLm(
        unit=config.unit,
        cell=config.cell,
        vocabulary=tuple(vocabulary),
        embedding=network.embedding.detach().cpu().numpy(),
        layers=tuple(_layer(weights_of(cell)) for cell in cells if isinstance(cell, nn.RNNBase)),
        output_bias=network.output_bias.detach().cpu().numpy(),
        unigrams=unigrams.cpu().numpy(),
        about=about,
    )


def _layer(weights: CellWeights) -> LayerWeights:
    return LayerWeights(**{one.name: getattr(weights, one.name).detach().cpu().numpy() for one in fields(weights)})
