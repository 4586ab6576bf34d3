"""Follows label sequences through a graph, for tests of graphs."""

from collections.abc import Iterator, Sequence

import numpy as np

from speechrnn.decoding.fusion import Graph


def walk(graph: Graph, labels: Sequence[int]) -> float:
    """Sum the scores of labels and of the end, label by label; -inf where one may not follow."""
    state, total = graph.start, 0.0
    for label in labels:
        scores, after = graph.expand(state)
        if scores[label] == -np.inf:
            return -np.inf
        total += float(scores[label])
        state = int(after[label])
    return total + graph.final(state)


def walk_all(graph: Graph, vocab: int, longest: int) -> Iterator[tuple[tuple[int, ...], float]]:
    """Give every label sequence up to a length with what `walk` gives for it, shorter ones first."""
    rows: dict[int, tuple[list[float], list[int]]] = {}
    level: list[tuple[tuple[int, ...], int, float]] = [((), graph.start, 0.0)]
    for length in range(longest + 1):
        yield from ((labels, total + graph.final(state)) for labels, state, total in level)
        if length == longest:
            return
        after = []
        for labels, state, total in level:
            if state not in rows:
                scores, states = graph.expand(state)
                rows[state] = scores.tolist(), states.tolist()
            scores_of, next_of = rows[state]
            after += [((*labels, new), next_of[new], total + scores_of[new]) for new in range(1, vocab)]
        level = after
