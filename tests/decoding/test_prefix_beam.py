"""The prefix beam search against a sum over every path, with and without a fused graph."""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.decoding.fusion import Scores, States, Table
from speechrnn.decoding.greedy import greedy
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.prefix_beam import BeamOptions, prefix_beam

UNLIMITED = BeamOptions(beam_size=10**6)
SOME = settings(max_examples=25, deadline=None, derandomize=True)


@dataclass(frozen=True)
class Automaton:
    """A graph with a row of scores, of next states and a final score for every state."""

    scores: np.ndarray
    follows: np.ndarray
    finals: np.ndarray
    start: int = 0

    def expand(self, state: int) -> tuple[Scores, States]:
        return self.scores[state], self.follows[state]

    def final(self, state: int) -> float:
        return float(self.finals[state])

    def score(self, labels: tuple[int, ...]) -> float:
        state, total = self.start, 0.0
        for label in labels:
            total += self.scores[state, label]
            state = self.follows[state, label]
        return total + self.final(state)


def _log_probs(seed: int, time: int, vocab: int, zeros: float = 0.0) -> np.ndarray:
    """Random distributions, some entries of probability zero."""
    rng = np.random.default_rng(seed)
    chances = rng.dirichlet(np.full(vocab, 0.7), time).reshape(time, vocab)
    chances[rng.random((time, vocab)) < zeros] = 0.0
    with np.errstate(divide="ignore"):
        return np.log(chances)


def _automaton(seed: int, vocab: int, states: int = 4) -> Automaton:
    rng = np.random.default_rng(seed)
    scores, finals = rng.normal(size=(states, vocab)), rng.normal(size=states)
    scores[rng.random(scores.shape) < 0.2] = -np.inf
    finals[rng.random(states) < 0.3] = -np.inf
    scores[:, 0] = 1e9  # the blank's column must not be read
    return Automaton(scores, rng.integers(states, size=(states, vocab)), finals)


def _every_path(log_probs: np.ndarray, *graphs: Automaton) -> dict[tuple[int, ...], float]:
    """The score of each label sequence by its definition: a sum over the paths that collapse to it."""
    sums: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(log_probs.shape[1]), repeat=len(log_probs)):
        labels = tuple(label for label, _ in itertools.groupby(path) if label)
        chance = math.exp(sum(log_probs[time, label] for time, label in enumerate(path)))
        sums[labels] = sums.get(labels, 0.0) + chance
    scores = {labels: math.log(chance) for labels, chance in sums.items() if chance > 0}
    fused = {labels: score + sum(graph.score(labels) for graph in graphs) for labels, score in scores.items()}
    return {labels: score for labels, score in fused.items() if score > -math.inf}


def _found(hypotheses: list[Hypothesis]) -> dict[tuple[int, ...], float]:
    scores = {hypothesis.labels: hypothesis.score for hypothesis in hypotheses}
    assert len(scores) == len(hypotheses), "a label sequence stands twice in the n-best list"
    return scores


seeds = st.integers(0, 2**32 - 1)


@SOME
@given(seed=seeds, time=st.integers(0, 5), vocab=st.integers(1, 4), zeros=st.sampled_from([0.0, 0.4]))
def test_an_unlimited_beam_sums_over_all_paths(seed: int, time: int, vocab: int, zeros: float) -> None:
    log_probs = _log_probs(seed, time, vocab, zeros)
    found = _found(prefix_beam(log_probs, options=UNLIMITED, nbest=10**6))
    assert found == pytest.approx(_every_path(log_probs), abs=1e-9)


@SOME
@given(seed=seeds, time=st.integers(0, 5), vocab=st.integers(2, 4), count=st.integers(1, 2))
def test_fused_graphs_add_their_scores_to_the_sum_over_all_paths(seed: int, time: int, vocab: int, count: int) -> None:
    log_probs = _log_probs(seed, time, vocab, 0.2)
    graphs = [_automaton(seed + number, vocab) for number in range(count)]
    hypotheses = prefix_beam(
        log_probs, graphs=[Table(graph, vocab) for graph in graphs], options=UNLIMITED, nbest=10**6
    )
    assert _found(hypotheses) == pytest.approx(_every_path(log_probs, *graphs), abs=1e-9)
    for hypothesis in hypotheses:
        assert hypothesis.parts == pytest.approx([graph.score(hypothesis.labels) for graph in graphs], abs=1e-9)


@SOME
@given(seed=seeds, size=st.integers(1, 6))
def test_a_narrow_beam_gives_no_label_sequence_more_than_its_paths_have(seed: int, size: int) -> None:
    log_probs, graph = _log_probs(seed, 5, 4), _automaton(seed, 4)
    truth = _every_path(log_probs, graph)
    hypotheses = prefix_beam(log_probs, graphs=[Table(graph, 4)], options=BeamOptions(beam_size=size), nbest=size)
    assert len(hypotheses) <= size
    for labels, score in _found(hypotheses).items():
        assert score <= truth[labels] + 1e-9


def test_one_prefix_of_two_paths_beats_the_best_path() -> None:
    """Worked by hand: blank-blank has 0.36, but `a` gathers 0.24 + 0.24 + 0.16."""
    log_probs = np.log([[0.6, 0.4], [0.6, 0.4]])
    best, second = prefix_beam(log_probs, options=BeamOptions(), nbest=2)
    assert best.labels == (1,)
    assert math.exp(best.score) == pytest.approx(0.64)
    assert second.labels == ()
    assert greedy(log_probs)[0].labels == ()


@SOME
@given(seed=seeds, best=st.lists(st.integers(0, 3), max_size=12))
def test_on_peaked_frames_a_beam_of_one_reads_the_best_path(seed: int, best: list[int]) -> None:
    chances = 1e-4 * np.random.default_rng(seed).random((len(best), 4))
    chances[np.arange(len(best)), best] = 1.0
    log_probs = np.log(chances / chances.sum(axis=1, keepdims=True))
    (hypothesis,), (path,) = prefix_beam(log_probs, options=BeamOptions(beam_size=1)), greedy(log_probs)
    assert hypothesis.labels == path.labels
    assert hypothesis.score == pytest.approx(path.score, abs=0.01)
    assert hypothesis.frames == path.frames


@SOME
@given(seed=seeds)
def test_thresholds_no_candidate_passes_leave_the_result_as_it_is(seed: int) -> None:
    log_probs, graph = _log_probs(seed, 12, 5), _automaton(seed, 5)
    loose = BeamOptions(
        beam_size=20, beam_threshold=1e6, token_threshold=1e6, beam_size_token=4, blank_skip_threshold=1.0
    )
    plain = prefix_beam(log_probs, graphs=[Table(graph, 5)], options=BeamOptions(beam_size=20), nbest=20)
    assert len(plain) > 0 or not _every_path(log_probs[:0], graph)
    assert prefix_beam(log_probs, graphs=[Table(graph, 5)], options=loose, nbest=20) == plain


@pytest.mark.parametrize(
    "options",
    [
        BeamOptions(beam_threshold=0.5),
        BeamOptions(token_threshold=0.3),
        BeamOptions(beam_size_token=1),
        BeamOptions(beam_size=3),
    ],
)
def test_each_way_of_pruning_leaves_something_out(options: BeamOptions) -> None:
    log_probs = _log_probs(5, 6, 4)
    every = _found(prefix_beam(log_probs, options=UNLIMITED, nbest=10**6))
    fewer = _found(prefix_beam(log_probs, options=options, nbest=10**6))
    assert 0 < len(fewer) < len(every)
    assert all(score <= every[labels] + 1e-9 for labels, score in fewer.items())


def test_a_token_threshold_of_zero_opens_prefixes_by_the_best_label_alone() -> None:
    """Worked by hand: `1` is opened by the first frame; what is open is given all it has in the second."""
    log_probs = np.log([[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]])
    found = _found(prefix_beam(log_probs, options=BeamOptions(token_threshold=0.0), nbest=10))
    assert set(found) == {(), (1,)}
    assert math.exp(found[(1,)]) == pytest.approx(0.5 * 0.6 + 0.5 * 0.1 + 0.2 * 0.1)


def test_skipped_frames_count_as_blank_and_still_part_equal_labels() -> None:
    said = [0.001, 0.998, 0.001]
    log_probs = np.log([said, [0.9998, 0.0001, 0.0001], [0.9998, 0.0001, 0.0001], said])
    exact, skipping = BeamOptions(), BeamOptions(blank_skip_threshold=0.999)
    (slow,), (fast,) = prefix_beam(log_probs, options=exact), prefix_beam(log_probs, options=skipping)
    assert fast.labels == slow.labels == (1, 1)
    assert fast.frames == (0, 3)
    assert fast.score == pytest.approx(2 * math.log(0.998) + 2 * math.log(0.9998), abs=1e-9)
    assert fast.score < slow.score


def test_a_skipped_frame_that_is_surely_blank_parts_equal_labels_too() -> None:
    with np.errstate(divide="ignore"):
        log_probs = np.log([[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    (hypothesis,) = prefix_beam(log_probs, options=BeamOptions(blank_skip_threshold=0.5))
    assert hypothesis == Hypothesis(labels=(1, 1), score=0.0, frames=(0, 2))


@pytest.mark.parametrize("count", [1, 5, 40])
def test_n_best_lists_are_sorted_distinct_and_begin_alike(count: int) -> None:
    log_probs = _log_probs(11, 30, 6)
    every = prefix_beam(log_probs, options=BeamOptions(beam_size=40), nbest=40)
    some = prefix_beam(log_probs, options=BeamOptions(beam_size=40), nbest=count)
    assert len(every) == 40
    assert some == every[:count]
    scores = list(_found(some).values())
    assert scores == sorted(scores, reverse=True)


def test_equal_scores_stand_in_the_order_of_their_labels() -> None:
    log_probs = np.log(np.full((2, 4), 0.25))
    hypotheses = prefix_beam(log_probs, options=UNLIMITED, nbest=100)
    assert [h.labels for h in hypotheses] == sorted(
        (h.labels for h in hypotheses), key=lambda ids: (len(ids) != 1, ids)
    )
    assert [h.labels for h in prefix_beam(log_probs, options=BeamOptions(beam_size=2), nbest=2)] == [(1,), ()]


def test_no_frames_give_the_empty_hypothesis_with_its_final_score() -> None:
    graph = Automaton(np.zeros((1, 3)), np.zeros((1, 3), dtype=int), np.array([-0.5]))
    assert prefix_beam(np.zeros((0, 3)), options=BeamOptions()) == [Hypothesis((), 0.0, ())]
    fused = prefix_beam(np.zeros((0, 3)), graphs=[Table(graph, 3)], options=BeamOptions())
    assert fused == [Hypothesis((), -0.5, (), (-0.5,))]


def test_where_the_graph_lets_nothing_end_there_is_no_hypothesis() -> None:
    graph = Automaton(np.zeros((1, 3)), np.zeros((1, 3), dtype=int), np.array([-np.inf]))
    assert prefix_beam(_log_probs(0, 4, 3), graphs=[Table(graph, 3)], options=BeamOptions(), nbest=9) == []


def test_frames_no_prefix_survives_give_no_hypothesis() -> None:
    log_probs = np.array([[0.0, -np.inf], [-np.inf, -np.inf], [0.0, -np.inf]])
    assert prefix_beam(log_probs, options=BeamOptions()) == []


def test_a_prefix_that_fell_out_and_comes_back_finds_its_longer_self_again() -> None:
    """`a` is pruned while `ab` lives on; once back, what it says goes to the same `ab`, not to a second one."""
    rng = np.random.default_rng(3)
    came_back = 0
    for _ in range(60):
        log_probs = np.log(rng.dirichlet(np.full(3, 0.5), 12))
        hypotheses = prefix_beam(log_probs, options=BeamOptions(beam_size=4, align=False), nbest=4)
        came_back += len(_found(hypotheses)) == 4
    assert came_back == 60


def test_single_precision_gives_plain_numbers() -> None:
    log_probs = _log_probs(1, 5, 3).astype(np.float32)
    (hypothesis,) = prefix_beam(log_probs, options=BeamOptions())
    assert {type(value) for value in hypothesis.labels + hypothesis.frames} <= {int}
    assert type(hypothesis.score) is float
    assert hypothesis.score == pytest.approx(prefix_beam(log_probs.astype(float), options=BeamOptions())[0].score)


def test_without_alignment_frames_stay_empty() -> None:
    log_probs = _log_probs(1, 9, 3)
    (plain,) = prefix_beam(log_probs, options=BeamOptions(align=False))
    assert plain.frames == ()
    assert len(plain.labels) == len(prefix_beam(log_probs, options=BeamOptions())[0].frames) > 0


@pytest.mark.parametrize("shape", [(3,), (1, 3, 4), (3, 0)])
def test_a_batch_or_an_empty_vocabulary_is_refused_with_its_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"wanted \(time, vocab\)"):
        prefix_beam(np.zeros(shape), options=BeamOptions())


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_what_is_no_log_probability_is_refused(odd: float) -> None:
    with pytest.raises(ValueError, match="holds NaN or infinity"):
        prefix_beam(np.array([[0.0, odd]]), options=BeamOptions())


def test_less_than_one_hypothesis_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="nbest=0 came"):
        prefix_beam(np.zeros((1, 2)), options=BeamOptions(), nbest=0)


@pytest.mark.parametrize(
    "wrong", [{"beam_size": 0}, {"beam_size_token": 0}, {"beam_threshold": -1.0}, {"token_threshold": -1.0}]
)
def test_options_that_leave_nothing_to_search_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="wanted sizes of 1 or more"):
        BeamOptions(**wrong)
