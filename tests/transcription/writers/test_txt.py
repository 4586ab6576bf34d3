"""Plain text."""

from speechrnn.transcription.writers import WRITERS
from speechrnn.transcription.writers.txt import write_txt
from tests.transcription.writers.samples import SAID, SILENCE


def test_each_segment_is_one_line() -> None:
    assert write_txt(SAID, "a.wav") == 'hé ["a"?]\n<b&>\n'


def test_silence_is_an_empty_file() -> None:
    assert write_txt(SILENCE, "a.wav") == ""


def test_writers_go_by_the_names_users_type() -> None:
    assert sorted(WRITERS) == ["ctm", "eaf", "json", "srt", "textgrid", "tsv", "txt", "vtt"]
