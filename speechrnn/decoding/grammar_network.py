"""A grammar as a network of states joined by labels and by silent steps (Thompson 1968).

With a model that writes characters every word is preceded by a space, the first one too: that makes all words alike.
Whoever walks the network takes that first space before the utterance begins.
"""

from typing import Final

from speechrnn.decoding.grammar_parse import Choice, Grammar, Node, Reference, Repeat, Series, Word
from speechrnn.decoding.space import NO_SPACE, space_label
from speechrnn.errors import GrammarError
from speechrnn.text.alphabet import Alphabet

MAX_STATES: Final = 200_000
"""A grammar that unfolds to more is refused before it fills the memory; lists in lists grow fast."""

_MAX_NAMED: Final = 10


class Network:
    """States from 0, the first, to `last`; built once from a grammar.

    Attributes:
        edges: for each state `(label, next state)` pairs.
        silent: for each state the states it leads to without a label.
        last: where every phrase ends.
    """

    def __init__(self, grammar: Grammar, alphabet: Alphabet) -> None:
        """Lay out every phrase.

        Raises:
            GrammarError: the alphabet cannot write some words, which are named, or the grammar is too large.
        """
        self.edges: list[list[tuple[int, int]]] = []
        self.silent: list[list[int]] = []
        self._grammar, self._alphabet = grammar, alphabet
        self._unwritable: dict[str, int] = {}
        self._labels: dict[str, tuple[int, ...]] = {}
        self._word_ends: list[int] = []
        self.space = space_label(alphabet)
        start = self._new()
        try:
            self.last = self._add(Choice(grammar.phrases), start)
        except RecursionError as error:
            raise GrammarError(f"{grammar.source}: brackets or lists lie too deep in each other; flatten it") from error
        self._refuse_unwritable()

    def settle(self, states: set[int]) -> frozenset[int]:
        """Take every silent step; keep the states from which a label leads on, and the last one."""
        seen, todo = set(states), list(states)
        while todo:
            for state in self.silent[todo.pop()]:
                if state not in seen:
                    seen.add(state)
                    todo.append(state)
        return frozenset(state for state in seen if self.edges[state] or state == self.last)

    def _new(self, *before: int) -> int:
        if len(self.edges) == MAX_STATES:
            raise GrammarError(
                f"{self._grammar.source}: unfolds to more than {MAX_STATES} states, too large to search; "
                "repeat less often, or put fewer lists in lists"
            )
        self.edges.append([])
        self.silent.append([])
        for state in before:
            self.silent[state].append(len(self.edges) - 1)
        return len(self.edges) - 1

    def _add(self, node: Node, start: int) -> int:
        """Lay out a node from a state on; give the state it ends in."""
        match node:
            case Word():
                return self._add_word(node, start)
            case Reference():
                return self._add(self._grammar.lists[node.name], start)
            case Series():
                for part in node.parts:
                    start = self._add(part, start)
                return start
            case Choice():
                return self._new(*[self._add(option, start) for option in node.options])
            case Repeat():
                return self._add_repeat(node, start)

    def _add_word(self, word: Word, start: int) -> int:
        if word.text not in self._labels:
            if self._alphabet.unknown(word.text):
                self._unwritable.setdefault(word.text, word.line)
            before = () if self.space is None else (self.space,)
            self._labels[word.text] = (*before, *self._alphabet.encode_known(word.text))
        state = start
        for label in self._labels[word.text]:
            after = self._new()
            self.edges[state].append((label, after))
            state = after
        self._word_ends.append(state)
        return state

    def _add_repeat(self, node: Repeat, state: int) -> int:
        for _ in range(node.least):
            state = self._add(node.body, state)
        if node.most is None:
            again = self._new(state)
            self.silent[self._add(node.body, again)].append(again)
            return self._new(again)
        ends = [state]
        for _ in range(node.most - node.least):
            ends.append(self._add(node.body, ends[-1]))
        return self._new(*ends)

    def _refuse_unwritable(self) -> None:
        source = self._grammar.source
        if self._unwritable:
            named = [f"{word!r} (line {line})" for word, line in list(self._unwritable.items())[:_MAX_NAMED]]
            more = f" and {len(self._unwritable) - len(named)} more" if len(self._unwritable) > len(named) else ""
            raise GrammarError(
                f"{source}: the model cannot write {', '.join(named)}{more}, its alphabet is {self._alphabet}; "
                "spell them with it or take them out"
            )
        if self.space == NO_SPACE and any(self._goes_on(end) for end in self._word_ends):
            raise GrammarError(
                f"{source}: holds phrases of several words, but the model writes no space, its alphabet is "
                f"{self._alphabet}; give single words, or a model of several words an utterance"
            )

    def _goes_on(self, end: int) -> bool:
        return any(label == NO_SPACE for state in self.settle({end}) for label, _ in self.edges[state][:1])
