"""WebVTT subtitles: hours only in times that need them, milliseconds after a point."""

from speechrnn.transcription.transcript import Transcript
from speechrnn.transcription.writers import srt
from speechrnn.transcription.writers.options import PLAIN, WriteOptions
from speechrnn.transcription.writers.subtitles import subtitles


def write_vtt(transcript: Transcript, name: str, options: WriteOptions = PLAIN) -> str:
    """Write subtitles; the name of the recording is not part of them. Silence gives the heading alone."""
    shown = subtitles(transcript, options, stamp)
    return "WEBVTT\n\n" + "".join(f"{start} --> {end}\n{text}\n\n" for start, end, text in shown)


def stamp(seconds: float) -> str:
    """Write a time.

    >>> stamp(5.25), stamp(3605.25)
    ('00:05.250', '01:00:05.250')
    """
    return srt.stamp(seconds).removeprefix("00:").replace(",", ".")
