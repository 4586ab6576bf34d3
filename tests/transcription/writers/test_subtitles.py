"""Lines of subtitles: a table of files as Whisper 20250625 lays the same words out, written by hand.

The writers were also held against Whisper's own on 6000 random transcripts, all bytes equal; that package needs torch,
so it is no part of the tests.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.transcription.transcript import Segment, Transcript, Word
from speechrnn.transcription.writers.options import WriteOptions
from speechrnn.transcription.writers.srt import write_srt
from speechrnn.transcription.writers.vtt import write_vtt


def _said(*segments: str, pause: float = 0.0) -> Transcript:
    """A word a second, each half a second long, and a pause before every segment but the first."""
    start, made = 0.0, []
    for number, segment in enumerate(segments):
        start += pause if number else 0.0
        words = []
        for text in segment.split():
            words.append(Word(text, start, start + 0.5, 0.9))
            start += 1.0
        made.append(Segment(tuple(words)))
    return Transcript(tuple(made), start, "test")


ONE_TO_SEVEN = _said("one two three", "four five six seven")
TABLE = [
    (
        ONE_TO_SEVEN,
        {"max_line_width": 7},
        "00:00.000 --> 00:02.500\none two\nthree\n\n00:03.000 --> 00:06.500\nfour\nfive\nsix\nseven\n\n",
    ),
    (
        ONE_TO_SEVEN,
        {"max_line_width": 9, "max_line_count": 1},
        "00:00.000 --> 00:01.500\none two\n\n00:02.000 --> 00:02.500\nthree\n\n00:03.000 --> 00:04.500\nfour five\n\n"
        "00:05.000 --> 00:06.500\nsix seven\n\n",
    ),
    (  # subtitles fill up across segments
        ONE_TO_SEVEN,
        {"max_line_width": 10, "max_line_count": 2},
        "00:00.000 --> 00:03.500\none two\nthree four\n\n00:04.000 --> 00:06.500\nfive six\nseven\n\n",
    ),
    (  # but for a pause of more than three seconds between the starts of two words
        _said("one two", "three", pause=2.1),
        {"max_line_width": 20, "max_line_count": 2},
        "00:00.000 --> 00:01.500\none two\n\n00:04.100 --> 00:04.600\nthree\n\n",
    ),
    (
        _said("one two", "three", pause=1.9),
        {"max_line_width": 20, "max_line_count": 2},
        "00:00.000 --> 00:04.400\none two three\n\n",
    ),
    (
        ONE_TO_SEVEN,
        {"max_words_per_line": 2},
        "00:00.000 --> 00:01.500\none two\n\n00:02.000 --> 00:02.500\nthree\n\n00:03.000 --> 00:04.500\nfour five\n\n"
        "00:05.000 --> 00:06.500\nsix seven\n\n",
    ),
    (
        ONE_TO_SEVEN,
        {"max_line_count": 1},
        "00:00.000 --> 00:02.500\none two three\n\n" + "00:03.000 --> 00:06.500\nfour five six seven\n\n",
    ),
    (  # plain while nothing is said, and each word underlined in its turn
        _said("one two"),
        {"highlight_words": True},
        "00:00.000 --> 00:00.500\n<u>one</u> two\n\n00:00.500 --> 00:01.000\none two\n\n"
        "00:01.000 --> 00:01.500\none <u>two</u>\n\n",
    ),
    (  # the same word twice is not underlined twice
        _said("no no"),
        {"highlight_words": True, "max_line_width": 3},
        "00:00.000 --> 00:00.500\n<u>no</u>\nno\n\n00:00.500 --> 00:01.000\nno\nno\n\n"
        "00:01.000 --> 00:01.500\nno\n<u>no</u>\n\n",
    ),
    (_said("-->"), {}, "00:00.000 --> 00:00.500\n->\n\n"),
    (_said("extraordinarily so"), {"max_line_width": 5}, "00:00.000 --> 00:01.500\nextraordinarily\nso\n\n"),
]


@pytest.mark.parametrize(("transcript", "options", "expected"), TABLE)
def test_words_are_laid_out_as_whisper_lays_them_out(
    transcript: Transcript, options: dict[str, int], expected: str
) -> None:
    assert write_vtt(transcript, "a.wav", WriteOptions(**options)) == f"WEBVTT\n\n{expected}"  # type: ignore[arg-type]
    shown = expected.split("\n\n")[:-1]
    assert shown
    srt = write_srt(transcript, "a.wav", WriteOptions(**options))  # type: ignore[arg-type]
    numbered = [f"{number}\n{one}\n\n" for number, one in enumerate(shown, start=1)]
    assert srt == "".join(numbered).replace("00:0", "00:00:0").replace(".", ",")


WORDS = st.lists(st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=6), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None, database=None)
@given(WORDS, st.integers(1, 20), st.integers(1, 3), st.integers(1, 4))
def test_limits_hold_and_no_word_is_lost(segments: list[list[str]], width: int, count: int, words: int) -> None:
    said = _said(*map(" ".join, segments))
    for options in (
        WriteOptions(max_line_width=width),
        WriteOptions(max_line_width=width, max_line_count=count),
        WriteOptions(max_words_per_line=words),
    ):
        shown = [one.split("\n", 1)[1] for one in write_vtt(said, "a.wav", options).split("\n\n")[1:-1]]
        assert " ".join(shown).split() == [word for segment in segments for word in segment]
        for text in shown:
            lines = text.split("\n")
            if options.max_line_width:
                assert all(len(line) <= width or " " not in line for line in lines)
            assert len(lines) <= (options.max_line_count or len(lines))
            assert len(text.split()) <= (options.max_words_per_line or len(text.split()))
