"""A recurrent model fused into a search."""

import pickle
from itertools import product

import numpy as np
import pytest

from speechrnn.decoding.fusion import GrowingGraph, ManyGraph, Table
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.prefix_beam import BeamOptions, prefix_beam
from speechrnn.decoding.recurrent_graph import RecurrentGraph
from speechrnn.decoding.rescore import rescore
from speechrnn.errors import UsageError
from speechrnn.text.alphabet import Alphabet
from tests.decoding.toy_recurrent import toy_lm

LETTERS = Alphabet((" ", "a", "b"))
WORDS = Alphabet(("ja", "nein", "vielleicht"), "word")


def total(graph: RecurrentGraph, labels: tuple[int, ...]) -> float:
    state, score = graph.start, 0.0
    for label in labels:
        scores, states = graph.expand(state)
        score, state = score + scores[label], int(states[label])
    return float(score + graph.final(state))


@pytest.mark.parametrize("length", [0, 1, 2, 3])
def test_a_path_scores_alpha_times_its_text_and_beta_per_label(length: int) -> None:
    model = toy_lm()
    graph = RecurrentGraph(model, LETTERS, alpha=0.7, beta=0.3)
    paths = list(product([1, 2, 3], repeat=length))
    assert len(paths) == 3**length
    for labels in paths:
        wanted = 0.7 * model.score_text(LETTERS.decode(labels)) + 0.3 * length
        assert total(graph, labels) == pytest.approx(wanted, abs=1e-5)


def test_labels_that_are_words_go_through_a_model_of_words_and_strangers_through_unknown() -> None:
    model = toy_lm(("ja", "nein"), unit="word")
    graph = RecurrentGraph(model, WORDS, alpha=1.0)
    assert total(graph, (2, 3, 1)) == pytest.approx(model.score_text("nein vielleicht ja"), abs=1e-5)
    assert total(graph, (3,)) == pytest.approx(model.score_text("<unk>"), abs=1e-5)


def test_the_blank_may_not_follow_and_everything_else_may() -> None:
    scores = RecurrentGraph(toy_lm(), LETTERS, alpha=0.0).expand(0)[0]
    assert scores.tolist() == [-np.inf, 0.0, 0.0, 0.0]


def test_a_table_asks_for_many_states_at_once_and_forgets_with_the_graph() -> None:
    graph = RecurrentGraph(toy_lm(), LETTERS, alpha=1.0)
    assert isinstance(graph, ManyGraph)
    assert isinstance(graph, GrowingGraph)
    table = Table(graph, LETTERS.size)
    start = table.begin()
    scores, places = table.follow(np.full(3, start), np.array([1, 2, 3]))
    assert scores == pytest.approx(graph.expand(0)[0][1:])
    ends = table.final(places)
    assert ends == pytest.approx([graph.final(graph.expand(0)[1][label]) for label in (1, 2, 3)])
    table.forget()
    assert not graph._ends
    again = table.follow(np.full(3, table.begin()), np.array([1, 2, 3]))[1]
    assert table.final(again) == pytest.approx(ends)


def test_a_model_of_another_unit_is_refused_with_what_to_do() -> None:
    with pytest.raises(UsageError, match=r"model of words came, and the model writes characters; train .* --unit char"):
        RecurrentGraph(toy_lm(("ja",), unit="word"), LETTERS, alpha=1.0)


def test_a_search_adds_what_the_model_says_of_every_hypothesis_and_finds_what_it_prefers() -> None:
    model = toy_lm()
    log_probs = np.log(np.random.default_rng(5).dirichlet(np.ones(LETTERS.size), 8))
    options = BeamOptions(beam_size=10_000)
    plain = prefix_beam(log_probs, options=options, nbest=10_000)
    table = Table(RecurrentGraph(model, LETTERS, alpha=1.5, beta=0.5), LETTERS.size)
    fused = prefix_beam(log_probs, graphs=[table], options=options, nbest=10_000)
    assert len(fused) > 100
    rescored = rescore(plain, model, LETTERS, 1.5)
    single_spaced = {one.labels for one in plain if " ".join(text_of(one).split()) == text_of(one)}
    wanted = {one.labels: one.score + 0.5 * len(one.labels) for one in rescored if one.labels in single_spaced}
    found = {one.labels: one.score for one in fused if one.labels in single_spaced}
    assert found.keys() == wanted.keys()
    assert [found[labels] for labels in wanted] == pytest.approx(list(wanted.values()), abs=1e-4)


def text_of(hypothesis: Hypothesis) -> str:
    return LETTERS.decode(hypothesis.labels)


def test_a_graph_travels_to_another_process() -> None:
    graph = RecurrentGraph(toy_lm(), LETTERS, alpha=1.0)
    assert total(pickle.loads(pickle.dumps(graph)), (2, 1)) == total(graph, (2, 1))
