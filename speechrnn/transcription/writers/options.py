"""What a user may ask of an output format beyond its name."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How transcripts are written.

    Attributes:
        word_timestamps: whether json holds the words with their times.
        highlight_words: srt and vtt underline each word while it is said, one subtitle a word.
        max_line_width: most characters in a line of a subtitle; None for no limit.
        max_line_count: most lines in a subtitle; None for no limit.
        max_words_per_line: most words in a subtitle; None for no limit.
        channel: the channel of the recording that was transcribed, from 0; None for the mean of all.
    """

    word_timestamps: bool = True
    highlight_words: bool = False
    max_line_width: int | None = None
    max_line_count: int | None = None
    max_words_per_line: int | None = None
    channel: int | None = None


PLAIN: Final = WriteOptions()
