"""Small recurrent language models with random weights."""

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.ngram import MARKERS
from speechrnn.decoding.recurrent_cells import CELLS, CellName, LayerWeights
from speechrnn.decoding.recurrent_lm import RecurrentLm
from speechrnn.text.alphabet import Unit


def toy_lm(
    symbols: tuple[str, ...] = ("<space>", "a", "b"),
    *,
    unit: Unit = "character",
    cell: CellName = "lstm",
    size: int = 5,
    layers: int = 2,
    seed: int = 1,
) -> RecurrentLm:
    """A model whose weights are large enough for every symbol of a history to matter, short of chaos."""
    random = np.random.default_rng(seed)
    vocabulary = (*MARKERS, *symbols)

    def draw(*shape: int) -> NDArray[np.float32]:
        return random.normal(size=shape, scale=1.5 * shape[-1] ** -0.5 if len(shape) > 1 else 1.0).astype(np.float32)

    gates = CELLS[cell].gates * size
    stack = tuple(LayerWeights(draw(gates, size), draw(gates, size), draw(gates), draw(gates)) for _ in range(layers))
    embedding, bias, unigrams = 3 * draw(len(vocabulary), size), draw(len(vocabulary)), draw(len(vocabulary))
    about = {"dev_perplexity": 3.5}
    return RecurrentLm(unit, cell, vocabulary, embedding, stack, bias, unigrams, about)
