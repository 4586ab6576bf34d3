"""A stream gives what its recording gives, whatever the sizes in which it comes."""

import itertools
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from speechrnn.audio import Audio, resample
from speechrnn.bundle.decoder_options import DecoderOptions
from speechrnn.decoding.greedy import greedy
from speechrnn.transcription.endpoint import EndpointRules
from speechrnn.transcription.streaming import Heard, LiveModel
from speechrnn.transcription.transcript import Transcript
from tests.mini_corpus import RATE_HZ, draw_text, speak
from tests.tiny_bundle import noise

OFTEN = EndpointRules(silence_seconds=0.09, idle_seconds=0.5, max_seconds=1.0)
Sizes = list[int]


def stream(
    model: LiveModel, audio: Audio, sizes: Sizes, rules: EndpointRules | None = None
) -> tuple[list[Transcript], list[str]]:
    """What came of a stream in chunks of these sizes: its utterances, and all that was shown between them."""
    recognizer = model.start(audio.sample_rate_hz, rules)
    edges = [0, *(edge for edge in np.cumsum(sizes).tolist() if edge < len(audio.samples)), len(audio.samples)]
    heard = [recognizer.accept(audio.samples[start:end]) for start, end in itertools.pairwise(edges)]
    heard.append(recognizer.finish())
    return [one for part in heard for one in part.ended], [part.partial for part in heard]


@pytest.mark.parametrize("seconds", [0.03, 0.1, 1.0, 3.0])
@pytest.mark.parametrize("size", [37, 800, 10**6])
def test_a_stream_without_end_points_is_transcribed_as_its_recording(live: Path, seconds: float, size: int) -> None:
    model, audio = LiveModel.load(live), noise(seconds, seed=5)
    ended, _ = stream(model, audio, [size] * 2000)
    expected = model.recognizer.read(model.recognizer.log_probs(audio.samples), audio)
    assert [one.text for one in ended] == ([expected.text] if expected.text else [])
    for one in ended:
        got, wanted = (
            [time for word in each.words for time in (word.start_seconds, word.end_seconds)] for each in (one, expected)
        )
        assert got == pytest.approx(wanted)
        assert one.duration_seconds == pytest.approx(seconds)


def test_a_stream_shorter_than_a_window_gives_nothing(live: Path, tiny: Path) -> None:
    for path in (live, tiny):
        assert stream(LiveModel.load(path), Audio(np.zeros(100, np.float32), 8000), []) == ([], ["", ""])
        assert LiveModel.load(path).start(8000, OFTEN).finish() == Heard((), "")


@settings(max_examples=15, deadline=None, database=None)
@given(sizes=st.lists(st.integers(0, 5000), max_size=30), seed=st.integers(0, 9), carried=st.booleans())
def test_the_sizes_of_chunks_change_nothing(live: Path, tiny: Path, sizes: Sizes, seed: int, carried: bool) -> None:
    model, audio = LiveModel.load(live if carried else tiny), noise(4.0, seed=seed)
    assert stream(model, audio, sizes, OFTEN)[0] == stream(model, audio, [], OFTEN)[0]


def labels_from(model: LiveModel, samples: NDArray[np.float32], count: int) -> str:
    """The text of the first words of a recording."""
    rows = model.recognizer.log_probs(samples)
    return " ".join(model.recognizer.model.alphabet.decode(greedy(rows[:count])[0].labels).split())


def test_each_utterance_is_read_as_the_beginning_of_a_recording_that_starts_with_it(live: Path) -> None:
    model, audio = LiveModel.load(live), noise(6.0, seed=2)
    ended, _ = stream(model, audio, [800] * 60, OFTEN)
    assert len(ended) > 4
    start = 0.0
    for one in ended[:-1]:
        steps = round((one.duration_seconds - start) / model.recognizer.model.output_step_seconds)
        samples = audio.samples[round(start * 8000) :]
        assert one.text == labels_from(model, samples, steps) != ""
        start = one.duration_seconds
    assert ended[-1].text == model.recognizer.transcribe(Audio(audio.samples[round(start * 8000) :], 8000)).text


@pytest.mark.parametrize("name", ["live", "tiny"])
def test_words_of_a_stream_lie_in_their_utterances_one_after_the_other(
    name: str, request: pytest.FixtureRequest
) -> None:
    ended, _ = stream(LiveModel.load(request.getfixturevalue(name)), noise(6.0, seed=4), [800] * 60, OFTEN)
    assert len(ended) > 3
    edges = [0.0]
    for one in ended:
        times = [time for word in one.words for time in (word.start_seconds, word.end_seconds)]
        assert times == sorted(times)
        assert edges[-1] - 1e-6 <= times[0] < times[-1] <= one.duration_seconds + 1e-6
        edges.append(one.duration_seconds)
    assert edges[-1] <= 6.0 + 1e-6


def test_a_stream_at_another_rate_is_resampled_as_its_recording(live: Path) -> None:
    model, audio = LiveModel.load(live), noise(2.0, sample_rate_hz=44100)
    (one,), _ = stream(model, audio, [999] * 100)
    assert one.text == model.recognizer.transcribe(resample(audio, 8000)).text != ""
    assert one.duration_seconds == pytest.approx(2.0, abs=1e-3)


def test_a_model_without_the_graph_hears_windows_and_reads_a_short_stream_as_its_recording(tiny: Path) -> None:
    model, audio = LiveModel.load(tiny), noise(3.3, seed=6)
    assert model.session is None
    (one,), shown = stream(model, audio, [800] * 50)
    assert one.text == model.recognizer.transcribe(audio).text != ""
    assert len({text for text in shown if text}) > 3


def test_an_utterance_heard_in_windows_is_read_as_a_recording_of_itself(tiny: Path) -> None:
    model, audio = LiveModel.load(tiny), noise(6.0, seed=2)
    gains = 10 ** np.random.default_rng(2).uniform(-2, 0, 240).repeat(200)  # in any half second something stands out
    audio = Audio((audio.samples * gains).astype(np.float32), 8000)
    ended, _ = stream(model, audio, [800] * 60, OFTEN)
    assert len(ended) > 4
    start = 0.0
    for one in ended:
        stretch = Audio(audio.samples[round(start * 8000) : round(one.duration_seconds * 8000)], 8000)
        assert one.text == model.recognizer.transcribe(stretch).text != ""
        start = one.duration_seconds


def test_a_search_decodes_what_has_ended_as_it_decodes_recordings(live: Path) -> None:
    greedily, searching = LiveModel.load(live), LiveModel.load(live, options=DecoderOptions(beam=8, hotwords="é:9"))
    audio = noise(2.0, seed=3)
    (one,), shown = stream(searching, audio, [800] * 50)
    assert one.text == searching.recognizer.transcribe(audio).text
    (other,), shown_greedily = stream(greedily, audio, [800] * 50)
    assert one.text != other.text
    assert shown == shown_greedily


def said(texts: list[str], rng: np.random.Generator, pause_seconds: float) -> Audio:
    """Texts spoken one after the other, with pauses of faint noise behind each."""
    quiet = partial(rng.normal, 0, 0.001)
    parts = [part for text in texts for part in (speak(text, rng), quiet(size=round(pause_seconds * RATE_HZ)))]
    return Audio(np.concatenate(parts).astype(np.float32), RATE_HZ)


@pytest.mark.parametrize("name", ["trained_live", "trained"])
def test_a_pause_ends_an_utterance_and_each_is_read_right_and_shown_before_it_ends(
    name: str, request: pytest.FixtureRequest
) -> None:
    path = request.getfixturevalue(name)
    model = LiveModel.load(path / "model.srnn" if path.is_dir() else path)
    assert (model.session is None) == (name == "trained")
    rng = np.random.default_rng(8)
    texts = [draw_text(rng) for _ in range(8)]
    ended, shown = stream(model, said(texts, rng, 1.2), [800] * 999, EndpointRules())
    assert len(ended) == len(texts)
    assert sum(one.text == text for one, text in zip(ended, texts, strict=True)) >= 6
    assert sum(one.text in shown for one in ended) >= 6


def test_windows_in_which_nothing_stands_out_are_silence(tiny: Path) -> None:
    hiss = np.random.default_rng(0).normal(0, 0.02, 5 * 8000).astype(np.float32)
    model = LiveModel.load(tiny)
    assert model.recognizer.transcribe(Audio(hiss, 8000)).text != ""
    assert stream(model, Audio(hiss, 8000), [800] * 50) == ([], [""] * 51)


def test_noise_does_not_stand_out_of_the_zeros_before_it(tiny: Path) -> None:
    hiss = np.random.default_rng(0).normal(0, 0.02, 3 * 8000).astype(np.float32)
    late = np.concatenate([np.zeros(8000, np.float32), hiss])
    assert stream(LiveModel.load(tiny), Audio(late, 8000), [800] * 50) == ([], [""] * 41)


def test_latency_is_that_of_the_model_until_something_was_said(live: Path, tiny: Path) -> None:
    assert LiveModel.load(live).start(8000).latency.line().startswith("latency: 145 ms that the model waits")
    assert LiveModel.load(tiny).start(8000).latency.algorithmic == pytest.approx(0.525)
