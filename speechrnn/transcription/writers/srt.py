r"""SubRip subtitles: one per segment, numbered from 1, times always with hours and milliseconds after a comma."""

from speechrnn.transcription.transcript import Segment, Transcript


def write_srt(transcript: Transcript, name: str) -> str:
    """Write subtitles; the name of the recording is not part of them. Silence gives one line break."""
    return "\n".join(_subtitle(number, one) for number, one in enumerate(transcript.segments, start=1)) or "\n"


def _subtitle(number: int, segment: Segment) -> str:
    return f"{number}\n{stamp(segment.start_seconds)} --> {stamp(segment.end_seconds)}\n{segment.text}\n"


def stamp(seconds: float) -> str:
    """Write a time.

    >>> stamp(3725.0486)
    '01:02:05,049'
    """
    minutes, milliseconds = divmod(round(1000 * seconds), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02},{milliseconds % 1000:03}"
