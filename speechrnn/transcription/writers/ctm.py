"""NIST's CTM: one word a line, `recording channel start duration word confidence`, times in seconds.

The recording is named by the stem of its file, blanks in it written `_`, since the fields are parted by blanks. The
channel is 1 for a recording of one or the mean of all, as NIST and Kaldi write it, and otherwise its number, counted
from 1. NIST calls the two sides of a telephone call A and B, which says nothing of a third: a reference that does so
needs A for 1 and B for 2.
"""

from pathlib import Path

from speechrnn.transcription.transcript import Transcript
from speechrnn.transcription.writers.options import PLAIN, WriteOptions


def write_ctm(transcript: Transcript, name: str, options: WriteOptions = PLAIN) -> str:
    """Write the words of a transcript, its channel counted from 1; silence gives an empty file."""
    recording = "_".join(Path(name).stem.split()) or "-"
    channel = (options.channel or 0) + 1
    lines = [
        f"{recording} {channel} {word.start_seconds:.3f} {word.end_seconds - word.start_seconds:.3f} {word.text} "
        f"{word.confidence:.4f}\n"
        for word in transcript.words
    ]
    return "".join(lines)
