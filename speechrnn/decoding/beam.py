"""The prefixes alive in a CTC beam search, and how one frame turns them into the next ones.

Entry `i` is one prefix. A frame gives every prefix the chance to stay, by a blank or by its last label again, and to be
extended by any label; where an extension is a prefix of the beam itself, its probability goes there.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.frame_plan import Frame
from speechrnn.decoding.fusion import Table
from speechrnn.decoding.greedy import BLANK
from speechrnn.decoding.prefixes import ROOT_KEY, Prefixes, extend_keys

Scores = NDArray[np.float64]
Ids = NDArray[np.int64]

LAST, NODE, KEY, PARENT_KEY, FIRST_PLACE = range(5)


class Beam:
    """Prefixes with their natural-log probabilities.

    Attributes of the search, all `(beam,)` unless said otherwise:
        ended_blank: of the paths ending in a blank.
        ended_label: of the paths ending in the last label.
        ids: `(4 + graphs, beam)` last label, node, key, key of the parent, and place of each graph's state.
        parts: `(graphs, beam)` what each graph added so far.
    """

    def __init__(
        self, graphs: Sequence[Table], ended_blank: Scores, ended_label: Scores, ids: Ids, parts: Scores
    ) -> None:
        """Hold what is alive."""
        self._graphs = graphs
        self._ended_blank, self._ended_label = ended_blank, ended_label
        self._ids, self._parts = ids, parts

    @classmethod
    def start(cls, graphs: Sequence[Table]) -> "Beam":
        """Begin with the empty prefix, after no frames."""
        places = [table.begin() for table in graphs]
        ids = np.array([[BLANK], [0], [ROOT_KEY], [0], *([place] for place in places)], dtype=np.int64)
        return cls(graphs, np.zeros(1), np.full(1, -np.inf), ids, np.zeros((len(graphs), 1)))

    def wait(self, log_prob: float) -> None:
        """Let frames pass that are blank, with summed log-probability `log_prob`."""
        self._ended_blank = np.logaddexp(self._ended_blank, self._ended_label) + log_prob
        self._ended_label = np.full_like(self._ended_label, -np.inf)

    def advance(self, frame: Frame, prefixes: Prefixes, size: int, threshold: float) -> None:
        """Take one frame, and keep the `size` best prefixes that are at most `threshold` below the best."""
        total, bonus, parent = np.logaddexp(self._ended_blank, self._ended_label), self._bonus(), self._parents()
        stay_blank = total + frame.log_probs[BLANK]
        stay_label = self._stay_label(frame, total, parent)
        ranks = self._extensions(frame, total + bonus, self._ended_blank + bonus, parent)
        ranks[0] = np.logaddexp(stay_blank, stay_label) + bonus
        chosen = _best(ranks, size, threshold)
        staying = int(chosen.searchsorted(len(total)))
        column, entry = np.divmod(chosen, len(total))
        stays, extended, label = entry[:staying], entry[staying:], frame.labels[column[staying:]]
        again = label == self._ids[LAST, extended]
        said = np.where(again, self._ended_blank[extended], total[extended]) + frame.log_probs[label]
        self._ended_blank = np.concatenate([stay_blank[stays], np.full(len(extended), -np.inf)])
        self._ended_label = np.concatenate([stay_label[stays], said])
        self._grow(entry, staying, label, prefixes)

    def finish(self) -> tuple[Scores, Scores, Ids]:
        """Give scores `(beam,)`, parts `(beam, graphs)` and nodes `(beam,)` of the prefixes that may end here."""
        for part, table, places in zip(self._parts, self._graphs, self._ids[FIRST_PLACE:], strict=True):
            part += table.final(places)
        scores = np.logaddexp(self._ended_blank, self._ended_label) + self._bonus()
        alive = scores > -np.inf
        return scores[alive], self._parts[:, alive].T, self._ids[NODE, alive]

    def _bonus(self) -> Scores:
        summed: Scores = self._parts.sum(axis=0)
        return summed

    def _parents(self) -> Ids:
        """Find the entry of each prefix without its last label, -1 where that is not in the beam."""
        keys, wanted = self._ids[KEY], self._ids[PARENT_KEY]
        order = keys.argsort()
        found: Ids = order.take(keys.searchsorted(wanted, sorter=order), mode="clip")
        found[keys[found] != wanted] = -1
        return found

    def _stay_label(self, frame: Frame, total: Scores, parent: Ids) -> Scores:
        """Say the last label once more, or for the first time where the prefix before it is in the beam."""
        last = self._ids[LAST]
        before = np.where(last == last[parent], self._ended_blank[parent], total[parent])
        before[parent < 0] = -np.inf
        said: Scores = np.logaddexp(self._ended_label, before) + frame.log_probs[last]
        return said

    def _extensions(self, frame: Frame, ranks: Scores, after_blank: Scores, parent: Ids) -> Scores:
        """Rank every label behind every prefix, `(columns, beam)`; -inf where that is a prefix of the beam.

        Args:
            frame: with `columns` labels, of which the first, the blank, gets no meaning.
            ranks: `(beam,)` of the prefixes.
            after_blank: `(beam,)` of the prefixes, of paths ending in a blank: what may repeat the last label.
            parent: `(beam,)`.
        """
        last = self._ids[LAST]
        column = frame.column[last]
        extended = frame.log_probs[frame.labels][:, None] + ranks
        extended[column, np.arange(len(ranks))] = after_blank + frame.log_probs[last]
        known = (parent >= 0).nonzero()[0]
        extended[column[known], parent[known]] = -np.inf
        for table, places in zip(self._graphs, self._ids[FIRST_PLACE:], strict=True):
            extended += table.scores(places, frame.labels).T
        return extended

    def _grow(self, source: Ids, staying: int, label: Ids, prefixes: Prefixes) -> None:
        """Make the entries `source` the beam, those from `staying` on with one more label."""
        ids, parts = self._ids.take(source, axis=1), self._parts.take(source, axis=1)
        new = ids[:, staying:]
        for part, table, places in zip(parts, self._graphs, new[FIRST_PLACE:], strict=True):
            scores, places[:] = table.follow(places, label)
            part[staying:] += scores
        new[NODE] = prefixes.add(new[NODE], label)
        new[PARENT_KEY] = new[KEY]
        new[KEY] = extend_keys(new[KEY], label)
        new[LAST] = label
        self._ids, self._parts = ids, parts


def _best(ranks: Scores, size: int, threshold: float) -> Ids:
    """Choose the `size` highest finite ranks `(columns, beam)` at most `threshold` below the highest.

    Of equal ranks at the edge the first ones stay, whatever the machine.

    Returns:
        Their places in the flattened ranks, ascending.
    """
    least = -np.finfo(np.float64).max
    if threshold < np.inf:
        least = max(least, ranks.max(initial=-np.inf) - threshold)
    if len(ranks[0]) == size:  # what is already there is enough: nothing below it can enter
        least = max(least, ranks[0].min())
    flat = ranks.ravel()
    possible: Ids = (flat >= least).nonzero()[0]
    if len(possible) <= size:
        return possible
    left = flat[possible]
    edge = np.partition(left, len(left) - size)[len(left) - size]
    chosen = left >= edge
    if (spare := int(chosen.sum()) - size) > 0:
        chosen[np.flatnonzero(left == edge)[-spare:]] = False
    best: Ids = possible[chosen]
    return best
