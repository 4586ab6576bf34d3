"""How fast is the beam search with a word language model, beside pyctcdecode and flashlight-text on the same input?

All decode the same utterances, 500 frames of 32 labels, with a beam of 100 and the same 4-gram model in the same file,
on one thread and in turns: once with nothing pruned but the beam, once with the thresholds that are the defaults of our
recipes. flashlight has a closed vocabulary and pyctcdecode an open one, so ours stands beside each as that has it. It
starts every round with nothing worked out. What each hears is scored, so that none is fast by being wrong.

A second question is memory: does it stay flat over 10 000 utterances? A third, how long a model of a million n-grams
takes to open.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import jiwer
import numpy as np
from decode_task import SYMBOLS, Task, write_task
from figure import median_seconds, show_figure

from speechrnn.decoding.decoder import Decoder, build_decoder
from speechrnn.decoding.ngram import MARKERS, NgramModel
from speechrnn.decoding.ngram_io import write_ngram
from speechrnn.decoding.ngram_trie import Level
from speechrnn.decoding.parallel import decode_all
from speechrnn.recipe import DecodingConfig
from speechrnn.text.alphabet import Alphabet

ROUNDS = 3
HERE = Path(__file__).parent
BESIDE = {"pyctcdecode": "open", "flashlight": "closed"}
"""The vocabulary each peer has, and so ours beside it."""

SHORT, EARLY, ALL, SHORT_FRAMES = 16, 5000, 10000, 30
OPEN_TIMED = """
import sys, time
from pathlib import Path
from speechrnn.decoding.ngram_io import read_ngram
started = time.perf_counter()
model = read_ngram(Path(sys.argv[1]))
model.score_text("w5 w6 w7")
print(time.perf_counter() - started)
"""


def main() -> None:
    """Measure all three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", default=sys.executable, help="Python that has the peers")
    parser.add_argument("--memory", metavar="ARPA", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.memory:
        print(*peaks(asked.memory))
        return
    with tempfile.TemporaryDirectory() as folder:
        task = write_task(Path(folder))
        compare(task, asked.peers)
        show_memory(task)
        show_opening(Path(folder))


def compare(task: Task, python: str) -> None:
    """Time ours and every peer that is there, and print their ratios."""
    started = {name: Peer.start(name, python, task) for name in BESIDE}
    peers = {name: peer for name, peer in started.items() if peer}
    for setting in ("whole", "pruned"):
        ours = {vocabulary: Ours(task, config(task, setting, vocabulary)) for vocabulary in ("closed", "open")}
        decoders: dict[str, Ours | Peer] = {**ours, **peers}
        works = [partial(decoder, setting) for decoder in decoders.values()]
        seconds = dict(zip(decoders, median_seconds(*works, rounds=ROUNDS), strict=True))
        for name, decoder in decoders.items():
            wrong = 100 * jiwer.wer(list(task.texts), decoder.texts)
            label = f"ours, {name}" if name in ours else f"{name}, {BESIDE[name]}"
            print(f"{setting:8}{label:20}{1000 * seconds[name] / len(task.texts):8.1f} ms, WER {wrong:5.2f} %")
        if "pyctcdecode" in peers:
            ratio = seconds["pyctcdecode"] / seconds[BESIDE["pyctcdecode"]]
            show_figure(f"decode_{setting}_pyctcdecode_over_ours", ratio, 3, at_most=False)
        if "flashlight" in peers:
            ratio = seconds[BESIDE["flashlight"]] / seconds["flashlight"]
            if setting == "whole":
                show_figure("decode_whole_ours_over_flashlight", ratio, 2)
            else:  # no bar: what is left to do is so little that array operations cannot spread their cost over it
                print(f"pruned: ours takes {ratio:.1f} times as long as flashlight")


def config(task: Task, setting: str, vocabulary: str) -> DecodingConfig:
    """Say how to decode; pruned as a recipe does that says no more."""
    usual = DecodingConfig(
        kind="beam",
        beam_size=100,
        lm=str(task.arpa),
        alpha=0.8,
        beta=0.5,
        unknown_penalty=None if vocabulary == "closed" else 2.0,
    )
    if setting == "pruned":
        return usual
    return replace(usual, beam_threshold=None, token_threshold=None, blank_skip=1.0)


class Ours:
    """Our decoder, which forgets all it worked out before it decodes again; and what it heard last."""

    def __init__(self, task: Task, settings: DecodingConfig) -> None:
        """Open the language model."""
        self._task, self._decoder = task, build_decoder(settings, Alphabet(SYMBOLS))
        self.texts: list[str] = []

    def __call__(self, setting: str) -> None:
        """Decode every utterance, in the only setting it has."""
        for table in self._decoder.tables.values():
            table.forget()
        self.texts = [self._decoder.text(self._decoder.decode(log_probs)[0]) for log_probs in self._task.log_probs]


class Peer:
    """Another decoder in a process of its own, told by lines what to do; and what it heard last."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        """Hold a process that is ready."""
        self._process = process
        self.texts: list[str] = []

    @classmethod
    def start(cls, name: str, python: str, task: Task) -> "Peer | None":
        """Open a peer; None, and a line that says so, where it cannot be had."""
        command = [python, str(HERE / "decode_peers.py"), name, str(task.arpa.parent)]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
        peer = cls(process)
        answer = peer.read()
        if answer == "ready":
            return peer
        print(f"{name}: skipped, {answer or 'it cannot be had here'}")
        return None

    def __call__(self, setting: str) -> None:
        """Decode every utterance."""
        if self._process.stdin is None:
            raise RuntimeError("a peer without stdin")
        print(setting, file=self._process.stdin, flush=True)
        self.texts = json.loads(self.read())

    def read(self) -> str:
        """Wait for a line."""
        return self._process.stdout.readline().strip() if self._process.stdout else ""


def show_memory(task: Task) -> None:
    """Print how much the peak grew from the first 5000 utterances to all 10 000, in a process of its own."""
    early, late = (float(word) for word in run([__file__, "--memory", str(task.arpa)]).split())
    print(f"peak memory {early:.0f} MB after {EARLY} utterances, {late:.0f} MB after {ALL}")
    show_figure("decode_memory_growth_percent", 100 * (late / early - 1), 5)


def peaks(arpa: str) -> tuple[float, float]:
    """Decode short noise, a new one every time, and give the peak of the process's memory in MB, early and late."""
    settings = DecodingConfig(kind="beam", beam_size=SHORT, lm=arpa, blank_skip=1.0)
    decoder: Decoder = build_decoder(settings, Alphabet(SYMBOLS))
    early = 0.0
    for number, _ in enumerate(decode_all(decoder.decode, noises()), start=1):
        if number == EARLY:
            early = peak_mb()
    return early, peak_mb()


def noises() -> Iterator[tuple[str, np.ndarray]]:
    """Draw log-probabilities that say nothing in particular, so that every utterance leads to new words."""
    rng = np.random.default_rng(0)
    for number in range(ALL):
        logits = rng.normal(scale=3, size=(SHORT_FRAMES, len(SYMBOLS) + 1))
        yield str(number), logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def peak_mb() -> float:
    """Give the most memory this process has had; Linux counts it in kilobytes, macOS in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def show_opening(folder: Path) -> None:
    """Print how long a model of a million n-grams takes to open in its binary form, in a new process."""
    model = many_ngrams()
    write_ngram(folder / "many.bin", model)
    seconds = [float(run(["-c", OPEN_TIMED, str(folder / "many.bin")])) for _ in range(ROUNDS)]
    print(f"{sum(model.trie.level_sizes)} n-grams opened in {np.median(seconds):.3f} s")
    show_figure("lm_open_seconds", float(np.median(seconds)), 1.0)


def many_ngrams(size: int = 20000, bigrams: int = 300000, trigrams: int = 700000) -> NgramModel:
    """Draw a trigram model of a million n-grams; its numbers mean nothing."""
    rng = np.random.default_rng(0)
    levels, histories = [], 1
    for count in (size, bigrams, trigrams):
        codes = np.arange(size) if histories == 1 else np.unique(rng.integers(histories * size, size=count))
        levels.append(Level(codes // size, codes % size, -5 - rng.random(len(codes)), -rng.random(len(codes))))
        histories = len(codes)
    return NgramModel.of_levels([*MARKERS, *(f"w{number}" for number in range(3, size))], levels)


def run(arguments: list[str]) -> str:
    """Run Python with arguments and give what it printed."""
    environment = os.environ | {"PYTHONPATH": f"{HERE.parent}"}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, check=True, text=True, stdout=subprocess.PIPE
    ).stdout


if __name__ == "__main__":
    main()
