"""Praat's TextGrid, long form."""

import re

from speechrnn.transcription.writers.textgrid import write_textgrid
from tests.transcription.writers.samples import SAID, SILENCE, WHOLE_WORDS


def _intervals(text: str) -> list[tuple[float, float, str]]:
    found = re.findall(r'intervals \[\d+\]:\n +xmin = ([\d.]+)\n +xmax = ([\d.]+)\n +text = "(.*)"\n', text)
    return [(float(start), float(end), label) for start, end, label in found]


def test_whole_words_make_one_tier_as_praat_writes_it() -> None:
    assert write_textgrid(WHOLE_WORDS, "a.wav") == (
        'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = 0.5\ntiers? <exists>\nsize = 1\n'
        'item []:\n    item [1]:\n        class = "IntervalTier"\n        name = "words"\n        xmin = 0\n'
        "        xmax = 0.5\n        intervals: size = 1\n        intervals [1]:\n            xmin = 0.0\n"
        '            xmax = 0.5\n            text = "yes"\n'
    )


def test_each_tier_fills_the_recording_without_gap_or_overlap() -> None:
    text = write_textgrid(SAID, "a.wav")
    words, letters = (_intervals(part) for part in text.split("    item [")[1:])
    assert [label for *_, label in words] == ["", "hé", '[""a""?]', "", "<b&>", ""]
    assert [label for *_, label in letters] == ["", "h", "é", "a", "", "b", ""]
    for tier in (words, letters):
        edges = [tier[0][0], *(end for _, end, _ in tier)]
        assert [start for start, *_ in tier] == edges[:-1]
        assert (edges[0], edges[-1]) == (0.0, 3662.0)
        assert edges == sorted(set(edges))


def test_silence_is_one_empty_interval() -> None:
    assert _intervals(write_textgrid(SILENCE, "a.wav")) == [(0.0, 1.5, "")]
