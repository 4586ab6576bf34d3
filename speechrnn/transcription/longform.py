"""Transcribe recordings of any length in constant memory: window after window, each heard as a recording of its own.

A recording of `WHOLE_SECONDS` or less is heard as a whole, and gives what `Recognizer.transcribe` gives. A longer one
is cut in pauses; windows that share sound, because nobody paused, are joined between two words.

So windows are about as long as the utterances that models are trained on. That is no worse than to hear all at once,
and much better for a model that normalises by each utterance's own statistics. Of three times 60 Mboshi recordings of
3 s that a model was trained on, one speaker's, joined with pauses of 0.3 to 1 s, 24.8 % of the characters were wrong;
31.3 % when all four minutes were heard at once, 20.6 % when each recording was heard by itself. For another speaker
12.0, 17.3 and 9.6 %. `benchmarks/long_audio.py` says how far the texts are apart: on 3 hours of FSDD digits, a model of
global statistics wrote 1.3 % of the words otherwise than for each file by itself. Where windows overlap, its words were
those of all heard at once.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from speechrnn.audio import Audio, AudioStream, resample_blocks
from speechrnn.audio.decoder import Samples
from speechrnn.audio.segment import EDGE_SECONDS, Cutting, Window, windows
from speechrnn.errors import AudioError
from speechrnn.transcription.phrases import phrases
from speechrnn.transcription.recognizer import Recognizer
from speechrnn.transcription.stitch import stitch
from speechrnn.transcription.timing import confidence_kind
from speechrnn.transcription.transcript import Transcript, Word

BLOCK_SECONDS: Final = 5.0
WHOLE_SECONDS: Final = 30.0
SPEECH: Final = Cutting(min_seconds=2.0, max_seconds=15.0, long_pause_seconds=0.4)
COMMANDS: Final = Cutting(min_seconds=1.0, max_seconds=15.0, long_pause_seconds=0.6)
"""With a grammar, which says what one utterance may be, not what minutes are: people stop for this long between two
commands, and for less inside of one."""


def transcribe_stream(
    recognizer: Recognizer, stream: AudioStream, channel: int | None = None, *, cutting: Cutting | None = None
) -> Transcript:
    """Recognise a recording of any length.

    Args:
        recognizer: the model.
        stream: the recording, at any sample rate, at its first sample.
        channel: its number from 0; None for the mean of all.
        cutting: where windows may end; by default as suits the decoder.

    Raises:
        AudioError: the recording cannot be decoded to its end, is too short for the model, or has no such channel.
    """
    return join_parts(transcribe_parts(recognizer, stream, channel, cutting=cutting))


def transcribe_parts(
    recognizer: Recognizer, stream: AudioStream, channel: int | None = None, *, cutting: Cutting | None = None
) -> Iterator[Transcript]:
    """Recognise a recording and hand out what is sure of it as it comes; `join_parts` makes one transcript of it.

    Args:
        recognizer: the model.
        stream: the recording, at any sample rate, at its first sample.
        channel: its number from 0; None for the mean of all.
        cutting: where windows may end; by default as suits the decoder.

    Yields:
        One part or more, in order. Times count from the start of the recording, and the `duration_seconds` of a part
        is how much of the recording lies behind.

    Raises:
        AudioError: the recording cannot be decoded to its end, is too short for the model, or has no such channel.
    """
    cutting = cutting or default_cutting(recognizer)
    blocks = stream.mono_blocks(channel, BLOCK_SECONDS)
    head, ended = _head(blocks, round(WHOLE_SECONDS * stream.sample_rate_hz))
    if ended:
        yield _of_whole(recognizer, Audio(np.concatenate(head), stream.sample_rate_hz), stream.name)
        return
    yield from _transcribe_long(recognizer, _chained(head, blocks), stream.sample_rate_hz, cutting)


def _of_whole(recognizer: Recognizer, audio: Audio, name: str) -> Transcript:
    try:
        return recognizer.transcribe(audio)
    except AudioError as error:  # a recogniser does not know where its samples came from
        raise AudioError(f"{name}: {error}") from error


def default_cutting(recognizer: Recognizer) -> Cutting:
    """Say where windows may end: in pauses, or with a grammar between commands."""
    return SPEECH if recognizer.decoder.resources.grammar is None else COMMANDS


def join_parts(parts: Iterable[Transcript]) -> Transcript:
    """Make one transcript of all parts of a recording.

    Its confidence, that every word is right, is the product of theirs. It counts as refused where every part with
    speech was.
    """
    first, *others = parts
    if not others:
        return first
    parts = (first, *others)
    segments = tuple(segment for part in parts for segment in part.segments)
    sure = [part.confidence for part in parts if part.confidence is not None]
    return Transcript(
        segments=segments,
        duration_seconds=parts[-1].duration_seconds,
        confidence_kind=first.confidence_kind,
        confidence=math.prod(sure) if sure else None,
        refusal="" if segments else next((part.refusal for part in parts if part.refusal), ""),
        language=first.language,
    )


def _head(blocks: Iterator[Samples], num_samples: int) -> tuple[list[Samples], bool]:
    """Read more than so many samples, or to the end; say whether it was the end."""
    head: list[Samples] = []
    for block in blocks:
        head.append(block)
        if sum(map(len, head)) > num_samples:
            return head, False
    return head, True


def _chained(head: list[Samples], rest: Iterator[Samples]) -> Iterator[Samples]:
    """Give the head and then the rest, and let go of each block: `itertools.chain` would hold the list to the end."""
    while head:
        yield head.pop(0)
    yield from rest


def _transcribe_long(
    recognizer: Recognizer, blocks: Iterator[Samples], rate: int, cutting: Cutting
) -> Iterator[Transcript]:
    counted = _Counted(blocks)
    model_rate = recognizer.model.sample_rate_hz
    part: Transcript | None = None
    words: tuple[Word, ...] = ()  # of a part whose end the next window hears as well
    for window in windows(resample_blocks(counted, rate, model_rate), model_rate, cutting):
        heard = recognizer.transcribe(window.audio)
        later = tuple(word.later(window.start_seconds) for word in heard.words)
        if part is not None and window.shared_before_seconds:
            shared = (window.start_seconds, window.start_seconds + window.shared_before_seconds)
            words, later = stitch(words, later, shared)
            yield replace(part, segments=phrases(words))
        part, words = replace(heard, duration_seconds=_end(window)), later
        if not window.shared_after_seconds:
            yield replace(part, segments=phrases(words))
    seconds = counted.num_samples / rate
    if part is None or part.duration_seconds < seconds - EDGE_SECONDS / 2:  # silence to the end
        yield Transcript((), seconds, confidence_kind(recognizer.judge), language=recognizer.language)


class _Counted:
    """Blocks on their way, and how many samples have passed."""

    def __init__(self, blocks: Iterable[Samples]) -> None:
        self.blocks, self.num_samples = blocks, 0

    def __iter__(self) -> Iterator[Samples]:
        for block in self.blocks:
            self.num_samples += len(block)
            yield block


def _end(window: Window) -> float:
    """Give the moment up to which the words of a window are its own."""
    return window.start_seconds + window.audio.duration_seconds - window.shared_after_seconds
