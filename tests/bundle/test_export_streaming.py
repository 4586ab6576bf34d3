"""A graph that carries its state gives, in chunks of any size, what the whole graph gives at once."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.bundle.export import export_onnx
from speechrnn.bundle.export_streaming import export_streaming_onnx
from speechrnn.bundle.live_graph import MAX_RUN_SECONDS, LiveGraph
from speechrnn.bundle.reach import reach_of
from speechrnn.bundle.runtime import open_graph, run_graph
from speechrnn.features.frames import min_samples
from speechrnn.model.recurrent import CELLS
from speechrnn.recipe import FeaturesConfig, ModelConfig
from tests.tiny_bundle import ALPHABET, build, noise

TOLERANCE = 1e-4
RATE = 8000
SECONDS = 1.7


class Pair:
    """One model as the whole graph and as the live one."""

    def __init__(self, features: dict[str, object], model: dict[str, object]) -> None:
        fixed = {"sample_rate_hz": RATE, "num_mel_bins": 23, "cmvn": "global", **features}
        self.features = FeaturesConfig(**fixed)  # type: ignore[arg-type]
        small = {"size": 10, "layers": 2, "conv_channels": 9, "bidirectional": False, "lookahead_frames": 3, **model}
        self.extractor, self.network = build(self.features, ModelConfig(**small), sharpness=1.0)  # type: ignore[arg-type]
        self.whole = open_graph(Path("whole"), export_onnx(self.extractor, self.network), threads=1)
        streaming = export_streaming_onnx(self.extractor, self.network, ALPHABET)
        self.live = LiveGraph(open_graph(Path("live"), streaming, threads=1), min_samples(self.features))
        self.samples = noise(SECONDS, RATE).samples

    def in_chunks(self, sizes: list[int], num_samples: int) -> np.ndarray:
        edges = [0, *(edge for edge in np.cumsum(sizes).tolist() if edge < num_samples), num_samples]
        parts = [self.live.accept(self.samples[start:end]) for start, end in itertools.pairwise(edges)]
        return np.concatenate([*parts, self.live.finish()])

    def check(self, sizes: list[int], num_samples: int) -> None:
        expected = run_graph(self.whole, self.samples[:num_samples])
        np.testing.assert_allclose(self.in_chunks(sizes, num_samples), expected, atol=TOLERANCE)


FRONT_ENDS = [
    {"convention": convention, "deltas": deltas, "cmvn": cmvn}
    for convention, deltas, cmvn in itertools.product(["kaldi", "sphinx"], [0, 1, 2], ["none", "global"])
]
NETWORKS = [
    *({"cell": cell, "lookahead_frames": ahead} for cell, ahead in zip(CELLS, itertools.cycle([0, 2]), strict=False)),
    *({"subsampling_factor": factor, "cell": "gru"} for factor in (1, 2, 5)),
    *({"subsampling": "conv", "subsampling_factor": factor} for factor in (1, 3, 4, 6)),
    {"subsampling": "conv", "subsampling_factor": 2, "conv_layers": 3, "cell": "gru"},
    {"residual": True, "layers": 3, "layer_norm": False, "lookahead_frames": 9},
    {"lookahead_frames": 70},
]
SIZES = ([], [160] * 99, [1] * 1700, [3000, 1, 1, 5000], [79, 2001] * 9)


@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=str)
def test_every_front_end_in_chunks_scores_as_at_once(front_end: dict[str, object]) -> None:
    pair = Pair(front_end, {"cell": "gru"})
    for sizes, num_samples in itertools.product(SIZES, (8000, 8160, 8231)):
        pair.check(list(sizes), num_samples)


@pytest.mark.parametrize("network", NETWORKS, ids=str)
@pytest.mark.parametrize("deltas", [0, 2])
def test_every_network_in_chunks_scores_as_at_once(network: dict[str, object], deltas: int) -> None:
    pair = Pair({"deltas": deltas}, network)
    for number, num_samples in enumerate(range(8000, 9000, 97)):
        pair.check(list(SIZES[number % len(SIZES)]), num_samples)


PAIRS = {
    name: Pair(features, model)
    for name, features, model in (
        ("lstm", {}, {}),
        ("gru", {"convention": "sphinx", "deltas": 1}, {"cell": "gru", "subsampling": "conv", "subsampling_factor": 4}),
        ("ligru", {"deltas": 0}, {"cell": "ligru", "subsampling_factor": 2, "lookahead_frames": 0}),
    )
}


@settings(max_examples=60, deadline=None, database=None)
@given(
    name=st.sampled_from(sorted(PAIRS)),
    sizes=st.lists(st.integers(0, 3000), max_size=40),
    num_samples=st.integers(201, round(SECONDS * RATE)),
)
def test_any_chunks_of_any_utterance_score_as_at_once(name: str, sizes: list[int], num_samples: int) -> None:
    PAIRS[name].check(sizes, num_samples)


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_a_step_is_given_as_soon_as_the_stated_latency_is_over(name: str) -> None:
    pair = PAIRS[name]
    reach = reach_of(pair.extractor, pair.network)
    needed = round(pair.live.latency_seconds * RATE)
    for steps in (0, 1, 5):
        enough = needed + steps * reach.step_samples
        assert len(pair.live.accept(pair.samples[: enough - 1])) == steps
        assert len(pair.live.accept(pair.samples[enough - 1 : enough])) == 1
        pair.live.reset()


def test_a_step_of_the_default_front_end_waits_as_long_as_worked_by_hand() -> None:
    """Three frames of 25 ms every 10 ms, four more for the deltas, then five steps of look-ahead, 30 ms each."""
    pair = Pair({}, {"lookahead_frames": 5})
    assert pair.live.latency_seconds == pytest.approx(0.025 + 6 * 0.01 + 5 * 0.03)


@pytest.mark.parametrize("num_samples", [0, 1, 199])
def test_an_utterance_shorter_than_a_window_gives_no_step(num_samples: int) -> None:
    live = PAIRS["lstm"].live
    assert live.accept(np.zeros(num_samples, np.float32)).shape == (0, ALPHABET.size)
    assert live.finish().shape == (0, ALPHABET.size)


def test_a_chunk_longer_than_one_run_scores_as_at_once() -> None:
    pair = Pair({}, {})
    pair.samples = noise(2.3 * MAX_RUN_SECONDS, RATE).samples
    for num_samples in (len(pair.samples), round(MAX_RUN_SECONDS * RATE), round(MAX_RUN_SECONDS * RATE) + 1):
        pair.check([], num_samples)


def test_nothing_is_left_of_an_utterance_when_the_next_begins() -> None:
    pair = PAIRS["gru"]
    first = pair.in_chunks([700] * 9, 6000)
    pair.in_chunks([900] * 9, 13000)
    pair.live.accept(pair.samples)
    pair.live.reset()
    np.testing.assert_array_equal(pair.in_chunks([700] * 9, 6000), first)
