"""The recurrent language model in NumPy, held to torch's own layers and to the sum over all texts."""

from itertools import product

import numpy as np
import pytest
import torch
from torch import nn

from speechrnn.decoding.ngram import END_ID, START_ID, UNKNOWN_ID
from speechrnn.decoding.recurrent_cells import CellName
from speechrnn.decoding.recurrent_lm import LINES_AT_ONCE, RecurrentLm
from tests.decoding.toy_recurrent import toy_lm

CELLS: tuple[CellName, ...] = ("lstm", "gru")


def torch_log_probs(model: RecurrentLm, symbols: list[int]) -> np.ndarray:
    """What torch predicts after each symbol, `(len(symbols), symbols)`."""
    kind = {"lstm": nn.LSTM, "gru": nn.GRU}[model.cell]
    stack = kind(model.size, model.size, num_layers=len(model.layers), batch_first=True)
    for depth, layer in enumerate(model.layers):
        for name, tensor in zip(
            ("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
            (layer.input_matrix, layer.recurrent_matrix, layer.input_bias, layer.recurrent_bias),
            strict=True,
        ):
            getattr(stack, f"{name}_l{depth}").data = torch.from_numpy(tensor)
    with torch.no_grad():
        hidden = stack(torch.from_numpy(model.embedding[symbols])[None])[0][0]
        scores = hidden @ torch.from_numpy(model.embedding).T + torch.from_numpy(model.output_bias)
        scores[:, START_ID] = -torch.inf
        return torch.log_softmax(scores.double(), dim=1).numpy()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 3])
def test_every_prediction_is_that_of_torch(cell: CellName, layers: int) -> None:
    model = toy_lm(cell=cell, layers=layers, size=16)
    line = [START_ID, *np.random.default_rng(2).integers(3, len(model), 40).tolist()]
    wanted, states = torch_log_probs(model, line), model.start(1)
    found = []
    for symbol in line:
        states = model.advance(states, [symbol])
        found.append(model.log_probs(states)[0])
    assert np.allclose(np.array(found), wanted, atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_a_beam_steps_as_its_hypotheses_do_alone(cell: CellName) -> None:
    model = toy_lm(cell=cell)
    states = model.advance(model.start(3), [START_ID, 3, 4])
    together = model.log_probs(model.advance(states, [4, 5, 3]))
    alone = [model.log_probs(model.advance(states[at : at + 1], [by]))[0] for at, by in enumerate([4, 5, 3])]
    assert np.allclose(together, alone, atol=1e-6)


def test_predictions_are_a_distribution_and_never_hold_the_beginning_of_a_line() -> None:
    model = toy_lm()
    log_probs = model.log_probs(model.advance(model.start(2), [START_ID, UNKNOWN_ID]))
    assert np.exp(log_probs).sum(axis=1) == pytest.approx([1.0, 1.0])
    assert np.isneginf(log_probs[:, START_ID]).all()
    assert np.isfinite(np.delete(log_probs, START_ID, axis=1)).all()


def test_all_texts_up_to_a_length_and_what_goes_on_from_them_sum_to_one() -> None:
    model = toy_lm(("a", "b"))
    readable = [UNKNOWN_ID, 3, 4]
    lines = [list(line) for length in range(4) for line in product(readable, repeat=length)]
    assert len(lines) == 1 + 3 + 9 + 27
    scored = model.sentences(lines)
    ended = sum(np.exp(sum(scores)) for scores in scored)
    going_on = sum(np.exp(sum(scores[:-1])) * (1 - np.exp(scores[-1])) for scores in scored if len(scores) == 4)
    assert ended + going_on == pytest.approx(1.0)


def test_many_lines_score_as_each_does_alone() -> None:
    model = toy_lm()
    random = np.random.default_rng(3)
    lines = [random.integers(3, 6, length).tolist() for length in random.integers(0, 9, LINES_AT_ONCE + 5)]
    together = model.sentences(lines)
    assert [len(scores) for scores in together] == [len(line) + 1 for line in lines]
    for line, scores in zip(lines, together, strict=True):
        assert scores == pytest.approx(model.sentence(line), abs=1e-5)


def test_a_text_scores_the_sum_of_its_symbols_and_its_end() -> None:
    model = toy_lm()
    wanted = torch_log_probs(model, [START_ID, 4, 3, 5])[np.arange(4), [4, 3, 5, END_ID]].sum()
    assert model.score_text("a b") == pytest.approx(wanted, abs=1e-5)
    assert model.score_texts(["", "a b"]) == pytest.approx([model.score_text(""), wanted], abs=1e-5)


def test_no_lines_have_no_scores() -> None:
    assert toy_lm().sentences([]) == []


def test_a_symbol_never_seen_is_unknown_and_so_is_a_word_that_spells_a_marker() -> None:
    model = toy_lm(("ja", "nein"), unit="word")
    assert model.ids(["nein", "vielleicht", "</s>", "<s>"]) == [4, UNKNOWN_ID, UNKNOWN_ID, UNKNOWN_ID]
    assert "ja" in model
    assert "</s>" not in model


def test_parameters_are_counted_with_the_shared_matrix_once() -> None:
    model = toy_lm(("a",), size=2, layers=1, cell="gru")
    assert model.num_parameters == 4 * 2 + 4 + 3 * (2 * 2 + 2 * 2 + 2 + 2)
