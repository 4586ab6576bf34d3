"""A model as a folder that sherpa-onnx runs, on servers and phones, from a dozen languages.

sherpa-onnx computes log mel energies itself; everything behind them stays in our graph. Of its model types with CTC,
`fire_red_asr_ctc` alone computes them as Kaldi does by default and so as our convention kaldi: samples counted as
16-bit integers, no frame past the end, filters from 20 Hz to half the sample rate. Number of filters and sample rate
are settings of its. The graph takes a batch, and looks at each of its utterances by itself.
"""

from typing import Final

import onnx
from onnx import TensorProto

from speechrnn.bundle import layout
from speechrnn.bundle.cut import stretch
from speechrnn.bundle.graph import Graph, Slot
from speechrnn.bundle.graph_names import LOG_MEL, LOG_PROBS
from speechrnn.bundle.layout import ModelInfo
from speechrnn.bundle.read import Bundle
from speechrnn.errors import UsageError
from speechrnn.recipe import FeaturesConfig
from speechrnn.recipe.load import parse_recipe
from speechrnn.text.alphabet import Alphabet

MODEL_TYPE: Final = "fire-red-asr-2-ctc"
WORD_START: Final = "\u2581"
"""What sherpa-onnx writes as a space, as SentencePiece does."""
_FRAME_SHIFT_SECONDS: Final = 0.01


def front_end(bundle: Bundle) -> FeaturesConfig:
    """Give the features section of a model that sherpa-onnx can run.

    Raises:
        UsageError: its front end is not the one sherpa-onnx computes; names all that differs.
    """
    features = parse_recipe(bundle.recipe_yaml(), f"{bundle.path}: {layout.RECIPE}").features
    low, high = features.band_hz
    wanted = {
        "convention": (features.convention, "kaldi"),
        "frame_length_ms": (features.frame_length_ms, 25.0),
        "frame_shift_ms": (features.frame_shift_ms, 1000 * _FRAME_SHIFT_SECONDS),
        "low_hz": (low, 20.0),
        "high_hz": (high, features.sample_rate_hz / 2),
    }
    if wrong := [f"features.{name} {came} (not {want})" for name, (came, want) in wanted.items() if came != want]:
        raise UsageError(
            f"{bundle.path}: {', '.join(wrong)}: sherpa-onnx computes other features than this model was trained on; "
            "train with those, or export --to onnx, which takes samples"
        )
    return features


def tokens(alphabet: Alphabet) -> str:
    """Write the labels as sherpa-onnx reads them, `symbol id` a line.

    Raises:
        UsageError: a symbol means something else there.
    """
    if odd := [symbol for symbol in alphabet.symbols if WORD_START in symbol]:
        raise UsageError(f"{odd[0]!r}: sherpa-onnx would write a space for this symbol; export --to onnx")
    if alphabet.unit == "word":
        symbols = [f"{WORD_START}{symbol}" for symbol in alphabet.symbols]
    else:
        symbols = [WORD_START if symbol == " " else symbol for symbol in alphabet.symbols]
    return "".join(f"{symbol} {label}\n" for label, symbol in enumerate(["<blk>", *symbols]))


def sherpa_graph(waveform_graph: bytes, model: ModelInfo, num_mel_bins: int) -> bytes:
    """Make the graph from log mel energies to log-probabilities.

    Args:
        waveform_graph: ONNX; weights in 8 bits stay so.
        model: what it is a graph of.
        num_mel_bins: filters of its front end.

    Returns:
        ONNX bytes: `features (batch, time, num_mel_bins)` and `lengths (batch,)` to `scores (batch, time', vocab)`,
        natural-log probabilities with zeros past each length, and `score_lengths (batch,)`.
    """
    step = round(model.output_step_seconds / _FRAME_SHIFT_SECONDS)
    graph = Graph("speechrnn log mel energies to log-probabilities, for sherpa-onnx")
    graph.take(Slot("lengths", ["batch"], TensorProto.INT64))
    graph.give(Slot("score_lengths", ["batch"], TensorProto.INT64))
    _add_most(graph, step)
    taken = [
        ("features", Slot("one/features", ["time", num_mel_bins])),
        ("lengths", Slot("one/length", [], TensorProto.INT64)),
    ]
    vocab = model.alphabet.size
    given = [
        (Slot("one/scores", ["most", vocab]), "scores"),
        (Slot("one/score_length", [], TensorProto.INT64), "score_lengths"),
    ]
    graph.each_slice(_one_utterance(waveform_graph), taken, given)
    statistics = {"cmvn_mean": "0", "cmvn_inv_stddev": "1"}  # read by sherpa-onnx; ours are in the graph
    metadata = {
        "model_type": MODEL_TYPE,
        "subsampling_factor": str(step),
        **{name: ",".join([value] * num_mel_bins) for name, value in statistics.items()},
    }
    return graph.finish(
        ("features", ["batch", "time", num_mel_bins]), ("scores", ["batch", "output_time", vocab]), metadata
    )


def _add_most(graph: Graph, step: int) -> None:
    """Add the output frames of the longest utterance of a batch as a value `most`, `(1,)`."""
    time = graph.node("Shape", ["features"], "time", start=1, end=2)
    rounded_up = graph.node("Add", [time, graph.integers("step_less_one", [step - 1])], "time_rounded_up")
    graph.node("Div", [rounded_up, graph.integers("step", [step])], "most")


def _one_utterance(waveform_graph: bytes) -> Graph:
    """Run the network on one utterance of a batch, cut to its length; what comes out is filled up again."""
    body = Graph("one utterance")
    zero = body.integers("one/zero", [0])
    end = body.node("Unsqueeze", ["one/length", zero], "one/end")
    whole = body.node("Slice", ["one/features", zero, end, zero], "one/whole")
    body.node("Unsqueeze", [whole, zero], LOG_MEL)
    network = stretch(onnx.load_from_string(waveform_graph).graph, LOG_MEL, LOG_PROBS)
    body.include(network.nodes, network.constants)
    scores = body.node("Squeeze", [LOG_PROBS, zero], "one/scores_whole")
    count = body.node("Shape", [scores], "one/count", start=0, end=1)
    body.node("Squeeze", [count], "one/score_length")
    short = body.node("Sub", ["most", count], "one/short")
    pads = body.node("Concat", [body.integers("one/before", [0, 0]), short, zero], "one/pads", axis=0)
    body.node("Pad", [scores, pads], "one/scores", mode="constant")
    return body
