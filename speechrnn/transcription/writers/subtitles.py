"""Text on a screen: which words stand together in which lines, from when to when.

The rules are those of Whisper's writers for srt and vtt (openai/whisper, `whisper/utils.py`), so that both programs lay
the same words out alike: without limits a subtitle is a segment; with a width and a count, subtitles fill up across
segments and end where the speaker pauses.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from speechrnn.transcription.transcript import Transcript, Word
from speechrnn.transcription.writers.options import WriteOptions

PAUSE_SECONDS: Final = 3.0
"""From the start of one word to that of the next; more of it ends a subtitle."""
_NO_LIMIT: Final = 1000


class Subtitle(NamedTuple):
    """What is shown in one place for one stretch of time, its times as they are written."""

    start: str
    end: str
    text: str


Line = list[Word]


def subtitles(transcript: Transcript, options: WriteOptions, stamp: Callable[[float], str]) -> Iterator[Subtitle]:
    """Lay a transcript out.

    Args:
        transcript: what was said.
        options: its limits on lines, and whether words are highlighted.
        stamp: writes a time in seconds.
    """
    limits = options.max_line_width, options.max_line_count, options.max_words_per_line
    if not options.highlight_words and not any(limits):
        for segment in transcript.segments:
            # `-->` ends the times of a subtitle, and may not stand in its text.
            text = segment.text.replace("-->", "->")
            yield Subtitle(stamp(segment.start_seconds), stamp(segment.end_seconds), text)
        return
    for lines in _laid_out(transcript, options):
        if options.highlight_words:
            yield from _highlighted(lines, stamp)
        else:
            yield Subtitle(stamp(lines[0][0].start_seconds), stamp(lines[-1][-1].end_seconds), _text(lines))


def _laid_out(transcript: Transcript, options: WriteOptions) -> Iterator[list[Line]]:
    """Share all words out to subtitles, each a list of lines."""
    width, count = options.max_line_width or _NO_LIMIT, options.max_line_count
    across = bool(options.max_line_width and count)
    lines: list[Line] = []
    last_start = transcript.words[0].start_seconds if transcript.words else 0.0
    for word, first in _words(transcript, options.max_words_per_line or _NO_LIMIT):
        pause = across and word.start_seconds - last_start > PAUSE_SECONDS
        ended = bool(lines) and first and not across
        if lines and not pause and not ended and len(_spoken([*lines[-1], word])) <= width:
            lines[-1].append(word)
        else:
            if ended or (lines and count and (pause or len(lines) >= count)):
                yield lines
                lines = []
            lines.append([word])
        last_start = word.start_seconds
    if lines:
        yield lines


def _words(transcript: Transcript, most: int) -> Iterator[tuple[Word, bool]]:
    """Go through the words, and say of each whether it opens a segment, or a part of so many words of one."""
    for segment in transcript.segments:
        for place, word in enumerate(segment.words):
            yield word, place % most == 0


def _highlighted(lines: Sequence[Line], stamp: Callable[[float], str]) -> Iterator[Subtitle]:
    """Show a subtitle word for word, each underlined in its turn, and plain in the pauses between."""
    last = stamp(lines[0][0].start_seconds)
    for word in [word for line in lines for word in line]:
        start, end = stamp(word.start_seconds), stamp(word.end_seconds)
        if last != start:
            yield Subtitle(last, start, _text(lines))
        yield Subtitle(start, end, _text(lines, word))
        last = end


def _text(lines: Sequence[Line], said: Word | None = None) -> str:
    return "\n".join(_spoken(line, said) for line in lines)


def _spoken(line: Line, said: Word | None = None) -> str:
    # By identity: the same word may be said again in the same place of another line.
    return " ".join(f"<u>{word.shown}</u>" if word is said else word.shown for word in line)
