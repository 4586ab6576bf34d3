"""A second pass over an n-best list with a language model, of whichever unit and kind.

What a beam search has written is scored whole, so the model may be of words where the acoustic model writes
characters, and as large as one likes: it is asked for a few hypotheses, not for every prefix of every frame.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.ngram import NgramModel
from speechrnn.decoding.recurrent_lm import RecurrentLm
from speechrnn.text.alphabet import Alphabet


def rescore(
    hypotheses: Sequence[Hypothesis], model: NgramModel | RecurrentLm, alphabet: Alphabet, weight: float
) -> list[Hypothesis]:
    """Add a language model's opinion to the score of each hypothesis.

    Args:
        hypotheses: of one utterance.
        model: the language model.
        alphabet: that the labels belong to.
        weight: of the text's natural log-probability, its end included.

    Returns:
        The hypotheses by their new scores, best first, equals in the order they came; each with one part more.
    """
    parts = (weight * _log_probs(hypotheses, model, alphabet)).tolist()
    scored = [
        replace(one, score=one.score + part, parts=(*one.parts, part))
        for one, part in zip(hypotheses, parts, strict=True)
    ]
    return sorted(scored, key=lambda one: -one.score)


def _log_probs(
    hypotheses: Sequence[Hypothesis], model: NgramModel | RecurrentLm, alphabet: Alphabet
) -> NDArray[np.float64]:
    """Score what hypotheses write, each text once; spaces at an end or in a row are left out."""
    texts = [" ".join(alphabet.decode(one.labels).split()) for one in hypotheses]
    score_of = dict.fromkeys(texts, 0.0)
    if isinstance(model, RecurrentLm):
        score_of |= zip(score_of, model.score_texts(list(score_of)), strict=True)
    else:
        score_of = {text: model.score_text(text) for text in score_of}
    return np.array([score_of[text] for text in texts], dtype=np.float64)
