"""NIST's CTM: one word a line, `recording channel start duration word confidence`, times in seconds.

The recording is named by the stem of its file, blanks in it written `_`, since the fields are parted by blanks.
"""

from pathlib import Path

from speechrnn.transcription.transcript import Transcript
from speechrnn.transcription.writers.options import PLAIN, WriteOptions


def write_ctm(transcript: Transcript, name: str, options: WriteOptions = PLAIN) -> str:
    """Write the words of a transcript, its channel counted from 1 as is usual here; silence gives an empty file."""
    recording = "_".join(Path(name).stem.split()) or "-"
    channel = (options.channel or 0) + 1
    lines = [
        f"{recording} {channel} {word.start_seconds:.3f} {word.end_seconds - word.start_seconds:.3f} {word.text} "
        f"{word.confidence:.4f}\n"
        for word in transcript.words
    ]
    return "".join(lines)
