"""Does the memory of `speechrnn prep` stay flat from 10 000 utterances to a million, and how many go through a second?

Tables of JSON lines are made up, a line per utterance, that all point at a few little recordings, so that what is
measured is listing, checking and writing and not the decoding of sound. One speaker says a hundred utterances, and no
split is given, so splits are drawn. Each command runs in a process of its own, whose highest memory counts.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
from figure import show_figure

NUM_RECORDINGS = 20
PER_SPEAKER = 100
MOST_GROWTH = 1.25
FEWEST_PER_SECOND = 1000


def make_table(folder: Path, num_utterances: int) -> Path:
    """Write a few recordings and a table of them."""
    rng = np.random.default_rng(0)
    for number in range(NUM_RECORDINGS):
        soundfile.write(folder / f"{number}.wav", rng.uniform(-0.1, 0.1, 4000), 8000, subtype="PCM_16")
    table = folder / f"table{num_utterances}.jsonl"
    with table.open("w", encoding="utf-8") as lines:
        for number in range(num_utterances):
            row = {"audio": f"{number % NUM_RECORDINGS}.wav", "text": f"the words of number {number}"}
            speaker = f"speaker {number // PER_SPEAKER}"
            lines.write(json.dumps({"id": f"utterance-{number:08}", **row, "speaker": speaker}) + "\n")
    return table


def measure(*words: str | Path) -> tuple[float, float]:
    """Run a command of speechrnn; return seconds and the highest memory in MB."""
    peak = Path(__file__).with_name("peak_memory.py")
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, peak, sys.executable, "-m", "speechrnn.cli", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}: exit code {done.returncode}: {done.stderr}")
    return seconds, float(done.stderr.splitlines()[-1])


def main() -> None:
    """Measure every size, then compare the largest with the smallest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="utterances")
    parser.add_argument("--folder", type=Path, help="where to work, some 1 GB; by default a temporary folder")
    parser.add_argument("-j", "--jobs", default="1", help="as of `speechrnn prep`")
    arguments = parser.parse_args()
    peaks: dict[str, list[float]] = {"prep": [], "validate": []}
    print(f"{'utterances':>10}  {'command':<8}  {'s':>7}  {'per s':>7}  {'peak MB':>8}")
    for size in sorted(arguments.sizes):
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            table = make_table(Path(folder), size)
            for name in peaks:
                command = ["prep", *(["validate"] if name == "validate" else []), "folder"]
                options = "--path", table, "--data", folder, "-j", arguments.jobs, "--allow-leak"  # few sounds
                seconds, peak = measure(*command, *options)
                peaks[name].append(peak)
                print(f"{size:>10}  {name:<8}  {seconds:7.1f}  {size / seconds:7.0f}  {peak:8.1f}", flush=True)
                last = size / seconds
                if size == max(arguments.sizes):
                    show_figure(f"{name}_utterances_per_second", last, FEWEST_PER_SECOND, at_most=False)
    for name, found in peaks.items():
        show_figure(f"{name}_peak_memory_ratio", found[-1] / found[0], MOST_GROWTH)


if __name__ == "__main__":
    main()
