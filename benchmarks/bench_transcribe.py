"""How fast and how right is transcription, beside pocketsphinx on the same recordings?

    python benchmarks/bench_transcribe.py RECORDINGS FOLDS [--peer PYTHON]

RECORDINGS is the folder of wav files of the Free Spoken Digit Dataset; its takes 0 to 4 are heard, 300 in all. FOLDS
holds one trained model for each of its six speakers, `<speaker>/model.srnn`, which never heard that speaker, as
`speechrnn train recipes/fsdd_loso.yaml` makes them. pocketsphinx has its own English model and a grammar of ten digits.
Both are opened before the clock runs, use one thread and read the files themselves.

The real-time factor of longer speech is measured on recordings joined to a minute, with the model that comes with
speechrnn and with an untrained one of 3 layers of 256 in both directions.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from bench_startup import write_model
from figure import median_seconds, show_figure

from speechrnn.audio import Audio, read_audio
from speechrnn.bundle.find import BUNDLE_NAME, resolve_model
from speechrnn.recipe import ModelConfig
from speechrnn.transcription.recognizer import Recognizer

NAMES = "zero one two three four five six seven eight nine".split()
MINUTE_SECONDS = 60
ROUNDS = 5
LARGE = ModelConfig(layers=3, size=256)


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("recordings", type=Path)
    parser.add_argument("folds", type=Path, nargs="?")
    parser.add_argument("--peer", help="Python that has pocketsphinx")
    asked = parser.parse_args()
    takes = sorted(path for path in asked.recordings.glob("*_*_*.wav") if int(path.stem.split("_")[2]) < 5)
    if not takes:
        sys.exit(f"{asked.recordings}: no recordings of the Free Spoken Digit Dataset; name their folder")
    show_speed(takes)
    if asked.folds is None:
        print("no models of left-out speakers were named: errors and pocketsphinx left out")
    else:
        compare(takes, asked.folds, asked.peer)


def show_speed(takes: list[Path]) -> None:
    """Print real-time factors on a minute of speech."""
    speech = minute(takes)
    with tempfile.TemporaryDirectory() as folder:
        write_model(Path(folder) / "large.srnn", LARGE)
        digits, large = Recognizer.load(resolve_model(Path("digits"))), Recognizer.load(Path(folder) / "large.srnn")
        seconds = median_seconds(lambda: digits.transcribe(speech), lambda: large.transcribe(speech), rounds=ROUNDS)
    embedded_rtf, large_rtf = (one / speech.duration_seconds for one in seconds)
    show_figure("rtf_embedded_model", embedded_rtf, 0.01)
    show_figure("rtf_3x256_bilstm", large_rtf, 0.02)


def minute(takes: list[Path]) -> Audio:
    """Join recordings in random order to a minute of speech, a quarter of a second of silence after each."""
    order = np.random.default_rng(0).permutation(len(takes))
    read = [read_audio(takes[place]) for place in order]
    rate_hz = read[0].sample_rate_hz
    pause = np.zeros(rate_hz // 4, np.float32)
    joined = np.concatenate([part for audio in read for part in (audio.samples, pause)])
    return Audio(joined[: MINUTE_SECONDS * rate_hz], rate_hz)


def compare(takes: list[Path], folds: Path, python: str | None) -> None:
    """Count errors on voices never heard, and time both."""
    speakers = sorted({speaker(path) for path in takes})
    missing = [str(folds / one / BUNDLE_NAME) for one in speakers if not (folds / one / BUNDLE_NAME).is_file()]
    if missing:
        sys.exit(
            f"{', '.join(missing)}: no such model; train them: speechrnn train recipes/fsdd_loso.yaml --run {folds}"
        )
    duration_seconds = sum(read_audio(path).duration_seconds for path in takes)
    recognizers = {one: Recognizer.load(folds / one / BUNDLE_NAME) for one in speakers}
    started = time.perf_counter()
    texts = [recognizers[speaker(path)].transcribe(read_audio(path)).text for path in takes]
    ours_rtf = (time.perf_counter() - started) / duration_seconds
    ours = errors(takes, texts)
    print(f"ours: {ours} errors of {len(takes)}, real-time factor {ours_rtf:.4f}")
    heard = None if python is None else ask(python, takes)
    if heard is None:
        print("pocketsphinx cannot be had here: left out")
        return
    sphinx, sphinx_rtf = errors(takes, heard["texts"]), heard["seconds"] / duration_seconds
    print(f"pocketsphinx: {sphinx} errors of {len(takes)}, real-time factor {sphinx_rtf:.4f}")
    show_figure("errors_of_pocketsphinx_over_ours", sphinx / max(ours, 1), 1, at_most=False)
    show_figure("rtf_of_pocketsphinx_over_ours", sphinx_rtf / ours_rtf, 1, at_most=False)


def ask(python: str, takes: list[Path]) -> dict | None:
    """Run the peer; None where it is not installed."""
    command = [python, str(Path(__file__).with_name("sphinx_peer.py")), *map(str, takes)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return json.loads(done.stdout) if done.returncode == 0 else None


def speaker(path: Path) -> str:
    """Name who speaks in `<digit>_<speaker>_<take>.wav`."""
    return path.stem.split("_")[1]


def errors(takes: list[Path], texts: list[str]) -> int:
    """Count the recordings that are not exactly the digit that was said."""
    return sum(text != NAMES[int(path.name[0])] for path, text in zip(takes, texts, strict=True))


if __name__ == "__main__":
    main()
