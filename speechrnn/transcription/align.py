"""Lay a known text over its recording: when each of its words and letters is said."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from speechrnn.audio import Audio
from speechrnn.decoding.align import align
from speechrnn.errors import AlignmentError, AlphabetError
from speechrnn.recipe import TextConfig
from speechrnn.text.alphabet import Alphabet
from speechrnn.text.normalize import normalize
from speechrnn.transcription.recognizer import Recognizer
from speechrnn.transcription.timing import SpokenWord, time_words
from speechrnn.transcription.transcript import Segment, Transcript

GIVEN: Final = "of a given text: geometric mean over a word's labels of the highest CTC posterior of each, uncalibrated"
_BREAKS: Final = re.compile(r"[^\S\u00a0\u202f]+")


def align_text(recognizer: Recognizer, audio: Audio, text: str, config: TextConfig) -> Transcript:
    """Find the words of a text in a recording.

    Args:
        recognizer: the model.
        audio: the recording, at any sample rate.
        text: what is said in it; each line with a word becomes a segment.
        config: how the model's transcripts were normalised. The text is spelt so, and shown as it came.

    Raises:
        AlphabetError: names every word that the model cannot spell.
        AlignmentError: the text has no words, or more than the recording can hold.
        AudioError: the recording is too short for the model.
    """
    lines = [words for line in text.splitlines() if (words := _words(line, config))]
    if not lines:
        raise AlignmentError("the text holds no words; give what is said in the recording")
    labels, lines_of_words = _spell(lines, recognizer.model.alphabet)
    alignment = align(recognizer.score_audio(audio), labels)
    spoken = [word for words in lines_of_words for word in words]
    timed = iter(time_words(spoken, alignment, recognizer.model.output_step_seconds, audio))
    segments = tuple(Segment(tuple(next(timed) for _ in words)) for words in lines_of_words)
    return Transcript(segments, audio.duration_seconds, GIVEN, language=recognizer.language)


def _words(line: str, config: TextConfig) -> list[tuple[str, str]]:
    """Pair every word of a line as it is shown with its spelling; a lone dash or the like goes to its neighbour."""
    words: list[tuple[str, str]] = []
    for shown in _shown(line, config):
        spelling = normalize(shown, config)
        if words and not (spelling and words[-1][1]):
            before, spelt = words[-1]
            words[-1] = (f"{before} {shown}", spelt or spelling)
        else:
            words.append((shown, spelling))
    return [word for word in words if word[1]]


def _shown(line: str, config: TextConfig) -> Iterator[str]:
    """Cut a line at white space, but not at a no-break space that groups the digits of a number written out."""
    for whole in filter(None, _BREAKS.split(line)):
        parts = whole.split()
        alone = " ".join(normalize(part, config) for part in parts)
        yield from parts if alone.split() == normalize(whole, config).split() else [whole]


def _spell(lines: Sequence[Sequence[tuple[str, str]]], alphabet: Alphabet) -> tuple[list[int], list[list[SpokenWord]]]:
    """Write all lines as one label sequence, spaces between words where the alphabet has one."""
    # A word written out can be several: spaces within it, like those between words, are only for who can write them.
    spellings = dict.fromkeys(spelling for line in lines for _, spelling in line)
    if unspeakable := [spelling for spelling in spellings if set(alphabet.unknown(spelling)) - {" "}]:
        raise AlphabetError(
            f"{', '.join(map(repr, unspeakable))}: the model cannot write "
            f"{'these words' if len(unspeakable) > 1 else 'this word'}, its {alphabet.unit}s are {alphabet}; "
            "write them as its transcripts do"
        )
    ids = {spelling: alphabet.encode_known(spelling) for spelling in spellings}
    space = alphabet.encode_known(" ")
    labels: list[int] = []
    spoken: list[list[SpokenWord]] = []
    for line in lines:
        spoken.append([])
        for shown, spelling in line:
            labels += space if labels else []
            place = slice(len(labels), len(labels) + len(ids[spelling]))
            letters = tuple(alphabet.decode(ids[spelling])) if alphabet.unit == "character" else ()
            spoken[-1].append(SpokenWord(shown, place, letters))
            labels += ids[spelling]
    return labels, spoken
