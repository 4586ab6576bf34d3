"""onnxruntime as we set it up."""

import os
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from speechrnn.bundle.runtime import open_graph, run_session


@pytest.mark.parametrize(("wanted", "expected"), [(1, 1), (10**6, 4)])
def test_no_more_threads_are_started_than_there_are_cores(
    wanted: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def session(graph: bytes, options: onnxruntime.SessionOptions, providers: list[str]) -> None:
        asked.append(options.intra_op_num_threads)

    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    open_graph(Path("a.srnn"), b"", wanted)
    assert asked == [expected]


def test_numbers_too_small_for_all_their_digits_count_as_zero() -> None:
    places = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [2]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Mul", ["x", "x"], ["y"])], "square", places[:1], places[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    session = open_graph(Path("a.srnn"), model.SerializeToString(), 1)
    (squares,) = run_session(session, [np.array([1e-20, 1e-18], dtype=np.float32)])
    np.testing.assert_allclose(squares, [0, 1e-36], rtol=1e-6, atol=0)
