"""Run a model's ONNX graph with onnxruntime on the CPU."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.errors import BundleError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_LONGEST_QUOTE: Final = 160


def open_graph(path: Path, graph: bytes, threads: int) -> "InferenceSession":
    """Make a session for a graph.

    Args:
        path: of the model file, for messages.
        graph: ONNX bytes.
        threads: CPU threads inside one operation; never more than there are cores.

    Raises:
        BundleError: onnxruntime refuses the graph.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Each thread costs memory from the start, and more threads than cores only wait for one another.
    options.intra_op_num_threads = min(threads, os.cpu_count() or threads)
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # faults come as exceptions; warnings are nothing a user can act on
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has no common class of its own for the faults of a graph
        raise BundleError(
            f"{path}: onnxruntime cannot open the graph ({_reason(error)}); write the model again"
        ) from error


def run_graph(session: "InferenceSession", values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Run a graph on one utterance.

    Args:
        session: of `model.onnx` or `acoustic.onnx`.
        values: samples `(num_samples,)` or static features `(time, num_static)`, whichever the graph takes.

    Returns:
        `(time, vocab)` natural-log probabilities.

    Raises:
        BundleError: onnxruntime refuses the input, or has no memory for it.
    """
    (log_probs,) = run_session(session, [values[np.newaxis]])
    scores: NDArray[np.float32] = np.asarray(log_probs)[0]
    return scores


def run_session(session: "InferenceSession", inputs: Sequence[NDArray[np.generic]]) -> list[NDArray[Any]]:
    """Run a graph on its inputs, in their order, and give its outputs, in theirs.

    Raises:
        BundleError: onnxruntime refuses an input, or has no memory for it.
    """
    names = [one.name for one in session.get_inputs()]
    try:
        outputs: list[NDArray[Any]] = session.run(None, dict(zip(names, inputs, strict=True)))
    except Exception as error:  # as above
        raise BundleError(
            f"onnxruntime cannot run the model on an input of shape {inputs[0].shape[1:]} ({_reason(error)}); "
            "try a shorter recording"
        ) from error
    return outputs


def _reason(error: Exception) -> str:
    """Quote the first line of what onnxruntime says, without its number and kind of fault."""
    said = re.sub(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ", "", str(error)).strip()
    return said.splitlines()[0][:_LONGEST_QUOTE].rstrip(". ") if said else type(error).__name__
