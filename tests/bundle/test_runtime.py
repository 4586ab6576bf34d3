"""onnxruntime as we set it up."""

import os
from pathlib import Path

import onnxruntime
import pytest

from speechrnn.bundle.runtime import open_graph


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
