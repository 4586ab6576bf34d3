"""Does transcribing hours take more memory than minutes, and is the text still the same?

    python benchmarks/long_audio.py MODEL RECORDING...

The recordings are joined in random order, with pauses of 0.1 to 0.6 s of faint noise, to files of 3 minutes and of
3 hours (`--minutes`). Each is transcribed by `speechrnn transcribe` in a process of its own, whose peak memory counts.
The text is held against that of every recording heard by itself. Of the short file, it is also held against that of
all heard at once, cut in pauses and cut without regard to them, in windows that overlap.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
from figure import show_figure

from speechrnn.audio import open_stream, read_audio
from speechrnn.audio.segment import Cutting
from speechrnn.bundle.find import resolve_model
from speechrnn.scoring.errors import score
from speechrnn.transcription.longform import transcribe_stream
from speechrnn.transcription.recognizer import Recognizer

ROOT = Path(__file__).parents[1]
SHORT_MINUTES = 3.0
NOISE = 3e-4
NEVER_PAUSES = Cutting(min_seconds=2.0, max_seconds=15.0, long_pause_seconds=999.0, pause_seconds=999.0)
MAX_GROWTH_MB = 50.0
MAX_DIFFERENCE_PERCENT = 2.0


def main() -> None:
    """Measure memory and text."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("recordings", type=Path, nargs="+")
    parser.add_argument("--minutes", type=float, default=180.0, help="length of the long file")
    asked = parser.parse_args()
    model = resolve_model(asked.model)
    recognizer = Recognizer.load(model)
    texts = [recognizer.transcribe(read_audio(path)).text for path in asked.recordings]
    with tempfile.TemporaryDirectory() as folder:
        peaks = []
        for minutes in (SHORT_MINUTES, asked.minutes):
            path = Path(folder) / "joined.wav"
            expected = join(asked.recordings, texts, path, minutes)
            heard, peak, seconds = transcribe(path, model)
            peaks.append(peak)
            report(f"{minutes:g} minutes", expected, heard, f"peak {peak:.0f} MB, {seconds:.0f} s")
            if minutes == SHORT_MINUTES:
                compare_windows(recognizer, path)
    show_figure("long_audio_growth_megabytes", peaks[1] - peaks[0], MAX_GROWTH_MB)
    show_figure("long_audio_words_unlike_per_file_percent", difference(expected, heard), MAX_DIFFERENCE_PERCENT)


def join(recordings: list[Path], texts: list[str], path: Path, minutes: float) -> str:
    """Write recordings one after the other to a file, never all in memory, and return their texts joined."""
    rng = np.random.default_rng(0)
    rate, said = read_audio(recordings[0]).sample_rate_hz, []
    with soundfile.SoundFile(path, "w", rate, 1, "PCM_16") as file:
        while file.tell() < 60 * minutes * rate:
            place = int(rng.integers(len(recordings)))
            audio = read_audio(recordings[place])
            if audio.sample_rate_hz != rate:
                sys.exit(f"{recordings[place]}: {audio.sample_rate_hz} Hz, {rate} Hz as the first one was wanted")
            file.write(audio.samples)
            file.write(NOISE * rng.standard_normal(int(rate * rng.uniform(0.1, 0.6))))
            said.append(texts[place])
    return " ".join(" ".join(said).split())


def transcribe(path: Path, model: Path) -> tuple[str, float, float]:
    """Run the command; give what it wrote, the most memory it held in MB, and how many seconds it took."""
    command = [sys.executable, str(ROOT / "cli.py"), "transcribe", str(path), "-m", str(model)]
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks/peak_memory.py"), *command],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}")
    return " ".join(done.stdout.split()), float(done.stderr.splitlines()[-1]), time.perf_counter() - started


def compare_windows(recognizer: Recognizer, path: Path) -> None:
    """Print how far the text of windows is from that of all heard at once."""
    whole = recognizer.transcribe(read_audio(path)).text
    for name, cutting in (("cut in pauses", None), ("overlapping windows", NEVER_PAUSES)):
        with open_stream(path) as stream:
            heard = transcribe_stream(recognizer, stream, cutting=cutting).text
        report(f"{name}, beside all at once", whole, heard, "")


def difference(expected: str, heard: str) -> float:
    """Word errors of one text against another, in percent."""
    return score([expected], [heard]).words.rate


def report(title: str, expected: str, heard: str, more: str) -> None:
    """Print how far two texts are apart."""
    counts = score([expected], [heard])
    words, characters = counts.words, counts.characters
    print(
        f"{title}: {words.errors} of {words.reference_length} words differ ({words.rate:.2f} %), "
        f"{characters.errors} of {characters.reference_length} characters; {more}".rstrip("; ")
    )


if __name__ == "__main__":
    main()
