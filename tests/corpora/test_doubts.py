import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.corpora.doubts import usual_rates
from speechrnn.corpora.examine import validate_corpus
from speechrnn.corpora.problem import Doubt
from speechrnn.recipe import CorpusConfig

WriteWav = Callable[..., Path]
Rows = list[tuple[str, str]]


def doubts(folder: Path, rows: Rows) -> list[tuple[str, str, str]]:
    """Validate a table of (audio, text); return kind, utterance and reason of every doubt."""
    (folder / "mine.csv").write_text("audio,text\n" + "".join(f"{audio},{text}\n" for audio, text in rows))
    found = validate_corpus(CorpusConfig(name="folder", path=str(folder / "mine.csv")), folder)
    return [(item.kind, item.utterance_id, item.reason) for item in found if isinstance(item, Doubt)]


@pytest.fixture
def rows(tmp_path: Path, write_wav: WriteWav) -> Rows:
    """Twenty-four recordings of a second with ten to thirteen characters."""
    names = [f"{number:02}.wav" for number in range(24)]
    return [(write_wav(tmp_path / name, seconds=1.0).name, "x" * (10 + n % 4)) for n, name in enumerate(names)]


def test_a_sound_corpus_raises_no_doubt(tmp_path: Path, rows: Rows) -> None:
    assert doubts(tmp_path, rows) == []


@pytest.mark.parametrize(
    ("length", "expected"),
    [(37, "text_too_long"), (33, None), (4, None), (3, "text_too_short"), (200, "text_too_long")],
)
def test_a_transcript_is_doubted_three_times_off_the_median(
    tmp_path: Path, rows: Rows, length: int, expected: str | None
) -> None:
    rows[6] = ("06.wav", "x" * length)  # the median is 11: at least 11 / 3 and at most 33 are usual
    found = doubts(tmp_path, rows)
    assert [(kind, name) for kind, name, _ in found] == ([(expected, "06")] if expected else [])
    assert all("usual here is 3.67 to 33.1" in reason for _, _, reason in found)


def test_of_few_utterances_only_the_impossible_is_doubted(tmp_path: Path, rows: Rows, write_wav: WriteWav) -> None:
    write_wav(tmp_path / "long.wav", seconds=11.0)
    few = [("00.wav", "x" * 39), ("01.wav", "x" * 41), ("02.wav", "x"), ("long.wav", "xx"), ("03.wav", "x" * 10)]
    assert [(kind, name) for kind, name, _ in doubts(tmp_path, few)] == [
        ("text_too_long", "01"),
        ("text_too_short", "long"),
    ]


@given(st.lists(st.floats(0.5, 20.0), min_size=20, max_size=60))
def test_the_usual_rates_are_those_round_the_median_by_the_median_deviation(rates: list[float]) -> None:
    logs = np.log(rates)
    median = np.quantile(logs, 0.5, method="inverted_cdf")
    spread = max(6 * 1.4826 * np.quantile(abs(logs - median), 0.5, method="inverted_cdf"), math.log(3))
    low, high = usual_rates(Counter(round(log * 200) for log in logs))
    # half a bin for the median, and for the deviation one each of value and median, times nine
    assert math.log(low) == pytest.approx(max(median - spread, math.log(0.2)), abs=0.05)
    assert math.log(high) == pytest.approx(min(median + spread, math.log(40)), abs=0.05)


def test_a_clipped_recording_is_doubted_once_for_all_its_parts(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).uniform(-0.1, 0.1, 8000)
    for name, num_clipped in (("hot.wav", 9), ("warm.wav", 7)):  # more and less than one in a thousand
        loud = samples.copy()
        loud[:num_clipped] = 1.0
        soundfile.write(tmp_path / name, loud, 8000, subtype="PCM_16")
    lines = ["audio,text,start,end"] + [
        f"{name}.wav,eins,{n / 2},{n / 2 + 0.5}" for name in ("hot", "warm") for n in (0, 1)
    ]
    (tmp_path / "mine.csv").write_text("\n".join(lines))
    found = validate_corpus(CorpusConfig(name="folder", path=str(tmp_path / "mine.csv")), tmp_path)
    doubtful = [item for item in found if isinstance(item, Doubt)]
    assert [(item.kind, item.utterance_id, item.where) for item in doubtful] == [
        ("clipped", "hot@0.000", f"{tmp_path / 'mine.csv'}:2")
    ]
    assert "0.11% of its samples are at full scale" in doubtful[0].reason


@pytest.mark.parametrize(("level", "expected"), [(0.0, "digital silence"), (0.0009, "-61 dB"), (0.0011, None)])
def test_near_silence_is_doubted(tmp_path: Path, rows: Rows, level: float, expected: str | None) -> None:
    soundfile.write(tmp_path / "03.wav", np.resize([level, -level], 8000), 8000, subtype="FLOAT")
    found = doubts(tmp_path, rows)
    assert [(kind, name) for kind, name, _ in found] == ([("near_silence", "03")] if expected else [])
    assert all(expected is not None and expected in reason for _, _, reason in found)


def test_every_rarer_sample_rate_is_doubted_with_its_count(tmp_path: Path, rows: Rows, write_wav: WriteWav) -> None:
    for name, rate in (("03.wav", 16000), ("07.wav", 16000), ("08.wav", 44100)):
        write_wav(tmp_path / name, seconds=1.0, rate=rate)
    found = doubts(tmp_path, rows)
    assert [(kind, name) for kind, name, _ in found] == [("mixed_sample_rates", "03"), ("mixed_sample_rates", "08")]
    assert found[0][2] == "2 of 24 utterances are at 16000 Hz, this is the first; most are at 8000 Hz"
