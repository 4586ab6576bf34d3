"""The form: what is honoured, what is let pass, what is refused."""

import io
import re
from dataclasses import replace

import pytest
from starlette.datastructures import FormData, UploadFile

from speechrnn.serve.fault import FaultError
from speechrnn.serve.fields import OTHER_NAMES, Asked, read_fields
from speechrnn.serve.service import Served

SERVED = Served(name="digits", created=0, language="", sample_rate_hz=8000, live=False)
FILE = UploadFile(io.BytesIO(b"sound"), filename="a.wav")
WELL = {"file": FILE, "model": "digits"}


def read(*more: tuple[str, str], served: Served = SERVED, **changed: object) -> Asked:
    fields = {**WELL, **changed}
    return read_fields(FormData([(k, v) for k, v in [*fields.items(), *more] if v is not None]), served)


def test_a_form_with_file_and_model_asks_for_json() -> None:
    asked = read()
    assert (asked.file, asked.form, asked.stream, asked.ignored) == (FILE, "json", False, ())


@pytest.mark.parametrize("name", ["digits", *sorted(OTHER_NAMES)])
def test_the_model_goes_by_its_name_and_by_those_that_programs_have_built_in(name: str) -> None:
    assert read(model=name).form == "json"


@pytest.mark.parametrize(
    ("granularities", "words", "segments"),
    [([], False, True), (["word"], True, False), (["segment"], False, True), (["word", "segment"], True, True)],
)
@pytest.mark.parametrize("name", ["timestamp_granularities[]", "timestamp_granularities"])
def test_granularities_choose_what_verbose_json_holds(
    name: str, granularities: list[str], words: bool, segments: bool
) -> None:
    asked = read(*((name, one) for one in granularities), response_format="verbose_json")
    assert (asked.words, asked.segments) == (words, segments)


def test_fields_that_steer_another_kind_of_model_pass_and_are_named() -> None:
    asked = read(prompt="Hello", temperature="0.2", language="en", chunking_strategy="auto")
    assert asked.ignored == ("chunking_strategy", "language", "prompt", "temperature")


@pytest.mark.parametrize("name", ["ж", "é", "a\nX-Evil: 1", "a\r\n", "a b", "a,b", "x" * 65, ""])
def test_a_field_whose_name_no_header_could_hold_passes_unnamed(name: str) -> None:
    assert read((name, "1"), prompt="Hello").ignored == ("prompt",)


def test_of_many_ignored_fields_no_more_than_sixteen_are_named() -> None:
    assert read(*((f"x-{number:02}", "1") for number in range(60))).ignored == tuple(f"x-{n:02}" for n in range(16))


@pytest.mark.parametrize("language", ["en", "EN", "en-GB"])
def test_the_language_of_the_model_is_no_field_in_vain(language: str) -> None:
    assert read(language=language, served=replace(SERVED, language="en-US")).ignored == ()


@pytest.mark.parametrize(("value", "stream"), [("true", True), ("True", True), ("false", False), ("0", False)])
def test_streaming_is_asked_for_in_the_spellings_of_clients(value: str, stream: bool) -> None:
    assert read(stream=value).stream is stream


FAULTS = {
    "no file": ({"file": None}, [], 400, "file: is missing"),
    "text for a file": ({"file": "sound"}, [], 400, "file: text came"),
    "no model": ({"model": None}, [], 400, "model: is missing; give digits"),
    "another model": ({"model": "large"}, [], 404, "'large' does not exist here; give digits"),
    "a file for a model": ({"model": FILE}, [], 400, "model: a file came"),
    "unknown format": ({"response_format": "xml"}, [], 400, "response_format: 'xml' came; give one of json"),
    "diarized": ({"response_format": "diarized_json"}, [], 400, "response_format: 'diarized_json' came"),
    "hot": ({"temperature": "1.5"}, [], 400, "temperature: '1.5' came; give a number from 0 to 1"),
    "no number": ({"temperature": "nan"}, [], 400, "temperature: 'nan' came"),
    "warm": ({"temperature": "warm"}, [], 400, "temperature: 'warm' came"),
    "maybe": ({"stream": "maybe"}, [], 400, "stream: 'maybe' came; give true or false"),
    "streamed subtitles": (
        {"stream": "true", "response_format": "srt"},
        [],
        400,
        "stream: came with response_format srt",
    ),
    "token times": (
        {"response_format": "verbose_json"},
        [("timestamp_granularities[]", "token")],
        400,
        "timestamp_granularities: 'token' came; give word, segment or both",
    ),
    "times in text": ({}, [("timestamp_granularities[]", "word")], 400, "verbose_json was wanted"),
    "tokens": ({}, [("include[]", "logprobs")], 400, "include: this server gives no log-probabilities of tokens"),
    "speakers": ({}, [("known_speaker_names[]", "ann")], 400, "known_speaker_names: this server does not tell"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_cannot_be_given_is_refused_by_its_field(case: str) -> None:
    changed, more, status, message = FAULTS[case]
    with pytest.raises(FaultError, match=re.escape(message)) as refused:
        read(*more, **changed)
    assert refused.value.status == status
    assert refused.value.param is not None


def test_a_language_that_the_model_does_not_hear_is_refused() -> None:
    with pytest.raises(FaultError, match="language: 'de' came; this model hears en and no other"):
        read(language="de", served=replace(SERVED, language="en"))
