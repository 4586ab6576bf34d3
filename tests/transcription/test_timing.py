"""Words and letters, their times and their confidence, worked by hand on matrices one can read."""

from dataclasses import replace

import numpy as np
import pytest

from speechrnn.audio import Audio
from speechrnn.bundle.confidence import Judge
from speechrnn.bundle.layout import ModelInfo
from speechrnn.decoding.clues import Clues
from speechrnn.decoding.confidence import Confidence
from speechrnn.decoding.greedy import greedy
from speechrnn.decoding.logistic import Logistic
from speechrnn.text.alphabet import Alphabet
from speechrnn.transcription.timing import build_transcript
from speechrnn.transcription.transcript import Transcript

LETTERS = Alphabet((" ", "a", "b"))  # labels 1, 2, 3
WORDS = Alphabet(("no", "on", "yes"), "word")
STEP = 0.1
# Weighs the least log peak only: the confidence of a word is 1 / (1 + exp(-(1 + 10 x))).
PLAIN = Logistic(1.0, (0.0, 10.0, 0.0), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
JUDGE = Judge(Confidence(PLAIN, PLAIN, "greedy", (), {}), 0.5, "fitted")


def _sound(loud: str) -> Audio:
    """Draw sound of 0.1 s a sign: `#` is a loud noise, anything else a faint one."""
    rng = np.random.default_rng(0)
    level = np.repeat([0.3 if sign == "#" else 0.0003 for sign in loud], 800)
    return Audio((level * rng.uniform(-1, 1, len(level))).astype(np.float32), 8000)


def _log_probs(frames: list[tuple[int, float]]) -> np.ndarray:
    """Build from the best label and its probability in each frame; the rest is shared by the other labels."""
    probabilities = np.array([[(1 - p) / 3] * 4 for _, p in frames]).reshape(len(frames), 4)
    for time, (label, probability) in enumerate(frames):
        probabilities[time, label] = probability
    return np.log(probabilities)


def _transcript(
    frames: list[tuple[int, float]], loud: str, alphabet: Alphabet = LETTERS, judge: Judge | None = None
) -> Transcript:
    log_probs = _log_probs(frames)
    model = ModelInfo("toy", 8000, alphabet, STEP, 1)
    return build_transcript(greedy(log_probs)[0], log_probs, model, _sound(loud), judge)


def test_words_last_from_silence_to_silence_around_their_labels() -> None:
    frames = [(0, 0.9), (0, 0.9), (2, 0.9), (3, 0.9), (0, 0.9), (1, 0.9), (0, 0.9), (2, 0.9), (0, 0.9), (0, 0.9)]
    transcript = _transcript(frames, ".####..##.")
    assert transcript.text == "ab a"
    times = [(word.text, word.start_seconds, word.end_seconds) for word in transcript.words]
    near = {"abs": 0.021}
    assert times == [
        ("ab", pytest.approx(0.1, **near), pytest.approx(0.5, **near)),
        ("a", pytest.approx(0.7, **near), pytest.approx(0.9, **near)),
    ]


def test_letters_fill_their_word_and_share_the_blanks_between_them() -> None:
    frames = [(2, 0.9), (0, 0.9), (0, 0.9), (3, 0.8), (3, 0.7), (0, 0.9)]
    (word,) = _transcript(frames, "######").words
    letters = [(one.text, one.start_seconds, one.end_seconds) for one in word.characters]
    assert letters == [("a", word.start_seconds, pytest.approx(0.2)), ("b", pytest.approx(0.2), word.end_seconds)]
    assert [one.probability for one in word.characters] == pytest.approx([0.9, 0.8])


def test_a_model_of_whole_words_tells_no_letters() -> None:
    transcript = _transcript([(3, 0.9), (0, 0.9), (1, 0.9)], "#.#", WORDS)
    assert [(word.text, word.characters) for word in transcript.words] == [("yes", ()), ("no", ())]


def test_confidence_is_the_geometric_mean_of_the_highest_posterior_of_each_label() -> None:
    transcript = _transcript([(2, 0.5), (2, 0.8), (0, 0.9), (3, 0.4)], "####")
    assert transcript.words[0].confidence == pytest.approx((0.8 * 0.4) ** 0.5)
    assert transcript.confidence is None
    assert transcript.confidence_kind.startswith("uncalibrated")


def test_a_judge_gives_probabilities_and_rejects_below_its_threshold() -> None:
    transcript = _transcript([(2, 0.99), (1, 0.9), (3, 0.6)], "###", judge=JUDGE)
    sure = [1 / (1 + np.exp(-(1 + 10 * np.log(peak)))) for peak in (0.99, 0.6)]
    assert [word.confidence for word in transcript.words] == pytest.approx(sure)
    assert [word.rejected for word in transcript.words] == [False, True]
    assert transcript.text == "a [b?]"
    assert (transcript.confidence_kind, transcript.confidence) == ("fitted", pytest.approx(0.0, abs=1))
    assert _transcript([(2, 0.99), (1, 0.9), (3, 0.6)], "###", judge=replace(JUDGE, least=0.0)).text == "a b"


def test_the_confidence_of_an_utterance_comes_from_its_own_clues() -> None:
    utterances = Logistic(2.0, (-1.0, 0.0, 0.0), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    confidence = replace(JUDGE.confidence, utterances=utterances)
    clues = Clues(np.zeros((0, 3)), np.array([2.0, 9.0, 9.0]))
    assert confidence.of_utterance(clues) == pytest.approx(0.5)


def test_spaces_at_the_ends_and_doubled_make_no_words() -> None:
    frames = [(1, 0.9), (2, 0.9), (1, 0.9), (0, 0.9), (1, 0.9), (3, 0.9), (1, 0.9)]
    assert [word.text for word in _transcript(frames, "#######").words] == ["a", "b"]


@pytest.mark.parametrize("judge", [None, JUDGE])
@pytest.mark.parametrize("frames", [[], [(0, 0.9)], [(1, 0.9), (0, 0.9)]])
def test_silence_has_empty_text_and_no_segments(frames: list[tuple[int, float]], judge: Judge | None) -> None:
    transcript = _transcript(frames, "..", judge=judge)
    assert (transcript.text, transcript.segments, transcript.duration_seconds) == ("", (), 0.2)


def test_no_time_lies_beyond_the_audio() -> None:
    (word,) = _transcript([(0, 0.9), (2, 0.9), (2, 0.9), (2, 0.9)], "##").words
    assert 0 <= word.start_seconds < word.end_seconds <= 0.2
