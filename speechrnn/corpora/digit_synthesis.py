"""Makes the embedded corpus; run as a process of its own, since espeak-ng remembers what it said before.

`python -m speechrnn.corpora.digit_synthesis FOLDER SIZES_AS_JSON` speaks the plan in order, resamples to 16 kHz, adds
noise at the planned ratio, and writes 16-bit wav files, `transcripts.tsv` and `demo.wav`. It prints `done total`
now and then for the parent to show.
"""

import csv
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import soundfile

from speechrnn.audio import Audio, resample
from speechrnn.corpora.digit_plan import DigitSizes, DigitString, plan_digits
from speechrnn.corpora.espeak import Espeak
from speechrnn.errors import SpeechRnnError

SAMPLE_RATE_HZ: Final = 16000
TABLE: Final = "transcripts.tsv"
_COLUMNS: Final = ("id", "split", "audio", "text", "speaker", "voice", "words_per_minute", "pitch", "snr_db", "noise")
_REPORT_EVERY: Final = 50

Samples = npt.NDArray[np.float32]


def synthesise(folder: Path, sizes: DigitSizes) -> None:
    """Write the corpus into an existing folder.

    Raises:
        MissingDependencyError: espeak-ng or one of its voices is not there.
    """
    espeak = Espeak()
    plan = plan_digits(sizes)
    for split in ("train", "dev", "test"):
        (folder / split).mkdir(exist_ok=True)
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, delimiter="\t", lineterminator="\n")
        table.writerow(_COLUMNS)
        for done, string in enumerate(plan, start=1):
            name = "demo.wav" if string.split == "demo" else f"{string.split}/{string.utterance_id}.wav"
            soundfile.write(folder / name, render(espeak, string), SAMPLE_RATE_HZ, subtype="PCM_16")
            if string.split != "demo":
                table.writerow(_row(string, name))
            else:
                (folder / "demo.txt").write_text(string.speech.text + "\n", encoding="utf-8")
            if done % _REPORT_EVERY == 0 or done == len(plan):
                print(done, len(plan), flush=True)


def render(espeak: Espeak, string: DigitString) -> Samples:
    """Speak one string and set it in noise.

    Returns:
        float32 `(num_samples,)` at 16 kHz, peak at the planned gain below full scale.
    """
    spoken = espeak.speak(string.speech).astype(np.float32) / np.float32(2**15)
    speech = resample(Audio(spoken, espeak.sample_rate_hz), SAMPLE_RATE_HZ).samples
    lead, trail = (round(seconds * SAMPLE_RATE_HZ) for seconds in (string.lead_seconds, string.trail_seconds))
    padded = np.pad(speech, (lead, trail))
    noise = _noise(string, len(padded))
    power_ratio = float(np.mean(speech**2)) / 10 ** (string.snr_db / 10)
    mixed = padded + noise * np.float32(power_ratio**0.5)
    levelled: Samples = (mixed * (10 ** (string.gain_db / 20) / np.abs(mixed).max())).astype(np.float32)
    return levelled


def _noise(string: DigitString, num_samples: int) -> Samples:
    """Make noise of unit power, float32 `(num_samples,)`; pink is white shaped by 1/sqrt(f) in the spectrum."""
    noise = np.random.Generator(np.random.PCG64(string.noise_seed)).standard_normal(num_samples)
    if string.noise == "pink":
        spectrum = np.fft.rfft(noise)
        spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
        noise = np.fft.irfft(spectrum, num_samples)
    scaled: Samples = (noise / np.sqrt(np.mean(noise**2))).astype(np.float32)
    return scaled


def _row(string: DigitString, name: str) -> tuple[str | int | float, ...]:
    """Describe one utterance for the table; the speaker is the variant, whatever its accent."""
    speech = string.speech
    speaker = speech.voice.partition("+")[2]
    known = (string.utterance_id, string.split, name, speech.text, speaker, speech.voice)
    return (*known, speech.words_per_minute, speech.pitch, string.snr_db, string.noise)


def sizes_as_json(sizes: DigitSizes) -> str:
    """Spell sizes for the command line of the process, and for the mark of a finished corpus."""
    return json.dumps(asdict(sizes), sort_keys=True)


def main() -> int:
    """Run as a process; an error a user can mend is the last line on stderr."""
    try:
        synthesise(Path(sys.argv[1]), DigitSizes(**json.loads(sys.argv[2])))
    except SpeechRnnError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
