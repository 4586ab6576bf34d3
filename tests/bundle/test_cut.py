"""A stretch of a graph: two in a row are the whole."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from speechrnn.bundle.cut import stretch
from speechrnn.bundle.export import export_onnx
from speechrnn.bundle.graph import Graph
from speechrnn.bundle.graph_names import LOG_MEL, LOG_PROBS, SAMPLES
from speechrnn.bundle.runtime import open_graph, run_graph
from speechrnn.errors import BundleError
from speechrnn.recipe import ModelConfig
from tests.tiny_bundle import ALPHABET, FEATURES, build, noise


def part(graph: bytes, start: tuple[str, list[int | str]], end: tuple[str, list[int | str]]) -> bytes:
    found = stretch(onnx.load_from_string(graph).graph, start[0], end[0])
    made = Graph("part")
    made.include(found.nodes, found.constants)
    return made.finish(start, end, {})


def run(graph: bytes, values: np.ndarray) -> np.ndarray:
    return run_graph(open_graph(Path("tiny"), graph, threads=1), values)


@pytest.mark.parametrize(
    "settings", [{}, {"attention_heads": 3}, {"attention_heads": 2, "bidirectional": False}, {"cell": "ligru"}]
)
def test_what_stands_before_a_value_and_what_stands_behind_it_are_the_whole(settings: dict[str, object]) -> None:
    graph = export_onnx(*build(FEATURES, ModelConfig(**{"size": 12, "layers": 2, **settings})))  # type: ignore[arg-type]
    middle: tuple[str, list[int | str]] = (LOG_MEL, [1, "time", FEATURES.num_mel_bins])
    before = part(graph, (SAMPLES, [1, "num_samples"]), middle)
    behind = part(graph, middle, (LOG_PROBS, [1, "output_time", ALPHABET.size]))
    samples = noise(0.8).samples
    np.testing.assert_array_equal(run(behind, run(before, samples)), run(graph, samples))
    assert len(before) + len(behind) < 1.1 * len(graph)


def test_a_value_that_needs_more_than_the_start_is_refused() -> None:
    graph = Graph("sum")
    graph.node("Add", ["a", "b"], "c")
    with pytest.raises(BundleError, match="c cannot be had from a alone, it needs b;"):
        stretch(graph._proto([], []), "a", "c")


def test_a_value_that_is_not_there_is_refused() -> None:
    with pytest.raises(BundleError, match="log_probs cannot be had from front_end/gone alone, it needs samples;"):
        stretch(onnx.load_from_string(export_onnx(*build())).graph, "front_end/gone", LOG_PROBS)
