"""The front end as ONNX nodes: waveform to static features to the features a model sees.

The same matrices and numbers as `FrontEnd`, `append_deltas` and `Normalizer`, for one utterance without padding.
Framing and Fourier transform are one strided convolution whose kernels are the columns of `spectrum_matrix`.
"""

from typing import Final

import numpy as np
from onnx import TensorProto
from torch import Tensor

from speechrnn.bundle.graph import Graph
from speechrnn.bundle.graph_names import LOG_MEL
from speechrnn.features.extract import FeatureExtractor
from speechrnn.features.mfcc import FrontEnd
from speechrnn.features.normalize import VARIANCE_FLOOR, Normalizer

_DELTA_REACH: Final = 2
_DELTA_DENOMINATOR: Final = 10
_TO_THE_END: Final = 2**62


def add_front_end(graph: Graph, front_end: FrontEnd, samples: str) -> str:
    """Add the nodes from samples `(1, num_samples)` to static features `(1, time, num_static)`."""
    mel = _mel_energies(graph, front_end, samples)
    floor = graph.floats("front_end/log_floor", front_end.log_floor)
    logarithm = graph.node("Log", [graph.node("Max", [mel, floor], "front_end/floored")], "front_end/natural_log")
    scale = graph.floats("front_end/log_scale", front_end.log_scale)
    log_mel = graph.node("Mul", [logarithm, scale], LOG_MEL)
    if front_end.top_db is not None:
        peak = graph.node("ReduceMax", [log_mel], "front_end/peak", axes=[0, 1, 2], keepdims=1)
        lowest = graph.node("Sub", [peak, graph.floats("front_end/top_db", front_end.top_db)], "front_end/lowest")
        log_mel = graph.node("Max", [log_mel, lowest], "front_end/limited_log_mel")
    if front_end.cepstrum_matrix is None:
        return log_mel
    matrix = graph.floats("front_end/cepstrum_matrix", array(front_end.cepstrum_matrix))
    return graph.node("MatMul", [log_mel, matrix], "front_end/cepstra")


def add_normalized_features(graph: Graph, extractor: FeatureExtractor, static: str) -> str:
    """Add the nodes from static features to deltas and CMVN, `(1, time, num_features)`."""
    features = _add_deltas(graph, static, extractor.deltas)
    return _add_normalizer(graph, extractor.normalizer, features)


def array(value: Tensor) -> np.ndarray:
    """Take a tensor's numbers, float32, out of torch."""
    return value.detach().cpu().float().numpy()


def _mel_energies(graph: Graph, front_end: FrontEnd, samples: str) -> str:
    channel = graph.node("Unsqueeze", [samples, graph.integers("axis_1", [1])], "front_end/channel")
    if front_end.pad_left or front_end.pad_right:
        pads = graph.integers("front_end/pads", [0, 0, front_end.pad_left, 0, 0, front_end.pad_right])
        mode = "reflect" if front_end.pad_mode == "reflect" else "constant"
        channel = graph.node("Pad", [channel, pads], "front_end/padded", mode=mode)
    kernels = graph.floats("front_end/spectrum_kernels", array(front_end.spectrum_matrix).T[:, np.newaxis])
    spectrum = graph.node("Conv", [channel, kernels], "front_end/spectrum", strides=[front_end.shift_samples])
    squares = graph.node("Mul", [spectrum, spectrum], "front_end/squares")
    cosine, sine = graph.split(squares, ["front_end/cosine_squared", "front_end/sine_squared"], axis=1)
    power = graph.node("Add", [cosine, sine], "front_end/power")
    if front_end.spectrum_power == 1:
        power = graph.node("Sqrt", [power], "front_end/magnitude")
    frames = graph.node("Transpose", [power], "front_end/power_frames", perm=[0, 2, 1])
    matrix = graph.floats("front_end/mel_matrix", array(front_end.mel_matrix))
    return graph.node("MatMul", [frames, matrix], "front_end/mel")


def _add_deltas(graph: Graph, static: str, order: int) -> str:
    if order == 0:
        return static
    parts = [static]
    for number in range(1, order + 1):
        parts.append(_add_delta(graph, parts[-1], f"deltas/order{number}"))
    return graph.node("Concat", parts, "deltas/features", axis=2)


def _add_delta(graph: Graph, values: str, name: str) -> str:
    """Subtract before weighing, as training does: one convolution would leave rounding noise where nothing changes."""
    pads = graph.integers("deltas/pads", [0, _DELTA_REACH, 0, 0, _DELTA_REACH, 0])
    held = graph.node("Pad", [values, pads], f"{name}/held", mode="edge")
    weighted = []
    for n in range(1, _DELTA_REACH + 1):
        later = _cut(graph, held, (_DELTA_REACH + n, n - _DELTA_REACH), f"{name}/later{n}")
        earlier = _cut(graph, held, (_DELTA_REACH - n, -n - _DELTA_REACH), f"{name}/earlier{n}")
        difference = graph.node("Sub", [later, earlier], f"{name}/difference{n}")
        weighted.append(graph.node("Mul", [difference, graph.floats(f"deltas/weight{n}", n)], f"{name}/weighted{n}"))
    total = graph.node("Sum", weighted, f"{name}/sum")
    return graph.node("Div", [total, graph.floats("deltas/denominator", _DELTA_DENOMINATOR)], name)


def _cut(graph: Graph, values: str, span: tuple[int, int], output: str) -> str:
    """Take `values[:, start:end]`; an end of 0 means the last frame too."""
    start, end = span
    start_name = graph.integers(f"frame{start}", [start])
    end_name = graph.integers(f"frame{end}" if end else "frames_end", [end or _TO_THE_END])
    return graph.node("Slice", [values, start_name, end_name, graph.integers("axis_1", [1])], output)


def _add_normalizer(graph: Graph, normalizer: Normalizer, features: str) -> str:
    if normalizer.cmvn == "none":
        return features
    if normalizer.cmvn == "global":
        mean = graph.floats("normalizer/mean", array(normalizer.mean))
        scale = graph.floats("normalizer/scale", array(normalizer.scale))
        centred = graph.node("Sub", [features, mean], "normalizer/centred")
        return graph.node("Mul", [centred, scale], "normalizer/features")
    return _add_utterance_normalizer(graph, features)


def _add_utterance_normalizer(graph: Graph, features: str) -> str:
    """Compute in double precision: onnxruntime adds frames up one by one, which in float32 loses digits with length."""
    double = graph.node("Cast", [features], "normalizer/double", to=TensorProto.DOUBLE)
    mean = graph.node("ReduceMean", [double], "normalizer/mean", axes=[1], keepdims=1)
    centred = graph.node("Sub", [double, mean], "normalizer/centred")
    squares = graph.node("Mul", [centred, centred], "normalizer/squares")
    variance = graph.node("ReduceMean", [squares], "normalizer/variance", axes=[1], keepdims=1)
    floor = graph.constant("normalizer/variance_floor", np.asarray(VARIANCE_FLOOR, dtype=np.float64))
    deviation = graph.node("Sqrt", [graph.node("Max", [variance, floor], "normalizer/floored")], "normalizer/deviation")
    normalized = graph.node("Div", [centred, deviation], "normalizer/normalized")
    return graph.node("Cast", [normalized], "normalizer/features", to=TensorProto.FLOAT)
