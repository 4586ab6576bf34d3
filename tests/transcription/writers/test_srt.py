"""SubRip as Whisper writes it."""

from speechrnn.transcription.writers.srt import write_srt
from tests.transcription.writers.samples import SAID, SILENCE


def test_each_segment_is_a_numbered_subtitle() -> None:
    assert write_srt(SAID, "a.wav") == (
        '1\n00:00:00,300 --> 00:00:00,900\nhé ["a"?]\n\n2\n01:01:01,200 --> 01:01:01,500\n<b&>\n\n'
    )


def test_silence_has_no_subtitles() -> None:
    assert write_srt(SILENCE, "a.wav") == ""
