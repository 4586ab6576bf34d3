"""A one-way model as an ONNX graph that goes on where it ended: samples of a chunk and a state to log-probabilities.

The state is made of the samples that frames to come still look back at, the states of the recurrent layers, the
recurrent steps that the look-ahead waits for, and two counts. Front end and subsampling are the nodes of the whole
graph (`export.py`) over a stretch of samples; of what they give, only the steps that have all they look at are taken
(`reach.py`). So beginning and end of an utterance come out as in the whole graph, and nothing is defined twice.

How to run it: give every state zeros at first, those of varying size without any. Give `samples (1, num_samples)` with
`last` 0, at least `first_samples` (see the metadata) of them the first time and `step_samples` from then on, or as many
as bring a new step about (`live_graph.py`); take each `next/...` as the next `state/...`. At the end give what is left,
or no sample at all, with `last` 1. The `log_probs` of all runs joined are those of the whole graph for the utterance.
"""

from typing import Final

import numpy as np
from onnx import TensorProto

from speechrnn.bundle.export import graph_metadata
from speechrnn.bundle.export_features import add_front_end, add_normalized_features
from speechrnn.bundle.export_network import add_head, add_lookahead_products, add_recurrent_layers, add_subsampling
from speechrnn.bundle.graph import Graph, Slot
from speechrnn.bundle.reach import Reach, Stage, reach_of
from speechrnn.features.extract import FeatureExtractor
from speechrnn.model.acoustic import AcousticModel
from speechrnn.model.lookahead import LookAhead
from speechrnn.text.alphabet import Alphabet

_TO_THE_END: Final = 2**62


def export_streaming_onnx(extractor: FeatureExtractor, model: AcousticModel, alphabet: Alphabet | None = None) -> bytes:
    """Export a model that `recipe.live.live_obstacles` has nothing against, dropout off.

    Args:
        extractor: front end, deltas and normaliser.
        model: its acoustic model.
        alphabet: of the model, kept as metadata for other runtimes.

    Returns:
        ONNX bytes: `samples (1, num_samples)` in [-1, 1], `last (1,)` and states to `log_probs (1, time, vocab)` of
        the steps that became certain, and the next states.
    """
    graph, reach = Graph("speechrnn waveform to log_probs, chunk by chunk", live=True), reach_of(extractor, model)
    last = graph.take(Slot("last", [1], TensorProto.INT64))
    frames = add_recurrent_layers(graph, model.encoder, _new_steps(graph, extractor, model, reach, last))
    if model.encoder.lookahead is None:
        add_head(graph, model, frames, "log_probs")
    else:
        ready = _add_lookahead(graph, model.encoder.lookahead, frames, last)
        add_head(graph, model, ready, "log_probs")
    metadata = graph_metadata(extractor, model, alphabet) | {
        "first_samples": str(reach.first_samples),
        "step_samples": str(reach.step_samples),
        "latency_seconds": repr(reach.latency_seconds),
    }
    given: tuple[str, list[int | str]] = ("log_probs", [1, "output_time", model.head.out_features])
    return graph.finish(("samples", [1, "num_samples"]), given, metadata)


def _new_steps(graph: Graph, extractor: FeatureExtractor, model: AcousticModel, reach: Reach, last: str) -> str:
    """Give what the recurrent layers have not read yet, and say which samples are still needed."""
    before, after = graph.carry("samples", [1, "context_samples"])
    taken, taken_after = graph.carry("taken_steps", [1], TensorProto.INT64)
    window = graph.node("Concat", [before, "samples"], "stream/window", axis=1)
    static = add_front_end(graph, extractor.front_end, window)
    subsampled = add_subsampling(graph, model.subsample, add_normalized_features(graph, extractor, static))
    sure = graph.node("Shape", [static], "stream/frames", start=1, end=2)
    for number, stage in enumerate(reach.stages):
        sure = _sure(graph, stage, sure, f"stream/sure{number}")
    steps = graph.node("Shape", [subsampled], "stream/steps", start=1, end=2)
    ends = graph.node("Cast", [last], "stream/ends", to=TensorProto.BOOL)
    end = graph.node("Where", [ends, steps, sure], "stream/end")
    # What is kept begins so far before the next new step that it has all it looks back at.
    kept_from = graph.node("Sub", [end, graph.integers("stream/left_steps", [reach.left_steps])], "stream/past")
    kept_from = graph.node("Max", [kept_from, graph.integers("stream/none", [0])], "stream/kept_from")
    graph.node("Sub", [end, kept_from], taken_after)
    first = graph.node("Mul", [kept_from, graph.integers("stream/step_samples", [reach.step_samples])], "stream/first")
    to_the_end, axis = graph.integers("frames_end", [_TO_THE_END]), graph.integers("axis_1", [1])
    graph.node("Slice", [window, first, to_the_end, axis], after)
    return graph.node("Slice", [subsampled, taken, end, axis], "stream/new_steps")


def _sure(graph: Graph, stage: Stage, count: str, output: str) -> str:
    """Of `count` values below, count the values of a stage that read none after them."""
    lacking = graph.integers(f"{output}/lacking", [stage.stride - 1 - stage.right])
    whole = graph.node("Add", [count, lacking], f"{output}/whole")
    return graph.node("Div", [whole, graph.integers(f"{output}/stride", [stage.stride])], output)


def _add_lookahead(graph: Graph, lookahead: LookAhead, frames: str, last: str) -> str:
    """Give the steps whose future is known: `ahead` fewer than came until the end, where zeros stand for the future."""
    ahead, size = lookahead.ahead, len(lookahead.conv.weight)
    before, after = graph.carry("lookahead", [1, ahead, size])
    left_out, left_out_after = graph.carry("steps_left_out", [1], TensorProto.INT64)
    all_ahead = graph.integers("stream/ahead", [ahead])
    zeros = graph.floats("stream/future", np.zeros((1, ahead, size)))
    future_steps = graph.node("Mul", [last, all_ahead], "stream/future_steps")
    start, axis = graph.integers("stream/none", [0]), graph.integers("axis_1", [1])
    future = graph.node("Slice", [zeros, start, future_steps, axis], "stream/future_now")
    joined = graph.node("Concat", [before, frames, future], "stream/waiting", axis=1)
    to_the_end = graph.integers("frames_end", [_TO_THE_END])
    graph.node("Slice", [joined, graph.integers("stream/minus_ahead", [-ahead]), to_the_end, axis], after)
    product = add_lookahead_products(graph, lookahead, joined)
    # The state starts as `ahead` steps before the utterance, which are none of its own.
    count = graph.node("Shape", [product], "stream/product_steps", start=1, end=2)
    owed = graph.node("Min", [graph.node("Sub", [all_ahead, left_out], "stream/owed"), count], "stream/left_out_now")
    graph.node("Add", [left_out, owed], left_out_after)
    return graph.node("Slice", [product, owed, to_the_end, axis], "stream/ready")
