"""An ARPA model read and scored in the plainest way, from the definition of back-off; log10."""

import re

Ngrams = dict[tuple[str, ...], tuple[float, float]]


def read_plainly(text: str) -> Ngrams:
    """Every n-gram with its log10 probability and back-off weight."""
    ngrams: Ngrams = {}
    order = 0
    for line in text.splitlines():
        if title := re.fullmatch(r"\\(\d+)-grams:", line):
            order = int(title[1])
        elif order and line and not line.startswith("\\"):
            fields = line.split()
            ngrams[tuple(fields[1 : order + 1])] = (float(fields[0]), float((*fields, "0")[order + 1]))
    return ngrams


def predict(ngrams: Ngrams, history: tuple[str, ...], word: str) -> float:
    """Katz's recursion."""
    if (*history, word) in ngrams:
        return ngrams[(*history, word)][0]
    if not history:
        return ngrams[("<unk>",)][0]
    return ngrams.get(history, (0.0, 0.0))[1] + predict(ngrams, history[1:], word)


def predict_sentence(ngrams: Ngrams, words: list[str]) -> list[float]:
    """Every word and the end."""
    known = [word if (word,) in ngrams else "<unk>" for word in words]
    order = max(map(len, ngrams))
    read = ["<s>", *known, "</s>"]
    return [predict(ngrams, tuple(read[max(0, at - order + 1) : at]), read[at]) for at in range(1, len(read))]
