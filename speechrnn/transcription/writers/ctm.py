"""NIST's CTM: one word a line, `recording channel start duration word confidence`, times in seconds.

The recording is named by the stem of its file, blanks in it written `_`, since the fields are parted by blanks.
"""

from pathlib import Path

from speechrnn.transcription.transcript import Transcript


def write_ctm(transcript: Transcript, name: str) -> str:
    """Write the words of a transcript; silence gives one line break."""
    recording = "_".join(Path(name).stem.split()) or "-"
    lines = [
        f"{recording} 1 {word.start_seconds:.3f} {word.end_seconds - word.start_seconds:.3f} {word.text} "
        f"{word.confidence:.4f}\n"
        for word in transcript.words
    ]
    return "".join(lines) or "\n"
