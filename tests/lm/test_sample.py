"""Text written by a recurrent language model."""

from collections import Counter

import numpy as np
import pytest

from speechrnn.decoding.ngram import END_ID, START_ID, UNKNOWN_ID
from speechrnn.lm.sample import sample
from tests.decoding.toy_recurrent import toy_lm


def test_the_same_seed_writes_the_same_and_another_something_else() -> None:
    model = toy_lm()
    first, again, other = (list(sample(model, length=60, temperature=1.0, seed=seed)) for seed in (1, 1, 2))
    assert first == again != other


def test_no_temperature_always_takes_the_likeliest() -> None:
    model = toy_lm()
    written = list(sample(model, length=12, temperature=0.0, seed=1))
    assert written == list(sample(model, length=12, temperature=0.0, seed=2))
    states, line = model.advance(model.start(1), [START_ID]), []
    for _ in range(12):
        log_probs = model.log_probs(states)[0]
        log_probs[UNKNOWN_ID] = -np.inf
        if (symbol := int(log_probs.argmax())) == END_ID:
            break
        line.append(model.vocabulary[symbol].replace("<space>", " "))
        states = model.advance(states, [symbol])
    assert written[0] == "".join(line)


def test_symbols_are_drawn_as_often_as_the_model_says() -> None:
    model = toy_lm(("a", "b", "c"), unit="word", seed=4)
    wanted = np.exp(model.log_probs(model.advance(model.start(1), [START_ID]))[0])
    wanted[UNKNOWN_ID] = 0
    wanted /= wanted.sum()
    first = Counter("".join(sample(model, length=1, temperature=1.0, seed=seed)) for seed in range(600))
    assert sum(first.values()) == 600
    for symbol, name in [(END_ID, ""), (3, "a"), (4, "b"), (5, "c")]:
        assert first[name] / 600 == pytest.approx(wanted[symbol], abs=0.07)


def test_heat_evens_out_what_is_drawn() -> None:
    model = toy_lm(("a", "b", "c"), unit="word", seed=4)
    shares = []
    for temperature in (0.3, 1.0, 10.0):
        first = Counter("".join(sample(model, length=1, temperature=temperature, seed=seed)) for seed in range(150))
        shares.append(max(first.values()) / 150)
    assert shares[0] > shares[1] > shares[2]


def test_a_prompt_opens_the_first_line_only_and_is_read() -> None:
    model = toy_lm()
    lines = list(sample(model, length=80, temperature=1.0, prompt="b a", seed=1))
    assert lines[0].startswith("b a")
    assert len(lines) > 1
    assert not all(line.startswith("b a") for line in lines[1:])
    after_a, after_b = (
        [next(sample(model, length=9, temperature=1.0, prompt=prompt, seed=seed))[2:] for seed in range(5)]
        for prompt in ("ba", "ab")
    )
    assert after_a != after_b


def test_a_length_counts_symbols_and_ends_of_lines_and_words_stand_apart() -> None:
    model = toy_lm(("ja", "nein"), unit="word")
    lines = list(sample(model, length=40, temperature=1.0))
    words = [word for line in lines for word in line.split(" ") if word]
    assert set(words) == {"ja", "nein"}
    assert len(words) + len(lines) in (40, 41)  # the last line may lack its end
    assert list(sample(model, length=0, temperature=1.0)) == []
