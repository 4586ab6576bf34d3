"""The peer of `bench_transcribe.py`: pocketsphinx with its own English model and a grammar of the ten digits.

`python sphinx_peer.py RECORDING...` prints JSON: the texts in order, and the seconds that decoding took, reading and
resampling to the model's 16 kHz included, opening the model not. It hears more with a little silence around each
recording, so it gets that. It knows nothing of speechrnn.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
import soxr
from pocketsphinx import Decoder

RATE_HZ = 16000
SILENCE = np.zeros(RATE_HZ // 5, np.float32)
GRAMMAR = """#JSGF V1.0;
grammar digits;
public <digit> = zero | one | two | three | four | five | six | seven | eight | nine;
"""


def main(paths: list[str]) -> None:
    """Decode every recording."""
    with tempfile.TemporaryDirectory() as folder:
        grammar = Path(folder) / "digits.gram"
        grammar.write_text(GRAMMAR)
        decoder = Decoder(jsgf=str(grammar), samprate=RATE_HZ, loglevel="FATAL")
        started = time.perf_counter()
        texts = [decode(decoder, path) for path in paths]
        seconds = time.perf_counter() - started
    print(json.dumps({"texts": texts, "seconds": seconds}))


def decode(decoder: Decoder, path: str) -> str:
    """Decode one recording."""
    samples, rate_hz = soundfile.read(path, dtype="float32")
    padded = np.concatenate([SILENCE, soxr.resample(samples, rate_hz, RATE_HZ), SILENCE])
    decoder.start_utt()
    decoder.process_raw((np.clip(padded, -1, 1) * 32767).astype(np.int16).tobytes(), full_utt=True)
    decoder.end_utt()
    found = decoder.hyp()
    return found.hypstr if found else ""


if __name__ == "__main__":
    main(sys.argv[1:])
