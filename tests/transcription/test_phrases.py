"""Segments of a long recording end where its speaker pauses."""

from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.transcription.phrases import MAX_SECONDS, PAUSE_SECONDS, phrases
from speechrnn.transcription.transcript import Word


def spoken(*pairs: tuple[float, float]) -> tuple[Word, ...]:
    """Words that last, and the pause before each."""
    words, at = [], 0.0
    for number, (pause, length) in enumerate(pairs):
        words.append(Word(str(number), at + pause, at + pause + length, 1.0))
        at += pause + length
    return tuple(words)


def texts(words: tuple[Word, ...]) -> list[str]:
    return [segment.text for segment in phrases(words)]


def test_a_pause_ends_a_segment_and_a_breath_does_not() -> None:
    assert texts(spoken((0, 1), (0.5, 1), (0.8, 1), (0.6, 1), (2, 1))) == ["0 1", "2 3", "4"]


def test_a_long_stretch_is_parted_at_its_longest_pauses() -> None:
    assert texts(spoken((0, 3), (0.1, 3), (0.3, 3), (0.2, 3))) == ["0 1", "2 3"]


def test_no_words_make_no_segments_and_one_word_makes_one_however_long() -> None:
    assert texts(()) == []
    assert texts(spoken((0, 30))) == ["0"]


@given(st.lists(st.tuples(st.floats(0, 2), st.floats(0.01, 12)), max_size=60))
@settings(max_examples=60, deadline=None)
def test_segments_hold_all_words_in_order_and_keep_to_the_rule(pairs: list[tuple[float, float]]) -> None:
    words = spoken(*pairs)
    segments = phrases(words)
    assert tuple(word for segment in segments for word in segment.words) == words
    for segment in segments:
        pairs_within = zip(segment.words[:-1], segment.words[1:], strict=True)
        assert all(after.start_seconds - before.end_seconds < PAUSE_SECONDS for before, after in pairs_within)
        assert len(segment.words) == 1 or segment.end_seconds - segment.start_seconds <= MAX_SECONDS
