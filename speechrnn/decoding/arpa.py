r"""Reads and writes n-gram models as ARPA text, the format that all n-gram toolkits share.

Source: the manual page `ngram-format` of SRILM. `\data\` with the number of n-grams of each order, a section for each
order, `\end\`; a line holds the log10 probability, the words, and, but in the last section, the log10 back-off weight.
Text before `\data\` is skipped. A model of characters writes the space between words as `<space>`.

Where the format leaves room: a missing back-off weight is 1; `<s>` is never predicted, whatever its line says; unknown
words have 10^-100 in a model that does not list `<unk>`, as in KenLM; `<UNK>` is `<unk>`.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from speechrnn.decoding.arpa_lines import Lines, shown
from speechrnn.decoding.ngram import MARKERS, START_ID, UNKNOWN_ID, NgramModel
from speechrnn.decoding.ngram_trie import Floats, Integers, Level
from speechrnn.errors import LanguageModelError

_LN_10: Final = math.log(10)
_NEVER: Final = -99.0
_UNLISTED: Final = -100.0
_MARKER_IDS: Final = {marker.encode(): number for number, marker in enumerate(MARKERS)}


def parse_arpa(content: bytes, source: str) -> NgramModel:
    """Read a model.

    Args:
        content: the file, unpacked, in UTF-8; its lines may end as on Windows.
        source: its name, for messages.

    Raises:
        LanguageModelError: a line is not as the format wants it, named by its number; or `<s>` or `</s>` is missing.
    """
    lines = Lines(content, source)
    counts = lines.counts()
    ids, unigrams = _read_unigrams(lines, counts[0])
    levels, keys = [unigrams], [unigrams.words]
    for order, count in enumerate(counts[1:], start=2):
        if count:
            level = _read_ngrams(lines, order, count, ids, keys)
            levels.append(level)
            keys.append(level.parents * len(unigrams) + level.words)
        elif lines.line == b"\\%d-grams:" % order:
            lines.advance()
    lines.end()
    return NgramModel.of_levels([word.decode() for word in ids if word != b"<UNK>"], levels)


def arpa_text(model: NgramModel) -> str:
    """Write a model; reading it gives the same model to seven digits."""
    return "".join(f"{line}\n" for line in _lines_of(model))


def _read_unigrams(lines: Lines, count: int) -> tuple[dict[bytes, int], Level]:
    """Number the words, markers first, and read what each has without history."""
    ids, log_probs, back_offs = dict(_MARKER_IDS), [_UNLISTED, math.nan, math.nan], [0.0] * len(MARKERS)
    listed = set()
    for entry in lines.section(1, count):
        word = entry.words[0]
        if word in listed:
            lines.fail(f"each word once, and {shown(word)} was there before")
        if "\ufffd" in word.decode("utf-8", "replace"):
            lines.fail("a word in UTF-8")
        listed.add(word)
        if word == b"<UNK>":
            ids[word] = UNKNOWN_ID
        place = ids.setdefault(word, len(log_probs))
        if place == len(log_probs):
            log_probs.append(entry.log_prob)
            back_offs.append(entry.back_off)
        else:
            log_probs[place], back_offs[place] = entry.log_prob, entry.back_off
    if missing := [marker for marker in MARKERS[1:] if marker.encode() not in listed]:
        raise LanguageModelError(
            f"{lines.source}: no {' and no '.join(missing)} among the 1-grams, both <s> and </s> were wanted; "
            "build the model from text with one sentence a line"
        )
    log_probs[START_ID] = -math.inf
    size = len(log_probs)
    return ids, Level(np.zeros(size, np.int64), np.arange(size), _natural(log_probs), _natural(back_offs))


def _read_ngrams(lines: Lines, order: int, count: int, ids: dict[bytes, int], keys: Sequence[Integers]) -> Level:
    """Read the n-grams of one order and sort them."""
    flat: list[int] = []
    log_probs, back_offs, numbers = [], [], []
    for entry in lines.section(order, count):
        try:
            flat += [ids[word] for word in entry.words]
        except KeyError as missing:
            lines.fail(f"words of the 1-grams, which lack {shown(missing.args[0])}")
        log_probs.append(entry.log_prob)
        back_offs.append(entry.back_off)
        numbers.append(entry.number)
    words = np.array(flat, dtype=np.int64).reshape(-1, order)
    vocab = len(keys[0])
    parents = _histories(lines, words, keys, numbers)
    key = parents * vocab + words[:, -1]
    place = np.argsort(key, kind="stable")
    if len(twice := np.flatnonzero(np.diff(key[place]) == 0)):
        lines.fail(f"each {order}-gram once, and this one was there before", numbers[place[twice[0] + 1]])
    return Level(parents[place], words[place, -1], _natural(log_probs)[place], _natural(back_offs)[place])


def _histories(lines: Lines, words: Integers, keys: Sequence[Integers], numbers: Sequence[int]) -> Integers:
    """Find the history of each n-gram `(ngrams, order)` among the n-grams one word shorter."""
    vocab, parents = len(keys[0]), words[:, 0]
    for order, level in enumerate(keys[1:], start=2):
        wanted = parents * vocab + words[:, order - 1]
        parents = np.minimum(np.searchsorted(level, wanted), len(level) - 1)
        if len(lost := np.flatnonzero(level[parents] != wanted)):
            lines.fail(f"an n-gram whose first {order} words stand among the {order}-grams", numbers[lost[0]])
    return parents


def _natural(log10: Sequence[float]) -> Floats:
    return np.array(log10, dtype=np.float64) * _LN_10


def _lines_of(model: NgramModel) -> Iterator[str]:
    levels = model.trie.levels()
    yield "\\data\\"
    for order, level in enumerate(levels, start=1):
        yield f"ngram {order}={len(level)}"
    histories = [""]
    for order, level in enumerate(levels, start=1):
        yield f"\n\\{order}-grams:"
        texts = [
            f"{histories[parent]}{model.vocabulary[word]}"
            for parent, word in zip(level.parents.tolist(), level.words.tolist(), strict=True)
        ]
        back_offs = _shown(level.back_offs) if order < len(levels) else []
        for place, (log_prob, text) in enumerate(zip(_shown(level.log_probs), texts, strict=True)):
            yield f"{log_prob}\t{text}\t{back_offs[place]}" if back_offs else f"{log_prob}\t{text}"
        histories = [f"{text} " for text in texts]
    yield "\n\\end\\"


def _shown(values: Floats) -> list[str]:
    """Write natural logs in log10 to seven digits."""
    return [f"{value:.7g}" for value in (np.maximum(values / _LN_10, _NEVER) + 0.0).tolist()]
