"""Utterances with expected output for the model file, and the proof that its graph is the trained model."""

from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import torch
from lhotse import CutSet
from lhotse.cut import MonoCut
from numpy.typing import NDArray

from speechrnn.audio.read import Audio
from speechrnn.bundle.layout import SelfTest
from speechrnn.bundle.runtime import open_graph, run_graph
from speechrnn.data.frames import input_frames
from speechrnn.data.source import read_samples, read_stored
from speechrnn.decoding.greedy import greedy
from speechrnn.errors import BundleError
from speechrnn.training.system import System

NUM_SELF_TESTS: Final = 3
MAX_DIFFERENCE: Final = 0.05
"""Between log-probabilities of torch and of the graph. Rounding gives 1e-4, a wrong graph gives whole numbers."""


def make_self_tests(path: Path, system: System, graph: bytes, cuts: CutSet, readable: set[str]) -> list[SelfTest]:
    """Take the first few utterances of a split with what the graph makes of them.

    Args:
        path: of the model file, for messages.
        system: the trained system, on the CPU and in evaluation mode.
        graph: ONNX; from samples, or for a corpus that stores features from static features.
        cuts: the split.
        readable: ids of the utterances whose files can be read.

    Raises:
        BundleError: the graph's log-probabilities are not torch's.
    """
    session = open_graph(path, graph, threads=1)
    usable = (cut for cut in cuts if cut.id in readable and input_frames(cut, system.recipe) > 0)
    tests = []
    for cut in islice(usable, NUM_SELF_TESTS):
        values = _input(cut, system)
        log_probs = run_graph(session, values)
        _refuse_difference(path, cut.id, log_probs, _torch_log_probs(system, values))
        best = greedy(log_probs)[0]
        text = " ".join(system.alphabet.decode(best.labels).split())
        rate = system.recipe.features.sample_rate_hz
        audio, static = (None, values) if system.recipe.features.stored else (Audio(values, rate), None)
        tests.append(SelfTest(cut.id, audio, static, text, best.score))
    return tests


def _input(cut: MonoCut, system: System) -> NDArray[np.float32]:
    """Read samples `(num_samples,)` or stored cepstra `(time, ceps)`, whichever the graph takes."""
    if system.recipe.features.stored:
        return read_stored(cut, system.recipe.features.num_ceps)
    return read_samples(cut, system.recipe.features)


@torch.no_grad()
def _torch_log_probs(system: System, values: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = torch.tensor([len(values)])
    extract = system.extractor.from_static if system.recipe.features.stored else system.extractor
    log_probs, _ = system.model(*extract(torch.from_numpy(values).unsqueeze(0), lengths))
    array: NDArray[np.float32] = log_probs[0].numpy()
    return array


def _refuse_difference(path: Path, name: str, graph: NDArray[np.float32], trained: NDArray[np.float32]) -> None:
    difference = float(np.abs(graph - trained).max()) if graph.shape == trained.shape else float("inf")
    if not difference <= MAX_DIFFERENCE:
        raise BundleError(
            f"{path}: {name}: log-probabilities of the exported graph differ from training by {difference:g}, "
            f"at most {MAX_DIFFERENCE:g} was wanted; no model was written, please report this"
        )
