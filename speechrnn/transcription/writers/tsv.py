"""Tab-separated values: start and end of each segment in whole milliseconds, and its text, under a line of titles."""

from speechrnn.transcription.transcript import Segment, Transcript
from speechrnn.transcription.writers.options import PLAIN, WriteOptions


def write_tsv(transcript: Transcript, name: str, options: WriteOptions = PLAIN) -> str:
    """Write a line per segment; the name of the recording is not part of them. Silence gives the titles alone."""
    return "start\tend\ttext\n" + "".join(map(_line, transcript.segments))


def _line(segment: Segment) -> str:
    text = segment.text.replace("\t", " ")
    return f"{round(1000 * segment.start_seconds)}\t{round(1000 * segment.end_seconds)}\t{text}\n"
