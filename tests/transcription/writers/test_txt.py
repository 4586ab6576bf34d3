"""Plain text."""

from speechrnn.transcription.transcript import Segment, Transcript
from speechrnn.transcription.writers import WRITERS
from speechrnn.transcription.writers.txt import write_txt


def test_each_segment_is_one_line() -> None:
    segments = (Segment("one two", 0.0, 1.0, ()), Segment("three", 2.0, 3.0, ()))
    assert write_txt(Transcript("one two three", segments, 3.0), "a.wav") == "one two\nthree\n"


def test_silence_is_one_empty_line() -> None:
    assert write_txt(Transcript("", (), 3.0), "a.wav") == "\n"


def test_writers_go_by_the_names_users_type() -> None:
    assert sorted(WRITERS) == ["json", "txt"]
