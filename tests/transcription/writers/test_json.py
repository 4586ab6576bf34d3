"""Whisper's JSON layout."""

import json

from speechrnn.transcription.transcript import Segment, Transcript, Word
from speechrnn.transcription.writers.json import write_json

WORDS = (Word("né", 0.1, 0.25, 0.98765), Word("b", 0.30004, 0.4, 1.0))
TRANSCRIPT = Transcript("né b", (Segment("né b", 0.1, 0.4, WORDS),), 1.5)


def test_layout_is_that_of_whisper_with_what_probability_means() -> None:
    value = json.loads(write_json(TRANSCRIPT, "dir/a.wav"))
    assert value.pop("probability_kind").startswith("uncalibrated: geometric mean")
    assert value == {
        "audio": "dir/a.wav",
        "duration": 1.5,
        "text": "né b",
        "segments": [
            {
                "id": 0,
                "start": 0.1,
                "end": 0.4,
                "text": "né b",
                "words": [
                    {"word": "né", "start": 0.1, "end": 0.25, "probability": 0.9877},
                    {"word": "b", "start": 0.3, "end": 0.4, "probability": 1.0},
                ],
            }
        ],
        "language": None,
    }


def test_one_transcript_is_one_line_of_utf_8() -> None:
    text = write_json(TRANSCRIPT, "a.wav")
    assert text.count("\n") == 1
    assert text.endswith("}\n")
    assert "né" in text


def test_silence_has_no_segments() -> None:
    value = json.loads(write_json(Transcript("", (), 2.0), "a.wav"))
    assert (value["text"], value["segments"]) == ("", [])


def test_a_path_that_is_not_utf_8_leaves_valid_json() -> None:
    line = write_json(TRANSCRIPT, b"caf\xe9.wav".decode("utf-8", "surrogateescape"))
    assert json.loads(line.encode())["audio"] == "caf\ufffd.wav"
