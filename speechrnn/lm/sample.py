"""Let a recurrent language model write: each symbol is drawn from what the model expects after those before it."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.ngram import END_ID, SPACE, START_ID, UNKNOWN_ID, tokens
from speechrnn.decoding.recurrent_cells import Values
from speechrnn.decoding.recurrent_lm import RecurrentLm
from speechrnn.text.alphabet import GLUE


def sample(model: RecurrentLm, *, length: int, temperature: float, prompt: str = "", seed: int = 1) -> Iterator[str]:
    """Write lines of text.

    Args:
        model: the writer.
        length: symbols drawn in all, ends of lines counted; the last line may be cut short.
        temperature: below 1 the likely becomes likelier, above 1 the unlikely; 0 always takes the likeliest.
        prompt: what the first line begins with; symbols the model does not know are read as `<unk>`.
        seed: of what is drawn.

    Yields:
        Each line as it ends, the prompt before the first.
    """
    random = np.random.default_rng(seed)
    line = tokens(prompt, model.unit)
    states = _read(model, [START_ID, *model.ids(line)])
    for _ in range(length):
        symbol = _draw(model.log_probs(states)[0], temperature, random)
        if symbol == END_ID:
            yield _text(model, line)
            line, states = [], _read(model, [START_ID])
        else:
            line.append(model.vocabulary[symbol])
            states = model.advance(states, [symbol])
    if line:
        yield _text(model, line)


def _read(model: RecurrentLm, symbols: list[int]) -> Values:
    states = model.start(1)
    for symbol in symbols:
        states = model.advance(states, [symbol])
    return states


def _draw(log_probs: NDArray[np.float64], temperature: float, random: np.random.Generator) -> int:
    """Draw one symbol, never `<unk>`, which cannot be written."""
    log_probs = log_probs.copy()
    log_probs[UNKNOWN_ID] = -np.inf
    if temperature == 0:
        return int(log_probs.argmax())
    # The highest of log-probabilities with Gumbel noise is a draw from them, with no sum to underflow.
    return int((log_probs / temperature + random.gumbel(size=len(log_probs))).argmax())


def _text(model: RecurrentLm, line: list[str]) -> str:
    return GLUE[model.unit].join(" " if symbol == SPACE else symbol for symbol in line)
