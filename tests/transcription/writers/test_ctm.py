"""NIST's CTM."""

from speechrnn.transcription.writers.ctm import write_ctm
from speechrnn.transcription.writers.options import WriteOptions
from tests.transcription.writers.samples import SAID, SILENCE


def test_each_word_is_a_line_of_six_fields_whatever_the_recording_is_called() -> None:
    assert write_ctm(SAID, "some/my talk.1.wav") == (
        "my_talk.1 1 0.300 0.420 hé 0.9800\n"
        'my_talk.1 1 0.720 0.180 "a" 0.5000\n'
        "my_talk.1 1 3661.200 0.300 <b&> 1.0000\n"
    )


def test_silence_has_no_words() -> None:
    assert write_ctm(SILENCE, "a.wav") == ""


def test_the_channel_is_counted_from_one_as_is_usual_in_ctm() -> None:
    lines = write_ctm(SAID, "a.wav", WriteOptions(channel=1)).splitlines()
    assert [line.split()[1] for line in lines] == ["2", "2", "2"]
