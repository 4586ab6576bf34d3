"""Tab-separated values as Whisper writes them."""

from speechrnn.transcription.transcript import Segment, Transcript, Word
from speechrnn.transcription.writers.tsv import write_tsv
from tests.transcription.writers.samples import SAID, SILENCE


def test_times_are_whole_milliseconds() -> None:
    assert write_tsv(SAID, "a.wav") == 'start\tend\ttext\n300\t900\thé ["a"?]\n3661200\t3661500\t<b&>\n'


def test_a_tab_in_the_text_parts_no_fields() -> None:
    said = Transcript((Segment((Word("a\tb", 0.0, 0.5, 1.0),)),), 1.0, "test")
    assert write_tsv(said, "a.wav") == "start\tend\ttext\n0\t500\ta b\n"


def test_silence_is_the_titles_alone() -> None:
    assert write_tsv(SILENCE, "a.wav") == "start\tend\ttext\n"
