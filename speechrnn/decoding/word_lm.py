"""A word language model over a lexicon, as a graph over characters.

A state is a place in the trie of the lexicon together with the language model's state after the words before it. A
finished word scores alpha times its log-probability plus beta. Within a word a prefix is given in advance what the
likeliest word below its node has as a unigram, so that a beam does not compare a prefix that has paid for its word
with one that is about to (lookahead, Ortmanns et al. 1996); when the word ends, the advance is taken back.

Words outside the lexicon: a closed one forbids them. An open one reads any other spelling as `<unk>`, at a penalty for
each of its characters. Spaces at an end or in a row write nothing and cost nothing.
"""

from typing import Final

import numpy as np

from speechrnn.decoding.fusion import Scores, States, Table
from speechrnn.decoding.lexicon import NO_WORD, ROOT, Lexicon
from speechrnn.decoding.ngram import UNKNOWN_ID, NgramModel
from speechrnn.decoding.recurrent_states import RecurrentStates
from speechrnn.errors import UsageError
from speechrnn.text.alphabet import Alphabet

_SPACE: Final = " "


class WordLm:
    """A graph whose state is `state of the language model * places + place in the trie`.

    The place after the last node of the trie stands for every prefix that leads to no word.

    Args:
        lexicon: of the same alphabet.
        model: of words, n-grams or a recurrent network; None scores every word 0, so that the lexicon alone decides.
        alphabet: of characters. Without a space among them an utterance is one word.
        alpha: weight of the log-probabilities.
        beta: added for each word.
        unknown_penalty: taken off for each character of a word outside the lexicon; None forbids such words.

    Raises:
        UsageError: the language model is one of characters.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        model: NgramModel | RecurrentStates | None,
        alphabet: Alphabet,
        *,
        alpha: float,
        beta: float = 0.0,
        unknown_penalty: float | None = None,
    ) -> None:
        """Look every word up once, and work out what each node is given in advance."""
        if model is not None and model.unit != "word":
            raise UsageError("lm: a language model of characters came, one of words was wanted beside a lexicon")
        self.lexicon, self.model = lexicon, model
        self.alpha, self.beta, self.unknown_penalty = alpha, beta, unknown_penalty
        self._spellings = {entry.spelling for entry in lexicon.entries}
        self._space = alphabet.symbols.index(_SPACE) + 1 if _SPACE in alphabet.symbols else None
        self._places: Final = lexicon.num_nodes + 1
        ids = np.array(model.ids(entry.word for entry in lexicon.entries) if model else [0] * len(lexicon.entries))
        ahead = self._advance(ids)
        self._within = Table(_Within(lexicon, ahead, unknown_penalty, alphabet.size), alphabet.size)
        self._word, self._end = self._ends(ids, ahead)
        self._read: dict[tuple[int, int], tuple[float, int]] = {}
        self.start: Final = (model.start if model else 0) * self._places + ROOT

    def expand(self, state: int) -> tuple[Scores, States]:
        """Follow every character; see `fusion.Graph`."""
        scores, after = self.expand_many([state])
        return scores[0], after[0]

    def expand_many(self, states: list[int]) -> tuple[Scores, States]:
        """Follow every character out of several states; see `fusion.ManyGraph`."""
        contexts, places = np.divmod(np.array(states, dtype=np.int64), self._places)
        scores, after = self._within.rows(places.tolist())
        after += (contexts * self._places)[:, None]
        if self._space is not None:
            scores[:, self._space], contexts = self._end_words(contexts, places)
            after[:, self._space] = contexts * self._places + ROOT
        return scores, after

    def final(self, state: int) -> float:
        """End the last word, if one was begun, and the sentence."""
        scores, (context,) = self._end_words(*np.divmod(np.array([state]), self._places))
        return float(scores[0]) + (self.alpha * self.model.final(int(context)) if self.model else 0.0)

    def penalty(self, text: str) -> float:
        """Give what is taken off a text for its words outside the lexicon."""
        if self.unknown_penalty is None:
            return 0.0
        return self.unknown_penalty * sum(len(word) for word in text.split() if word not in self._spellings)

    def forget(self) -> None:
        """Drop what is kept of prefixes; see `fusion.GrowingGraph`."""
        self._within.forget()
        self._read.clear()
        if isinstance(self.model, RecurrentStates):
            self.model.forget()

    def _advance(self, ids: States) -> Scores:
        """Work out what a prefix has been given at each place, `(places,)`; nothing where no word is begun."""
        if self.model is None:
            return np.zeros(self._places)
        unigrams = self.alpha * self.model.row(self.model.empty)[0]
        ahead = np.append(self.lexicon.best_below(unigrams[ids]), unigrams[UNKNOWN_ID])
        ahead[ROOT] = 0.0
        return ahead

    def _ends(self, ids: States, ahead: Scores) -> tuple[States, Scores]:
        """Give what the language model reads where a word ends, and the rest of its score, `(places,)` both.

        What was given in advance is taken back. Behind no word a space writes nothing.
        """
        ends = np.append(self.lexicon.words, NO_WORD)
        words, score = np.where(ends == NO_WORD, NO_WORD, ids[ends]), self.beta - ahead
        if self.unknown_penalty is None:
            score[ends == NO_WORD] = -np.inf
        else:
            words[ends == NO_WORD] = UNKNOWN_ID
            characters = np.append(self.lexicon.depths, 0)  # each one past the trie has paid for itself
            score -= np.where(ends == NO_WORD, characters * self.unknown_penalty, 0.0)
        words[ROOT], score[ROOT] = NO_WORD, 0.0
        return words, score

    def _end_words(self, contexts: States, places: States) -> tuple[Scores, States]:
        """Score the words that end at places in full, and give the contexts after them, `(places,)` all."""
        scores, after, words = self._end[places], contexts.copy(), self._word[places]
        if self.model is not None:
            ends = (words != NO_WORD).nonzero()[0]
            for at, context, word in zip(ends.tolist(), contexts[ends].tolist(), words[ends].tolist(), strict=True):
                if (found := self._read.get((context, word))) is None:
                    found = self._read[context, word] = self.model.score(context, word)
                scores[at] += self.alpha * found[0]
                after[at] = found[1]
        return scores, after


class _Within:
    """A graph of the places themselves, whatever came before the word: the characters that go on with it.

    Args:
        lexicon: its trie.
        ahead: `(places,)` what a prefix has been given in advance.
        unknown_penalty: see `WordLm`.
        vocab: width of a row.
    """

    start = ROOT

    def __init__(self, lexicon: Lexicon, ahead: Scores, unknown_penalty: float | None, vocab: int) -> None:
        """Hold what every row is made from."""
        self._lexicon, self._ahead, self._penalty, self._vocab = lexicon, ahead, unknown_penalty, vocab
        self._lost: Final = lexicon.num_nodes

    def expand(self, place: int) -> tuple[Scores, States]:
        """Follow every character but the space; see `fusion.Graph`."""
        scores, after = self._off_the_trie(place)
        if place != self._lost:
            labels, nodes = self._lexicon.children(place)
            scores[labels] = self._ahead[nodes] - self._ahead[place]
            after[labels] = np.arange(nodes.start, nodes.stop)
        return scores, after

    def final(self, place: int) -> float:
        """Leave the end of the word to the language model."""
        return 0.0

    def _off_the_trie(self, place: int) -> tuple[Scores, States]:
        """Read every character as one that leaves the trie at a place, or goes on outside it."""
        after = np.full(self._vocab, self._lost, dtype=np.int64)
        if self._penalty is None:
            return np.full(self._vocab, -np.inf), after
        characters = 1 if place == self._lost else int(self._lexicon.depths[place]) + 1
        score = self._ahead[self._lost] - self._ahead[place] - characters * self._penalty
        return np.full(self._vocab, score), after
