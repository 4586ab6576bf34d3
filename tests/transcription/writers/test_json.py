"""Whisper's JSON layout."""

import json
from dataclasses import replace

from speechrnn.transcription.transcript import Segment, Transcript, Word
from speechrnn.transcription.writers.json import write_json
from speechrnn.transcription.writers.options import WriteOptions
from tests.transcription.writers.samples import SAID, SILENCE, WHOLE_WORDS

WORDS = (Word("né", 0.1, 0.25, 0.98765), Word("b", 0.30004, 0.4, 1.0))
TRANSCRIPT = Transcript((Segment(WORDS),), 1.5, "what they are")


def test_the_line_is_that_of_whisper_as_far_as_its_keys_go() -> None:
    plain = replace(TRANSCRIPT, language="fr", segments=(Segment(WORDS), Segment((Word("c", 1.0, 1.2, 0.5),))))
    whisper = (
        '{"text": " n\\u00e9 b c", "segments": ['
        '{"id": 0, "start": 0.1, "end": 0.4, "text": " n\\u00e9 b", "words": ['
        '{"word": " n\\u00e9", "start": 0.1, "end": 0.25, "probability": 0.9877}, '
        '{"word": " b", "start": 0.3, "end": 0.4, "probability": 1.0}]}, '
        '{"id": 1, "start": 1.0, "end": 1.2, "text": " c", "words": ['
        '{"word": " c", "start": 1.0, "end": 1.2, "probability": 0.5}]}], '
        '"language": "fr"'
    )
    ours = ', "audio": "dir/a.wav", "duration": 1.5, "probability_kind": "what they are"}\n'
    assert write_json(plain, "dir/a.wav") == whisper + ours


def test_words_make_segments_and_segments_the_text() -> None:
    value = json.loads(write_json(SAID, "a.wav"))
    assert value["text"] == "".join(one["text"] for one in value["segments"])
    kept = value["segments"][1]
    assert kept["text"] == "".join(one["word"] for one in kept["words"])


def test_a_language_that_is_not_known_is_null() -> None:
    assert json.loads(write_json(TRANSCRIPT, "a.wav"))["language"] is None


def test_letters_rejection_and_the_confidence_of_the_whole_stand_where_they_are_known() -> None:
    assert json.loads(write_json(WHOLE_WORDS, "a.wav"))["probability"] == 0.75
    value = json.loads(write_json(SAID, "a.wav"))
    assert "probability" not in value
    assert value["text"] == ' hé ["a"?] <b&>'
    first, second = value["segments"][0]["words"]
    assert (first["word"], "rejected" in first) == (" hé", False)
    assert (second["word"], second["rejected"]) == (' "a"', True)
    assert first["characters"] == [
        {"character": "h", "start": 0.3, "end": 0.5, "probability": 0.99},
        {"character": "é", "start": 0.5, "end": 0.72, "probability": 0.97},
    ]


def test_one_transcript_is_one_line() -> None:
    text = write_json(TRANSCRIPT, "a.wav")
    assert text.count("\n") == 1
    assert text.endswith("}\n")


def test_silence_has_no_segments() -> None:
    value = json.loads(write_json(SILENCE, "a.wav"))
    assert (value["text"], value["segments"]) == ("", [])
    assert "rejected_utterance" not in value


def test_a_rejected_recording_is_told_from_silence() -> None:
    value = json.loads(write_json(replace(SILENCE, refusal="-3 < -1"), "a.wav"))
    assert (value["text"], value["rejected_utterance"]) == ("", True)


def test_a_path_that_is_not_utf_8_leaves_valid_json() -> None:
    line = write_json(TRANSCRIPT, b"caf\xe9.wav".decode("utf-8", "surrogateescape"))
    assert json.loads(line.encode())["audio"] == "caf\ufffd.wav"


def test_words_and_channel_are_there_as_asked() -> None:
    whole = json.loads(write_json(SAID, "a.wav"))
    less = json.loads(write_json(SAID, "a.wav", WriteOptions(word_timestamps=False)))
    for segment in whole["segments"]:
        del segment["words"]
    assert less == whole
    assert json.loads(write_json(SAID, "a.wav", WriteOptions(channel=1)))["channel"] == 1
    assert "channel" not in whole
