"""Kneser-Ney smoothing from its definition, with sets and dictionaries; slow and plain, shares no code with ours."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction

Ngram = tuple[str, ...]
Discounts = Callable[[Sequence[int]], Sequence[Fraction]]


def all_ngrams(sentences: Sequence[Sequence[str]], order: int) -> Counter[Ngram]:
    """How often each n-gram of one order came, sentence marks included, never `<s>` alone as a prediction."""
    found: Counter[Ngram] = Counter()
    for sentence in sentences:
        marked = ["<s>", *sentence, "</s>"]
        found.update(tuple(marked[at : at + order]) for at in range(len(marked) - order + 1))
    if order == 1:
        del found[("<s>",)]
    return found


def kneser_ney_counts(sentences: Sequence[Sequence[str]], order: int, longest: int) -> dict[Ngram, int]:
    """Counts of the longest n-grams and of those at `<s>`; for others, how many words came before them."""
    found = all_ngrams(sentences, order)
    if order == longest:
        return dict(found)
    before: dict[Ngram, set[str]] = defaultdict(set)
    for longer in all_ngrams(sentences, order + 1):
        before[longer[1:]].add(longer[0])
    return {ngram: count if ngram[0] == "<s>" else len(before[ngram]) for ngram, count in found.items()}


class Oracle:
    """A model; exact in rational numbers."""

    def __init__(self, sentences: Sequence[Sequence[str]], vocabulary: set[str], order: int, discounts: Discounts):
        """Count; `discounts` maps the counts of one order to what is taken off 1, 2, and 3 or more."""
        self.predicted = (vocabulary | {"<unk>", "</s>"}) - {"<s>"}
        self.counts = [kneser_ney_counts(sentences, size, order) for size in range(1, order + 1)]
        self.discounts = [[Fraction(0), *discounts(list(counts.values()))] for counts in self.counts]

    def prob(self, history: Ngram, word: str) -> Fraction:
        """`p(word | history)`, the history no longer than the order allows."""
        counts, taken = self.counts[len(history)], self.discounts[len(history)]
        followers = {ngram[-1]: count for ngram, count in counts.items() if ngram[:-1] == history}
        total = sum(followers.values())
        lower = self.prob(history[1:], word) if history else Fraction(1, len(self.predicted))
        if not total:
            return lower
        saved = sum((taken[min(count, 3)] for count in followers.values()), Fraction(0)) / total
        count = followers.get(word, 0)
        return (count - taken[min(count, 3)]) / total + saved * lower
