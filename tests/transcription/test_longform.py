"""A recording of any length is heard as its parts are, and as a whole would be."""

import itertools
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from speechrnn.audio import Audio, AudioStream, resample
from speechrnn.audio.decoder import Samples
from speechrnn.audio.memory import ArrayDecoder
from speechrnn.audio.segment import Cutting
from speechrnn.decoding.decoder import build_decoder
from speechrnn.errors import AudioError
from speechrnn.recipe import DecodingConfig
from speechrnn.scoring.errors import score
from speechrnn.training.run import train
from speechrnn.transcription.longform import join_parts, transcribe_parts, transcribe_stream
from speechrnn.transcription.recognizer import Recognizer
from speechrnn.transcription.transcript import Segment, Transcript, Word
from tests.conftest import Mini
from tests.mini_corpus import RATE_HZ, Silent, draw_text, speak
from tests.tiny_bundle import noise

NEVER_PAUSES = Cutting(2.0, 15.0, long_pause_seconds=99.0, pause_seconds=99.0)


def stream(audio: Audio) -> AudioStream:
    return AudioStream("joined.wav", ArrayDecoder(audio.samples, audio.sample_rate_hz))


def joined(count: int, pause: float, seed: int = 0) -> tuple[Audio, list[str], list[float]]:
    """Utterances of the mini corpus with pauses between: sound, texts, and where each begins in seconds."""
    rng = np.random.default_rng(seed)
    texts = [draw_text(rng) for _ in range(count)]
    parts: list[Samples] = []
    starts = []
    for text in texts:
        starts.append(sum(map(len, parts)) / RATE_HZ)
        quiet = 0.001 * rng.standard_normal(round(pause * RATE_HZ))
        parts += [speak(text, rng), quiet.astype(np.float32)]
    return Audio(np.concatenate(parts), RATE_HZ), texts, starts


@pytest.fixture(scope="module")
def own(trained: Path) -> Recognizer:
    """A model that normalises by each utterance's own statistics."""
    return Recognizer.load(trained / "model.srnn")


@pytest.fixture(scope="module")
def fixed(mini: Mini, tmp_path_factory: pytest.TempPathFactory) -> Recognizer:
    """A model that normalises by the statistics of its training part."""
    folder = tmp_path_factory.mktemp("fixed") / "run"
    return Recognizer.load(train(mini.recipe("features.cmvn=global"), mini.data, folder, Silent()).run / "model.srnn")


@pytest.fixture(params=["own", "fixed"])
def recognizer(request: pytest.FixtureRequest) -> Recognizer:
    """Each of them in turn."""
    model: Recognizer = request.getfixturevalue(request.param)
    return model


def word_errors(expected: str, heard: str) -> float:
    """Errors in percent of the words expected."""
    return score([expected], [heard]).words.rate


def test_digital_silence_of_any_length_has_no_words(recognizer: Recognizer) -> None:
    (one,) = transcribe_parts(recognizer, stream(Audio(np.zeros(40 * RATE_HZ, np.float32), RATE_HZ)))
    assert (one.text, one.duration_seconds) == ("", 40.0)
    assert one.confidence_kind == recognizer.transcribe(noise(1.0)).confidence_kind


def test_up_to_half_a_minute_a_recording_gives_what_it_gives_as_a_whole(own: Recognizer) -> None:
    audio, _, _ = joined(40, pause=0.3)
    for seconds, rate in ((30.0, 8000), (29.0, 11025)):
        short = resample(Audio(audio.samples[: round(seconds * RATE_HZ)], RATE_HZ), rate)
        assert transcribe_stream(own, stream(short)) == own.transcribe(short)
    longer = Audio(audio.samples[: round(30.1 * RATE_HZ)], RATE_HZ)
    assert len(list(transcribe_parts(own, stream(longer)))) > 1


@pytest.mark.parametrize("pause", [0.1, 0.3, 0.7])
def test_the_text_is_that_of_what_was_joined(recognizer: Recognizer, pause: float) -> None:
    audio, texts, _ = joined(60, pause)
    assert audio.duration_seconds > 40
    heard = transcribe_stream(recognizer, stream(audio))
    assert word_errors(" ".join(texts), heard.text) <= 8
    assert heard.duration_seconds == pytest.approx(audio.duration_seconds, abs=0.001)


def test_with_statistics_of_the_training_part_the_text_is_that_of_all_heard_at_once(fixed: Recognizer) -> None:
    audio, texts, _ = joined(80, pause=0.5)
    assert transcribe_stream(fixed, stream(audio)).text == fixed.transcribe(audio).text == " ".join(texts)


def test_without_pauses_it_is_so_as_well(fixed: Recognizer) -> None:
    audio, texts, _ = joined(80, pause=0.0)
    parts = list(transcribe_parts(fixed, stream(audio), cutting=NEVER_PAUSES))
    assert len(parts) == 5
    assert join_parts(parts).text == fixed.transcribe(audio).text
    assert len(join_parts(parts).words) > 100


def test_at_another_rate_the_text_is_the_same(fixed: Recognizer) -> None:
    audio, texts, _ = joined(40, pause=0.5)
    assert transcribe_stream(fixed, stream(resample(audio, 22050))).text == " ".join(texts)


@pytest.mark.parametrize("cutting", [None, NEVER_PAUSES])
def test_words_have_their_places_in_the_whole_recording(fixed: Recognizer, cutting: Cutting | None) -> None:
    audio, texts, starts = joined(40, pause=0.6)
    words = transcribe_stream(fixed, stream(audio), cutting=cutting).words
    firsts = [0, *itertools.accumulate(len(text.split()) for text in texts)][:-1]
    assert len(firsts) == 40
    # An utterance opens with 50 ms of silence.
    np.testing.assert_allclose([words[place].start_seconds for place in firsts], np.add(starts, 0.05), atol=0.05)
    times = [time for word in words for time in (word.start_seconds, word.end_seconds)]
    assert min(np.diff(times)) >= -0.02
    assert times[-1] <= audio.duration_seconds
    for word in words:
        assert word.characters[0].start_seconds == pytest.approx(word.start_seconds)
        assert word.characters[-1].end_seconds == pytest.approx(word.end_seconds)


def test_silence_after_the_last_word_counts_as_duration(fixed: Recognizer) -> None:
    audio, texts, _ = joined(30, pause=0.6)
    longer = Audio(np.concatenate((audio.samples, 0.001 * noise(20.0).samples)), RATE_HZ)
    heard = transcribe_stream(fixed, stream(longer))
    assert heard.text == " ".join(texts)
    assert heard.duration_seconds == pytest.approx(longer.duration_seconds)


def test_parts_come_while_the_recording_is_still_read(fixed: Recognizer) -> None:
    audio, _, _ = joined(60, pause=0.6)
    opened = stream(audio)
    first = next(transcribe_parts(fixed, opened))
    assert first.text
    assert 20 < len(opened.decoder.read(len(audio.samples))) / RATE_HZ < audio.duration_seconds - 20


def test_what_lies_behind_rises_to_the_end(fixed: Recognizer) -> None:
    audio, _, _ = joined(60, pause=0.3)
    behind = [part.duration_seconds for part in transcribe_parts(fixed, stream(audio))]
    assert len(behind) > 2
    assert behind == sorted(set(behind))
    assert behind[-1] == pytest.approx(audio.duration_seconds, abs=0.001)


def test_one_channel_of_two_is_heard_alone(fixed: Recognizer) -> None:
    left, right = (joined(40, 0.5, seed)[0].samples[: 32 * RATE_HZ] for seed in (1, 2))
    both = np.stack((left, right), axis=1)

    def heard(channel: int | None) -> str:
        return transcribe_stream(fixed, AudioStream("two.wav", ArrayDecoder(both, RATE_HZ)), channel).text

    assert heard(0) == transcribe_stream(fixed, stream(Audio(left, RATE_HZ))).text != ""
    assert heard(1) == transcribe_stream(fixed, stream(Audio(right, RATE_HZ))).text
    assert len({heard(0), heard(1), heard(None)}) == 3


def test_with_a_grammar_each_utterance_is_heard_on_its_own(own: Recognizer, tmp_path: Path) -> None:
    audio, texts, starts = joined(40, pause=0.8)
    (tmp_path / "g.txt").write_text("".join(f"{text}\n" for text in sorted(set(texts))))
    settings = DecodingConfig(kind="beam", grammar=str(tmp_path / "g.txt"))
    strict = replace(own, decoder=build_decoder(settings, own.model.alphabet))
    parts = list(transcribe_parts(strict, stream(audio)))[:40]
    ends = [part.duration_seconds for part in parts]
    # Where the pauses are that follow the utterances.
    np.testing.assert_array_less(ends, [*starts[1:], audio.duration_seconds])
    np.testing.assert_array_less(np.add([*starts[1:], audio.duration_seconds], -0.85), ends)
    assert {part.text for part in parts} <= set(texts)
    assert sum(part.text == text for part, text in zip(parts, texts, strict=True)) > 25
    assert len(list(transcribe_parts(own, stream(audio)))) < 30


def test_a_recording_is_refused_only_where_nothing_of_it_was_accepted() -> None:
    said = Transcript((), 1.0, "kind", 0.5, refusal="too far")
    assert join_parts([said, replace(said, duration_seconds=2.0, refusal="further")]).refusal == "too far"
    words = join_parts([said, spoken(2.0)])
    assert (words.refusal, words.text, words.duration_seconds) == ("", "a", 2.0)


def test_confidence_of_all_is_the_product_of_the_parts() -> None:
    assert join_parts([spoken(1.0), spoken(2.0), spoken(3.0)]).confidence == pytest.approx(0.125)
    unknown = replace(spoken(1.0), confidence=None)
    assert join_parts([unknown, unknown]).confidence is None


def spoken(end: float) -> Transcript:
    return Transcript((Segment((Word("a", end - 0.5, end, 0.9),)),), end, "kind", 0.5)


def test_a_channel_that_is_not_there_is_refused(fixed: Recognizer) -> None:
    with pytest.raises(AudioError, match="channel 3 was asked for, the recording has 1"):
        transcribe_stream(fixed, stream(noise(1.0)), 3)


class Endless:
    """A decoder that says the same again and again, for a while."""

    sample_rate_hz, num_channels, num_samples, expected_seconds = RATE_HZ, 1, None, None

    def __init__(self, block: Samples, count: int) -> None:
        self.block, self.left = block[:, np.newaxis], count

    def read(self, num_samples: int) -> Samples:
        self.left -= 1
        return self.block.copy() if self.left >= 0 else self.block[:0]

    def skip(self, num_samples: int) -> None:
        raise AssertionError("a recording is heard from its start")


@pytest.mark.parametrize("cutting", [None, NEVER_PAUSES])
def test_memory_does_not_grow_with_the_recording(fixed: Recognizer, cutting: Cutting | None) -> None:
    block = joined(6, pause=0.6)[0].samples

    def peak(count: int) -> int:
        parts = transcribe_parts(fixed, AudioStream("endless", Endless(block, count)), cutting=cutting)
        tracemalloc.start()
        try:
            seconds = [part.duration_seconds for part in parts][-1]
            assert seconds == pytest.approx(count * len(block) / RATE_HZ)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(24) < 1.2 * peak(8)
