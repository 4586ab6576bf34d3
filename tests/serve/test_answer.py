"""Answers in OpenAI's layouts, against values worked by hand and the types of its own client."""

import io
import json
from dataclasses import replace

import pytest
from openai.types.audio import Transcription, TranscriptionVerbose
from starlette.datastructures import UploadFile

from speechrnn.serve.answer import answer
from speechrnn.serve.fields import Asked
from speechrnn.serve.service import Served
from speechrnn.transcription.transcript import Segment, Transcript, Word

SERVED = Served(name="digits", created=0, language="en", sample_rate_hz=8000, live=False)
ONE, TWO, SIX = Word("one", 0.5, 0.9, 1.0), Word("two", 1.0, 1.25, 0.5), Word("six", 3.0, 3.5, 0.25, rejected=True)
SPOKEN = Transcript((Segment((ONE, TWO)), Segment((SIX,))), 4.2, "kind", confidence=0.125)
ASKED = Asked(UploadFile(io.BytesIO()), "verbose_json", True, True, False, "", ())


def body(transcript: Transcript = SPOKEN, **changed: object) -> str:
    return bytes(answer(transcript, replace(ASKED, **changed), SERVED).body).decode()


def test_verbose_json_is_as_worked_by_hand() -> None:
    found = json.loads(body())
    first, second = found["segments"]
    assert {key: found[key] for key in ("task", "language", "duration", "text", "probability", "usage")} == {
        "task": "transcribe",
        "language": "en",
        "duration": 4.2,
        "text": "one two [six?]",
        "probability": 0.125,
        "usage": {"type": "duration", "seconds": 5},
    }
    assert found["words"] == [
        {"word": "one", "start": 0.5, "end": 0.9, "probability": 1.0},
        {"word": "two", "start": 1.0, "end": 1.25, "probability": 0.5},
        {"word": "six", "start": 3.0, "end": 3.5, "probability": 0.25, "rejected": True},
    ]
    # (ln 1 + ln 0.5) / 2 and ln 0.25; zlib adds 8 bytes to seven letters that hold no repetition.
    assert (first["avg_logprob"], second["avg_logprob"]) == (-0.3466, -1.3863)
    assert first["compression_ratio"] == round(7 / 15, 4)
    assert (first["start"], first["end"], first["seek"], second["id"]) == (0.5, 1.25, 50, 1)


@pytest.mark.parametrize("transcript", [SPOKEN, Transcript((), 1.0, "kind", refusal="not in the grammar")])
def test_the_types_of_the_official_client_hold(transcript: Transcript) -> None:
    verbose = TranscriptionVerbose.model_validate_json(body(transcript), strict=True)
    assert (verbose.words is None, len(verbose.segments or ())) == (False, len(transcript.segments))
    assert Transcription.model_validate_json(body(transcript, form="json"), strict=True).text == transcript.text


def test_what_was_not_asked_for_is_left_out() -> None:
    assert "words" not in json.loads(body(words=False))
    assert "segments" not in json.loads(body(segments=False))
    assert json.loads(body(form="json")).keys() == {"text", "usage"}


def test_a_recording_that_is_rejected_says_so() -> None:
    assert json.loads(body(Transcript((), 1.0, "kind", refusal="no")))["rejected_utterance"] is True
    assert "rejected_utterance" not in json.loads(body())


def test_text_is_one_line_and_subtitles_are_as_the_writers_lay_them_out() -> None:
    assert body(form="text") == "one two [six?]\n"
    assert body(form="srt").startswith("1\n00:00:00,500 --> 00:00:01,250\none two\n\n2\n")
    assert body(form="vtt").startswith("WEBVTT\n\n00:00.500 --> 00:01.250\none two\n\n")


def test_fields_that_changed_nothing_are_named_in_a_header() -> None:
    named = answer(SPOKEN, replace(ASKED, ignored=("prompt", "temperature")), SERVED)
    assert named.headers["x-speechrnn-ignored"] == "prompt, temperature"
    assert "x-speechrnn-ignored" not in answer(SPOKEN, ASKED, SERVED).headers
