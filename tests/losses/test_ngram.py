"""The character n-gram, held against sums worked by hand and against its own laws."""

import numpy as np
import pytest

from speechrnn.losses import ngram
from speechrnn.losses.ngram import FLOOR, Ngram, count_ngram

TEXTS = [[1, 2], [1, 2, 2], [1]]


def probability(model: Ngram, text: list[int]) -> float:
    """Read a text label by label, its end included."""
    state, total = 0, 1.0
    for label in [*text, 0]:
        total *= model.probabilities[state, label]
        state = model.successors[state, label]
    return float(total)


def floored(p: float, num_labels: int = 3) -> float:
    return (1 - FLOOR) * p + FLOOR / num_labels


def test_unigrams_are_counts_less_half_with_what_was_taken_shared_out_evenly() -> None:
    # 9 events: end 3, label 1 three times, label 2 three times; each loses 1/2, and 1.5 / 9 is shared by three.
    model = count_ngram(TEXTS, 3, order=1)
    assert model.probabilities == pytest.approx(np.full((3, 3), floored((3 - 0.5) / 9 + 1.5 / 9 / 3)))


def test_bigrams_are_counts_less_half_with_what_was_taken_shared_out_as_unigrams_are() -> None:
    model = count_ngram(TEXTS, 3, order=2)
    # Every unigram is 1/3. After the start always 1; after 1: 2 twice, end once; after 2: 2 once, end twice.
    after = {(0,): [0, 2.5, 0], (1,): [0.5, 0, 1.5], (2,): [1.5, 0, 0.5]}
    taken = {(0,): 0.5, (1,): 1.0, (2,): 1.0}
    assert model.histories == ((0,), (1,), (2,))
    for state, history in enumerate(model.histories):
        expected = [floored(count / 3 + taken[history] / 3 / 3) for count in after[history]]
        assert model.probabilities[state] == pytest.approx(expected)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_what_follows_any_history_adds_up_to_one_and_nothing_is_impossible(order: int) -> None:
    model = count_ngram(TEXTS, 5, order)
    assert model.probabilities.sum(axis=1) == pytest.approx(1)
    assert model.probabilities.min() >= FLOOR / 5


@pytest.mark.parametrize("order", [2, 3, 4])
def test_a_state_is_the_longest_end_of_what_was_read_that_was_seen_in_training(order: int) -> None:
    rng = np.random.default_rng(order)
    texts = [rng.integers(1, 4, rng.integers(1, 7)).tolist() for _ in range(5)]
    model, seen = count_ngram(texts, 4, order), {(0,), (1,), (2,), (3,)}
    for text in texts:
        padded = (0, *text)
        seen |= {padded[i : i + n] for n in range(1, order) for i in range(len(padded) - n + 1)}
    for _ in range(50):
        state, read = 0, (0,)
        for label in rng.integers(1, 4, 8).tolist():
            state, read = model.successors[state, label], (*read, label)
            ends = [read[i:] for i in range(len(read)) if read[i:] in seen and len(read) - i < max(order, 2)]
            assert model.histories[state] == ends[0]


def test_a_higher_order_gives_the_texts_it_was_made_of_more_weight() -> None:
    texts = [[1, 2, 3], [2, 1, 3], [3, 3, 1, 2]] * 20
    together = [
        np.prod([probability(count_ngram(texts, 4, order), text) for text in texts[:3]]) for order in (1, 2, 3, 4)
    ]
    assert together == sorted(together)
    assert together[0] < together[-1]


def test_the_rarest_histories_give_way_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [[1, 2, 1, 2], [1, 2], [2, 2]]
    monkeypatch.setattr(ngram, "MAX_HISTORIES", 5)
    # (1, 2) is met three times, (0, 1) and (2, 1) less often.
    model = count_ngram(texts, 3, order=3)
    assert model.histories == ((0,), (1,), (2,), (1, 2), (0, 1))
    assert model.histories[model.successors[3, 1]] == (1,)
