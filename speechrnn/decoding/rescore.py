"""A second pass over an n-best list with a recurrent language model, of whichever unit.

What a beam search has written is scored whole, so the model may be of words where the acoustic model writes
characters, and as large as one likes: it is asked for a few hypotheses, not for every prefix of every frame.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.ngram import tokens
from speechrnn.decoding.recurrent_lm import RecurrentLm
from speechrnn.text.alphabet import Alphabet


def rescore(
    hypotheses: Sequence[Hypothesis], model: RecurrentLm, alphabet: Alphabet, *, alpha: float, beta: float = 0.0
) -> list[Hypothesis]:
    """Add a language model's opinion to the score of each hypothesis.

    Args:
        hypotheses: of one utterance.
        model: the language model.
        alphabet: that the labels belong to.
        alpha: weight of the text's natural log-probability.
        beta: added for each of the model's symbols in the text.

    Returns:
        The hypotheses by their new scores, best first, equals in the order they came; each with one part more.
    """
    log_probs, counts = score_hypotheses(hypotheses, model, alphabet)
    parts = (alpha * log_probs + beta * counts).tolist()
    scored = [
        replace(one, score=one.score + part, parts=(*one.parts, part))
        for one, part in zip(hypotheses, parts, strict=True)
    ]
    return sorted(scored, key=lambda one: -one.score)


def score_hypotheses(
    hypotheses: Sequence[Hypothesis], model: RecurrentLm, alphabet: Alphabet
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Score what hypotheses write, spaces at an end or in a row left out; once for any number of weights.

    Returns:
        Natural log-probabilities `(hypotheses,)`, ends included, and how many of the model's symbols each text has.
    """
    texts = [" ".join(alphabet.decode(one.labels).split()) for one in hypotheses]
    distinct = list(dict.fromkeys(texts))
    score_of = dict(zip(distinct, model.score_texts(distinct), strict=True))
    counts = [len(tokens(text, model.unit)) for text in texts]
    return np.array([score_of[text] for text in texts], dtype=np.float64), np.array(counts, dtype=np.int64)
