"""JSON as Whisper's writer lays it out, with what Whisper has no word for behind its keys.

`{text, segments: [{id, start, end, text, words: [{word, start, end, probability}]}], language}` in this order, times in
seconds, letters outside of ASCII escaped, every segment and word with the space before it, so that put together they
are the text. Whisper writes words only when asked to; here they are left out when asked to.

What differs: `seek`, `tokens`, `temperature`, `avg_logprob`, `compression_ratio` and `no_speech_prob` of a segment say
how Whisper's decoder went, which a CTC model does not have, and are left out. The line ends, so that several make JSON
Lines. `language` is what the model was trained on, never guessed; null where its file does not say.

Ours adds `audio` (the recording), `channel` where one was taken, `duration`, `rejected_utterance` on recordings that
are not in the grammar, `probability` of the whole where something was fitted that can tell, and `probability_kind`,
which says what the numbers called `probability` are; on words `rejected` where one is below the confidence asked for,
and `characters` where it is spelt.
"""

import json
from typing import Any

from speechrnn.transcription.transcript import Character, Segment, Transcript, Word
from speechrnn.transcription.writers.options import PLAIN, WriteOptions


def write_json(transcript: Transcript, name: str, options: WriteOptions = PLAIN) -> str:
    """Write a transcript on one line."""
    return json.dumps(_transcript(transcript, name, options), allow_nan=False) + "\n"


def _transcript(transcript: Transcript, name: str, options: WriteOptions) -> dict[str, Any]:
    return {
        "text": "".join(map(_spaced, transcript.segments)),
        "segments": [_segment(number, one, options) for number, one in enumerate(transcript.segments)],
        "language": transcript.language,
        # A path may hold bytes that are not UTF-8; JSON may not.
        "audio": name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
        **({} if options.channel is None else {"channel": options.channel}),
        "duration": round(transcript.duration_seconds, 3),
        **({"rejected_utterance": True} if transcript.refusal else {}),
        **({} if transcript.confidence is None else {"probability": round(transcript.confidence, 4)}),
        "probability_kind": transcript.confidence_kind,
    }


def _segment(number: int, segment: Segment, options: WriteOptions) -> dict[str, Any]:
    return {
        "id": number,
        "start": round(segment.start_seconds, 3),
        "end": round(segment.end_seconds, 3),
        "text": _spaced(segment),
        **({"words": [_word(word) for word in segment.words]} if options.word_timestamps else {}),
    }


def _word(word: Word) -> dict[str, Any]:
    entry = {"word": f" {word.text}", **_place(word), "probability": round(word.confidence, 4)}
    if word.rejected:
        entry["rejected"] = True
    if word.characters:
        entry["characters"] = [
            {"character": one.text, **_place(one), "probability": round(one.probability, 4)} for one in word.characters
        ]
    return entry


def _spaced(segment: Segment) -> str:
    return f" {segment.text}"


def _place(one: Word | Character) -> dict[str, Any]:
    return {"start": round(one.start_seconds, 3), "end": round(one.end_seconds, 3)}
