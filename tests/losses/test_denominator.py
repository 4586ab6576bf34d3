"""The denominator graph: what its parts say, state by state."""

import numpy as np
import pytest
import torch

from speechrnn.losses.denominator import Denominator, build_denominator, text_log_weights
from speechrnn.losses.ngram import Ngram, count_ngram

TEXTS = [[1, 2], [2, 2, 1], [1], [1, 2, 2]]
ORDERS = [1, 2, 3, 4]


def both(order: int) -> tuple[Ngram, Denominator]:
    return count_ngram(TEXTS, 3, order), build_denominator(TEXTS, 3, order)


@pytest.mark.parametrize("order", ORDERS)
def test_every_arc_of_the_ngram_is_found_once_among_arcs_repeats_and_ends(order: int) -> None:
    ngram, graph = both(order)
    arcs, found = graph.arcs.clone(), 0
    for state, history in enumerate(ngram.histories):
        assert float(graph.ends[state]) == ngram.probabilities[state, 0]
        for label in (1, 2):
            to, weight = ngram.successors[state, label], ngram.probabilities[state, label]
            if label == history[-1]:
                assert (float(graph.repeats[state]), int(graph.repeat_successors[state])) == (weight, to)
            else:
                assert float(arcs[to, state]) == weight
                arcs[to, state] = 0
            assert int(graph.labels[to]) == label
            found += 1
    assert found == 2 * len(ngram.histories)
    assert not arcs.any()


def test_the_start_is_no_label_and_repeats_nothing() -> None:
    graph = both(3)[1]
    assert int(graph.labels[0]) == 0
    assert float(graph.repeats[0]) == 0
    assert not graph.arcs[0].any()


@pytest.mark.parametrize("order", ORDERS)
def test_texts_weigh_what_the_ngram_gives_them_whatever_pads_them(order: int) -> None:
    ngram, graph = both(order)
    texts = [[1, 2, 2, 1], [2, 2], [1], []]
    expected = []
    for text in texts:
        state, total = 0, 0.0
        for label in [*text, 0]:
            total += np.log(ngram.probabilities[state, label])
            state = ngram.successors[state, label]
        expected.append(total)
    for filler in (0, 2):
        padded = torch.tensor([text + [filler] * (4 - len(text)) for text in texts])
        lengths = torch.tensor([len(text) for text in texts])
        assert text_log_weights(graph, padded, lengths).tolist() == pytest.approx(expected, abs=1e-12)


def test_a_graph_takes_the_type_of_a_tensor_and_keeps_its_whole_numbers() -> None:
    graph = both(2)[1].like(torch.zeros(1, dtype=torch.float32))
    assert {graph.arcs.dtype, graph.repeats.dtype, graph.ends.dtype, graph.log_weights.dtype} == {torch.float32}
    assert {graph.labels.dtype, graph.successors.dtype, graph.repeat_successors.dtype} == {torch.int64}
