"""Prove that a model file still does here what it did when it was made: replay its self-test utterances.

Runs the graphs with onnxruntime, as `transcribe` does. Another processor rounds differently, so a score may differ in
the fourth digit; the text must be the same.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.audio import resample
from speechrnn.bundle import layout
from speechrnn.bundle.decoding import read_decoding, stored_decoder
from speechrnn.bundle.layout import ModelInfo, SelfTest
from speechrnn.bundle.live_graph import LiveGraph
from speechrnn.bundle.read import Bundle, read_bundle
from speechrnn.bundle.runtime import open_graph, run_graph
from speechrnn.decoding.greedy import greedy
from speechrnn.errors import BundleError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

SCORE_TOLERANCE: Final = 1e-3
"""Absolute below a score of 1, relative above: a score is a sum over frames, and so is its rounding."""

CHUNK_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One replayed utterance; `expected` and `got` are its text with its score."""

    name: str
    expected: str
    got: str
    ok: bool


def check_bundle(path: Path) -> list[CheckResult]:
    """Compare every checksum, look at every weight, then replay every self-test.

    Returns:
        One result per self-test, in order, then one more for each, where the model can run live, of the same in chunks,
        and where it has a beam search of its own, of that; empty when the model was made without any.

    Raises:
        BundleError: the file is damaged, a weight is not finite, or onnxruntime refuses a graph or its input.
    """
    bundle = read_bundle(path)
    bundle.verify()
    tests = bundle.self_tests()
    log_probs = self_test_log_probs(bundle, tests)
    results = [_best_path(bundle.model, test, frames) for test, frames in zip(tests, log_probs, strict=True)]
    return [*results, *_in_chunks(bundle, tests), *_searched(bundle, tests, log_probs)]


def self_test_log_probs(
    bundle: Bundle, tests: Sequence[SelfTest], changed: Mapping[str, bytes] | None = None
) -> list[NDArray[np.float32]]:
    """Run every self-test through its graph: natural-log probabilities `(time, vocab)` each.

    Args:
        bundle: the model file.
        tests: its self-tests.
        changed: graphs to run in the place of the members of these names.

    Raises:
        BundleError: onnxruntime refuses a graph or its input.
    """
    # Every graph is opened, also one that no self-test uses, to show that it can be.
    sessions = {
        name: open_graph(bundle.path, (changed or {}).get(name) or bundle.read(name), threads=1)
        for name in (layout.GRAPH, layout.ACOUSTIC_GRAPH)
        if name in bundle.manifest.digests
    }
    return [_run(bundle, test, sessions) for test in tests]


def _run(bundle: Bundle, test: SelfTest, sessions: Mapping[str, "InferenceSession"]) -> NDArray[np.float32]:
    name, values = _graph_and_input(bundle.model, test)
    if (session := sessions.get(name)) is None:
        raise BundleError(f"{bundle.path}: self-test {test.name} needs {name}, which the model lacks; write it again")
    try:
        return run_graph(session, values)
    except BundleError as error:
        raise BundleError(f"{bundle.path}: self-test {test.name}: {error}") from error


def _best_path(model: ModelInfo, test: SelfTest, log_probs: NDArray[np.float32]) -> CheckResult:
    hypothesis = greedy(log_probs)[0]
    text = _spell(model, hypothesis.labels)
    expected = " ".join(test.expected_text.split())
    close = math.isclose(hypothesis.score, test.expected_score, rel_tol=SCORE_TOLERANCE, abs_tol=SCORE_TOLERANCE)
    return CheckResult(
        name=test.name,
        expected=f"{expected!r} at {test.expected_score:.4f}",
        got=f"{text!r} at {hypothesis.score:.4f}",
        ok=close and text == expected,
    )


def _in_chunks(bundle: Bundle, tests: Sequence[SelfTest]) -> Iterator[CheckResult]:
    """Read self-tests with the graph that carries its state: the same text and score as of the whole."""
    if layout.STREAMING_GRAPH not in bundle.manifest.digests:
        return
    model = bundle.model
    session = open_graph(bundle.path, bundle.read(layout.STREAMING_GRAPH), threads=1)
    for test in tests:
        if test.audio is not None:
            samples, graph = resample(test.audio, model.sample_rate_hz).samples, LiveGraph(session, model.min_samples)
            size = round(CHUNK_SECONDS * model.sample_rate_hz)
            parts = [graph.accept(samples[start : start + size]) for start in range(0, len(samples), size)]
            result = _best_path(model, test, np.concatenate([*parts, graph.finish()]))
            yield replace(result, name=f"{test.name}, in chunks")


def _searched(
    bundle: Bundle, tests: Sequence[SelfTest], log_probs: Sequence[NDArray[np.float32]]
) -> Iterator[CheckResult]:
    """Read self-tests with the model's own beam search, if it has one; its scores hang on thresholds, texts count."""
    decoder, texts = stored_decoder(bundle), read_decoding(bundle).expected_texts
    if decoder.config.kind == "greedy":
        return
    if len(texts) != len(tests):
        raise BundleError(
            f"{bundle.path}: {layout.DECODING} has {len(texts)} texts for {len(tests)} self-tests; write it again"
        )
    for test, frames, expected in zip(tests, log_probs, texts, strict=True):
        text = decoder.text(decoder.decode(frames)[0])
        yield CheckResult(f"{test.name}, beam search", repr(expected), repr(text), ok=text == expected)


def _graph_and_input(model: ModelInfo, test: SelfTest) -> tuple[str, NDArray[np.float32]]:
    if test.audio is not None:
        return layout.GRAPH, resample(test.audio, model.sample_rate_hz).samples
    if test.static is not None:
        return layout.ACOUSTIC_GRAPH, test.static
    raise ValueError(f"self-test {test.name} has neither audio nor features")  # the reader never makes one


def _spell(model: ModelInfo, labels: tuple[int, ...]) -> str:
    """Spell labels with single spaces, since a model may put several, or some at an end."""
    return " ".join(model.alphabet.decode(labels).split())
