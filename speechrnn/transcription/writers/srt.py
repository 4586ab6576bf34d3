r"""SubRip subtitles, numbered from 1, times always with hours and milliseconds after a comma."""

from speechrnn.transcription.transcript import Transcript
from speechrnn.transcription.writers.options import PLAIN, WriteOptions
from speechrnn.transcription.writers.subtitles import subtitles


def write_srt(transcript: Transcript, name: str, options: WriteOptions = PLAIN) -> str:
    """Write subtitles; the name of the recording is not part of them. Silence gives an empty file."""
    shown = enumerate(subtitles(transcript, options, stamp), start=1)
    return "".join(f"{number}\n{start} --> {end}\n{text}\n\n" for number, (start, end, text) in shown)


def stamp(seconds: float) -> str:
    """Write a time.

    >>> stamp(3725.0486)
    '01:02:05,049'
    """
    minutes, milliseconds = divmod(round(1000 * seconds), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02},{milliseconds % 1000:03}"
