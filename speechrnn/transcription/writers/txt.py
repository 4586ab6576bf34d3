"""Plain text: one line per segment; a recording without speech gives one empty line."""

from speechrnn.transcription.transcript import Transcript


def write_txt(transcript: Transcript, name: str) -> str:
    """Write the text of a transcript; the name of the recording is not part of it."""
    return "".join(f"{segment.text}\n" for segment in transcript.segments) or "\n"
