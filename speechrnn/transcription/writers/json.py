"""JSON with the keys that Whisper writes, word times among them unless they are not wanted.

`{text, segments: [{id, start, end, text, words: [{word, start, end, probability}]}], language}`, times in seconds.
Ours adds `audio` (the recording), `channel` where one was taken, `duration`, `probability_kind`, which says what the
numbers called `probability` are, `probability` of the whole where something was fitted that can tell, `rejected` on
words below the confidence asked for, `characters` on words that are spelt, and `rejected_utterance` on recordings that
are not in the grammar. `language` is null: a model does not tell the language of what it hears.
"""

import json
from typing import Any

from speechrnn.transcription.transcript import Character, Segment, Transcript, Word
from speechrnn.transcription.writers.options import PLAIN, WriteOptions


def write_json(transcript: Transcript, name: str, options: WriteOptions = PLAIN) -> str:
    """Write a transcript on one line, so that several make JSON Lines."""
    return json.dumps(_transcript(transcript, name, options), ensure_ascii=False, allow_nan=False) + "\n"


def _transcript(transcript: Transcript, name: str, options: WriteOptions) -> dict[str, Any]:
    known = {} if transcript.confidence is None else {"probability": round(transcript.confidence, 4)}
    return {
        # A path may hold bytes that are not UTF-8; JSON may not.
        "audio": name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
        **({} if options.channel is None else {"channel": options.channel}),
        "duration": round(transcript.duration_seconds, 3),
        "text": transcript.text,
        "segments": [_segment(number, one, options) for number, one in enumerate(transcript.segments)],
        "language": None,
        **({"rejected_utterance": True} if transcript.refusal else {}),
        **known,
        "probability_kind": transcript.confidence_kind,
    }


def _segment(number: int, segment: Segment, options: WriteOptions) -> dict[str, Any]:
    return {
        "id": number,
        "start": round(segment.start_seconds, 3),
        "end": round(segment.end_seconds, 3),
        "text": segment.text,
        **({"words": [_word(word) for word in segment.words]} if options.word_timestamps else {}),
    }


def _word(word: Word) -> dict[str, Any]:
    entry = {"word": word.text, **_place(word), "probability": round(word.confidence, 4)}
    if word.rejected:
        entry["rejected"] = True
    if word.characters:
        entry["characters"] = [
            {"character": one.text, **_place(one), "probability": round(one.probability, 4)} for one in word.characters
        ]
    return entry


def _place(one: Word | Character) -> dict[str, Any]:
    return {"start": round(one.start_seconds, 3), "end": round(one.end_seconds, 3)}
