"""WebVTT as Whisper writes it."""

from speechrnn.transcription.writers.vtt import write_vtt
from tests.transcription.writers.samples import SAID, SILENCE


def test_hours_stand_only_in_the_times_that_need_them() -> None:
    assert write_vtt(SAID, "a.wav") == (
        'WEBVTT\n\n00:00.300 --> 00:00.900\nhé ["a"?]\n\n01:01:01.200 --> 01:01:01.500\n<b&>\n\n'
    )


def test_silence_is_the_heading_alone() -> None:
    assert write_vtt(SILENCE, "a.wav") == "WEBVTT\n\n"
