"""A transcript in the layouts of OpenAI's endpoint.

Beyond them `verbose_json` says how sure the model is, by Whisper's name `probability`. What OpenAI has and a CTC model
has not is filled in so that typed clients can read it: no tokens, temperature 0, and `no_speech_prob` 0, since a
segment is there only where words were heard. `avg_logprob` is the mean log confidence of a segment's words. `warnings`
are there only where there is something to say of the recording, as the command says it.
"""

import math
import zlib
from collections.abc import Sequence
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse, PlainTextResponse

from speechrnn.serve.fields import Asked
from speechrnn.serve.service import Served
from speechrnn.transcription.transcript import Segment, Transcript, Word
from speechrnn.transcription.writers import WRITERS

_LEAST: float = 1e-6


def answer(transcript: Transcript, asked: Asked, served: Served, warnings: Sequence[str] = ()) -> Response:
    """Lay a transcript out as it was asked for."""
    headers = headers_for(asked)
    if asked.form == "json":
        return JSONResponse({"text": transcript.text, "usage": _usage(transcript)}, headers=headers)
    if asked.form == "verbose_json":
        noted = {"warnings": list(warnings)} if warnings else {}
        return JSONResponse({**_verbose(transcript, asked, served), **noted}, headers=headers)
    if asked.form == "text":
        return PlainTextResponse(f"{transcript.text}\n", headers=headers)
    return PlainTextResponse(WRITERS[asked.form](transcript, "file"), headers=headers)


def headers_for(asked: Asked) -> dict[str, str]:
    """Name the fields that changed nothing."""
    return {"X-Speechrnn-Ignored": ", ".join(asked.ignored)} if asked.ignored else {}


def word_json(word: Word) -> dict[str, Any]:
    """Give a word with its place in seconds."""
    rejected = {"rejected": True} if word.rejected else {}
    return {"word": word.text, **_place(word), "probability": round(word.confidence, 4), **rejected}


def sureness_json(transcript: Transcript) -> dict[str, Any]:
    """Say how sure the whole is, as far as that is known, and what a probability means."""
    known = {} if transcript.confidence is None else {"probability": round(transcript.confidence, 4)}
    rejected = {"rejected_utterance": True} if transcript.refusal else {}
    return {**known, "probability_kind": transcript.confidence_kind, **rejected}


def _verbose(transcript: Transcript, asked: Asked, served: Served) -> dict[str, Any]:
    body: dict[str, Any] = {
        "task": "transcribe",
        "language": served.language or asked.language,
        "duration": round(transcript.duration_seconds, 3),
        "text": transcript.text,
    }
    if asked.words:
        body["words"] = [word_json(word) for word in transcript.words]
    if asked.segments:
        body["segments"] = [_segment(number, one) for number, one in enumerate(transcript.segments)]
    return {**body, "usage": _usage(transcript), **sureness_json(transcript)}


def _segment(number: int, segment: Segment) -> dict[str, Any]:
    text = segment.text.encode()
    return {
        "id": number,
        "seek": round(100 * segment.start_seconds),
        **_place(segment),
        "text": segment.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": _mean_log(segment),
        "compression_ratio": round(len(text) / len(zlib.compress(text)), 4),
        "no_speech_prob": 0.0,
    }


def _mean_log(segment: Segment) -> float:
    return round(sum(math.log(max(word.confidence, _LEAST)) for word in segment.words) / len(segment.words), 4)


def _place(one: Word | Segment) -> dict[str, Any]:
    return {"start": round(one.start_seconds, 3), "end": round(one.end_seconds, 3)}


def _usage(transcript: Transcript) -> dict[str, Any]:
    return {"type": "duration", "seconds": math.ceil(transcript.duration_seconds)}
