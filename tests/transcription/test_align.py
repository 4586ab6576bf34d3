"""A text finds its place in a recording, spelt as the model was taught and shown as it came."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from speechrnn.audio import Audio
from speechrnn.bundle.layout import ModelInfo
from speechrnn.errors import AlignmentError, AlphabetError
from speechrnn.recipe import TextConfig
from speechrnn.text.alphabet import Alphabet
from speechrnn.transcription.align import align_text
from speechrnn.transcription.recognizer import Recognizer
from speechrnn.transcription.transcript import Transcript

STEP = 0.1


@dataclass(frozen=True)
class Hears:
    """Stands in for a recogniser that hears one label a frame, nearly for sure."""

    model: ModelInfo
    frames: tuple[int, ...]
    language: str | None = None

    def score_audio(self, audio: Audio) -> NDArray[np.float32]:
        vocab = self.model.alphabet.size
        log_probs = np.full((len(self.frames), vocab), 0.01)
        log_probs[np.arange(len(self.frames)), self.frames] = 1 - 0.01 * (vocab - 1)
        return np.log(log_probs).astype(np.float32)


def aligned(text: str, heard: str, alphabet: Alphabet, config: TextConfig | None = None) -> Transcript:
    """Align with what is heard, a sign a frame: `-` a blank, else a symbol or the first letter of a word."""
    initials = {symbol[0]: number for number, symbol in enumerate(alphabet.symbols, start=1)}
    frames = tuple(initials.get(sign, 0) for sign in heard)
    loud = np.random.default_rng(0).uniform(-0.5, 0.5, 800 * len(heard)).astype(np.float32)
    recognizer = cast(Recognizer, Hears(ModelInfo("toy", 8000, alphabet, STEP, 1), frames))
    return align_text(recognizer, Audio(loud, 8000), text, config or TextConfig())


LETTERS = Alphabet((" ", "a", "b", "c"))
GLUED = Alphabet(("a", "b", "c"))
WORDS = Alphabet(("no", "yes"), "word")


def test_each_line_with_words_is_a_segment() -> None:
    transcript = aligned("ab\n\n  \nc a\n", "-ab- -c- a-", LETTERS)
    assert [segment.text for segment in transcript.segments] == ["ab", "c a"]
    assert transcript.text == "ab c a"


@pytest.mark.parametrize(
    ("alphabet", "text", "heard", "frames"),
    [
        (LETTERS, "ab c", "--ab-- -c--", [(2, 4), (8, 10)]),
        (GLUED, "ab c", "--ab---c--", [(2, 4), (7, 8)]),
        (WORDS, "yes no", "-y---n--", [(1, 2), (5, 6)]),
    ],
)
def test_words_hold_the_frames_of_their_labels(
    alphabet: Alphabet, text: str, heard: str, frames: list[tuple[int, int]]
) -> None:
    words = aligned(text, heard, alphabet).words
    assert [word.text for word in words] == text.split()
    for word, (start, end) in zip(words, frames, strict=True):
        assert word.start_seconds <= start * STEP + 1e-9
        assert word.end_seconds >= (end - 1) * STEP - 1e-9
        assert word.confidence > 0.9
    assert words[0].end_seconds <= words[1].start_seconds


def test_a_text_that_is_not_said_gets_a_low_confidence() -> None:
    assert (
        aligned("cc", "-a-b-", LETTERS).words[0].confidence < 0.1 < aligned("ab", "-a-b-", LETTERS).words[0].confidence
    )


def test_words_are_spelt_normalised_and_shown_as_they_came() -> None:
    transcript = aligned("«Ab» — C!", "-ab- c-", LETTERS, TextConfig(remove="«»—!"))
    assert [word.text for word in transcript.words] == ["«Ab» —", "C!"]
    assert [letter.text for letter in transcript.words[0].characters] == ["a", "b"]
    assert aligned("— ab", "-ab", LETTERS, TextConfig(remove="—")).words[0].text == "— ab"


def test_every_word_that_the_model_cannot_write_is_named() -> None:
    with pytest.raises(
        AlphabetError, match="'dab', 'x': the model cannot write these words, its characters are ' abc'"
    ):
        aligned("ab dab c x dab", "-ab-", LETTERS)
    with pytest.raises(AlphabetError, match="'maybe': the model cannot write this word, its words are 'no yes'"):
        aligned("yes maybe", "-y-", WORDS)


@pytest.mark.parametrize("text", ["", " \n\t\n", "— —"])
def test_a_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(AlignmentError, match="the text holds no words"):
        aligned(text, "-ab-", LETTERS, TextConfig(remove="—"))


def test_a_text_longer_than_the_audio_can_hold_is_refused() -> None:
    with pytest.raises(AlignmentError, match=r"has 5 labels, for which CTC needs 6 frames, and the audio has 5"):
        aligned("aab c", "aab c", LETTERS)


NUMBERS = Alphabet(tuple(sorted({*"ehnrtvy ol"})))
TWENTY_ONE = TextConfig(numbers="en", punctuation="remove")


def test_a_number_written_out_is_one_word_as_it_came_with_spaces_where_the_model_has_them() -> None:
    (segment,) = aligned("on 11-11", "o-n- e-l-e-v-e-n- e-l-e-v-e-n", NUMBERS, TWENTY_ONE).segments
    assert [word.text for word in segment.words] == ["on", "11-11"]
    glued = Alphabet(tuple(sorted({*"elvno"})))
    (segment,) = aligned("on 11-11", "o-n-e-l-e-v-e-n-e-l-e-v-e-n", glued, TWENTY_ONE).segments
    assert [word.text for word in segment.words] == ["on", "11-11"]


def test_a_no_break_space_parts_words_but_not_the_digits_of_a_number() -> None:
    words = Alphabet(("ett", "noll", "tio", "tusen", "tiotusen"), "word")
    config = TextConfig(numbers="sv")
    (segment,) = aligned("10\u00a0000 10\u00a0ett", "x" * 12, words, config).segments
    assert [word.text for word in segment.words] == ["10\u00a0000", "10", "ett"]
