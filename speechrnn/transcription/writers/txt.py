"""Plain text: one line per segment; a recording without speech gives an empty file."""

from speechrnn.transcription.transcript import Transcript
from speechrnn.transcription.writers.options import PLAIN, WriteOptions


def write_txt(transcript: Transcript, name: str, options: WriteOptions = PLAIN) -> str:
    """Write the text of a transcript; the name of the recording is not part of it."""
    return "".join(f"{segment.text}\n" for segment in transcript.segments)
