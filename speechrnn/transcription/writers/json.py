"""JSON laid out as Whisper writes it, with word times always there.

`{text, segments: [{id, start, end, text, words: [{word, start, end, probability}]}], language}`, times in seconds.
Ours adds `audio` (the recording), `duration` and `probability_kind`, which says what the numbers called `probability`
are. `language` is null: a model does not tell the language of what it hears.
"""

import json
from typing import Any

from speechrnn.transcription.transcript import PROBABILITY_KIND, Segment, Transcript, Word


def write_json(transcript: Transcript, name: str) -> str:
    """Write a transcript on one line, so that several make JSON Lines."""
    return json.dumps(_transcript(transcript, name), ensure_ascii=False, allow_nan=False) + "\n"


def _transcript(transcript: Transcript, name: str) -> dict[str, Any]:
    return {
        # A path may hold bytes that are not UTF-8; JSON may not.
        "audio": name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
        "duration": round(transcript.duration_seconds, 3),
        "text": transcript.text,
        "segments": [_segment(number, segment) for number, segment in enumerate(transcript.segments)],
        "language": None,
        "probability_kind": PROBABILITY_KIND,
    }


def _segment(number: int, segment: Segment) -> dict[str, Any]:
    return {
        "id": number,
        "start": round(segment.start_seconds, 3),
        "end": round(segment.end_seconds, 3),
        "text": segment.text,
        "words": [_word(word) for word in segment.words],
    }


def _word(word: Word) -> dict[str, Any]:
    return {
        "word": word.text,
        "start": round(word.start_seconds, 3),
        "end": round(word.end_seconds, 3),
        "probability": round(word.confidence, 4),
    }
