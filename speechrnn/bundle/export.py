"""A trained model as one ONNX graph, from waveform to log-probabilities, for one utterance of any length.

Built node by node with `onnx.helper`. Both of torch's exporters were tried: one is deprecated, the other bakes a
length into recurrent graphs. `tests/bundle/test_export.py` holds the graph equal to torch at many lengths.
"""

import json
import math

from speechrnn import __version__
from speechrnn.bundle.export_features import add_front_end, add_normalized_features
from speechrnn.bundle.export_network import add_network
from speechrnn.bundle.graph import Graph
from speechrnn.features.extract import FeatureExtractor
from speechrnn.model.acoustic import AcousticModel
from speechrnn.model.subsample import StackFrames
from speechrnn.text.alphabet import Alphabet


def export_onnx(extractor: FeatureExtractor, model: AcousticModel, alphabet: Alphabet | None = None) -> bytes:
    """Export waveform to log-probabilities, dropout off.

    Args:
        extractor: front end, deltas and normaliser.
        model: its acoustic model.
        alphabet: of the model, kept as metadata for other runtimes.

    Returns:
        ONNX bytes: `samples (1, num_samples)` in [-1, 1] to `log_probs (1, time, vocab)`.
    """
    graph = Graph("speechrnn waveform to log_probs")
    static = add_front_end(graph, extractor.front_end, "samples")
    add_network(graph, model, add_normalized_features(graph, extractor, static), "log_probs")
    return _finish(graph, ("samples", [1, "num_samples"]), extractor, model, alphabet)


def export_acoustic_onnx(extractor: FeatureExtractor, model: AcousticModel, alphabet: Alphabet | None = None) -> bytes:
    """Export static features, computed or stored, to log-probabilities, dropout off.

    Args:
        extractor: its deltas and normaliser are used, its front end is not.
        model: its acoustic model.
        alphabet: of the model, kept as metadata for other runtimes.

    Returns:
        ONNX bytes: `static (1, time, num_static)` to `log_probs (1, time', vocab)`.
    """
    graph = Graph("speechrnn static features to log_probs")
    add_network(graph, model, add_normalized_features(graph, extractor, "static"), "log_probs")
    shape: list[int | str] = [1, "time", extractor.front_end.num_static]
    return _finish(graph, ("static", shape), extractor, model, alphabet)


def output_step_seconds(extractor: FeatureExtractor, model: AcousticModel) -> float:
    """Give the time from one output frame to the next."""
    subsample = model.subsample
    factor = subsample.factor if isinstance(subsample, StackFrames) else math.prod(subsample.strides)
    return extractor.front_end.shift_samples * factor / extractor.config.sample_rate_hz


def _finish(
    graph: Graph,
    taken: tuple[str, list[int | str]],
    extractor: FeatureExtractor,
    model: AcousticModel,
    alphabet: Alphabet | None,
) -> bytes:
    return graph.finish(
        taken, ("log_probs", [1, "output_time", model.head.out_features]), graph_metadata(extractor, model, alphabet)
    )


def graph_metadata(
    extractor: FeatureExtractor, model: AcousticModel, alphabet: Alphabet | None = None
) -> dict[str, str]:
    """Say what whoever runs a graph must know."""
    return {
        "sample_rate_hz": str(extractor.config.sample_rate_hz),
        # As JSON, since a word may hold any separator one could think of.
        "symbols": json.dumps(alphabet.symbols if alphabet else (), ensure_ascii=False),
        "unit": alphabet.unit if alphabet else "character",
        "output_step_seconds": repr(output_step_seconds(extractor, model)),
        "speechrnn_version": __version__,
    }
