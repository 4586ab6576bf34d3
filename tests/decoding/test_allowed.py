"""A lexicon over labels that are words."""

import numpy as np
import pytest

from speechrnn.decoding.allowed import Allowed
from speechrnn.errors import UsageError
from speechrnn.text.alphabet import Alphabet
from tests.decoding.graph_walk import walk

WORDS = Alphabet(("no", "six", "yes"), "word")


def test_what_is_not_allowed_cannot_be_written_and_the_rest_costs_nothing() -> None:
    graph = Allowed(["yes", "no", "maybe"], WORDS)
    assert walk(graph, WORDS.encode("yes yes no")) == 0.0
    assert walk(graph, WORDS.encode("yes six")) == -np.inf
    assert walk(graph, []) == 0.0


def test_words_none_of_which_is_a_label_are_refused() -> None:
    with pytest.raises(UsageError, match="2 words came, and none of them is in the alphabet 'no six yes'"):
        Allowed(["maybe", "perhaps"], WORDS)
