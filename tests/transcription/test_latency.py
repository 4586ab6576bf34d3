"""How far text lags behind speech, on a clock that the test turns."""

import pytest

from speechrnn.transcription import latency as latency_module
from speechrnn.transcription.latency import Latency
from speechrnn.transcription.transcript import Word


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds, in a list of one."""
    now = [100.0]
    monkeypatch.setattr(latency_module.time, "perf_counter", lambda: now[0])
    return now


def test_a_word_lags_from_its_end_until_it_was_first_shown_as_it_stayed(clock: list[float]) -> None:
    latency = Latency(0.2)
    for shown, spent in (([], 0.01), (["fo"], 0.02), (["four", "n"], 0.04), (["four"], 0.01)):
        with latency.chunk(0.5):
            clock[0] += spent
            latency.show(shown)
    with latency.chunk(0.0):
        clock[0] += 0.005
        latency.end([Word("four", 0.2, 1.4, 0.9), Word("nine", 1.5, 1.895, 0.9)])
    # `four` came with the third chunk, 1.5 s and 0.04 s of work; `nine` at the end, 2 s, 0.01 s and 0.005 s of work.
    assert latency.words == pytest.approx([1.54 - 1.4, 2.015 - 1.895])
    assert latency.line() == (
        "latency: 200 ms that the model waits to hear what follows a sound (algorithmic) + 40 ms at most that it "
        "computes (measured); words were shown 130 ms after their end (measured, median); real-time factor 0.043"
    )


def test_an_utterance_begins_with_nothing_shown(clock: list[float]) -> None:
    latency = Latency(0.1)
    with latency.chunk(1.0):
        latency.show(["one"])
        latency.end([Word("one", 0.1, 0.6, 1.0)])
    with latency.chunk(1.0):
        latency.show(["one"])
        latency.end([Word("one", 1.1, 1.6, 1.0)])
    assert latency.words == pytest.approx([0.4, 0.4])


def test_who_computes_slower_than_people_speak_falls_behind_more_and_more(clock: list[float]) -> None:
    latency = Latency(0.0)
    for number in range(3):
        with latency.chunk(1.0):
            clock[0] += 1.5
            latency.end([Word("one", float(number), number + 1.0, 1.0)])
    # Heard to their ends at 1, 2 and 3 s; done with at 2.5, 4 and 5.5 s.
    assert latency.words == pytest.approx([1.5, 2.0, 2.5])


def test_who_has_fallen_behind_catches_up_in_a_pause(clock: list[float]) -> None:
    latency = Latency(0.0)
    for audio, spent in ((1.0, 3.0), (5.0, 0.5), (1.0, 0.25)):
        with latency.chunk(audio):
            clock[0] += spent
            latency.end([Word("one", 0.0, latency.audio, 1.0)])
    assert latency.words == pytest.approx([3.0, 0.5, 0.25])
