"""The form of OpenAI's transcription endpoint: what is honoured, what is let pass, what is refused.

Clients send fields that steer another kind of model, often without their users' knowing: these are let pass, and the
answer names them in the header `X-Speechrnn-Ignored`, as far as it can hold them. A field that asks for an answer we
cannot give is refused.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData, UploadFile

from speechrnn.serve.fault import FaultError
from speechrnn.serve.service import Served

FORMATS: Final = ("json", "text", "srt", "verbose_json", "vtt")
STREAMED: Final = ("json", "text")
OTHER_NAMES: Final = frozenset({"whisper-1", "gpt-transcribe", "gpt-4o-transcribe", "gpt-4o-mini-transcribe"})
"""Names of OpenAI's models, which many programs have built in: they mean the model that is served."""
_GRANULARITIES: Final = ("word", "segment")
_HONOURED: Final = frozenset({"file", "model", "response_format", "stream", "timestamp_granularities"})
_REFUSED: Final = {
    "include": "gives no log-probabilities of tokens; verbose_json has a probability for each word",
    "known_speaker_names": "does not tell speakers apart",
    "known_speaker_references": "does not tell speakers apart",
}
_NAMEABLE: Final = re.compile(r"[\w-]{1,64}", re.ASCII)
"""A client chooses the names: others could not be sent, or would end the header."""
_MOST_NAMED: Final = 16
_TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False, "": False}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks for.

    Attributes:
        file: the recording.
        form: one of `FORMATS`.
        words: whether verbose_json holds the words.
        segments: whether it holds the segments.
        stream: whether the text is wanted piece by piece.
        language: what the client says is spoken; may be empty.
        ignored: names of fields that change nothing; not of every one.
    """

    file: UploadFile
    form: str
    words: bool
    segments: bool
    stream: bool
    language: str
    ignored: tuple[str, ...]


def read_fields(form: FormData, served: Served) -> Asked:
    """Read a form.

    Raises:
        FaultError: a field is missing, has a value it cannot have, or asks for what cannot be given.
    """
    given = {_plain(name) for name in form}
    for name in sorted(given & set(_REFUSED)):
        raise _refuse(name, f"this server {_REFUSED[name]}; leave it out")
    check_model(_text(form, "model"), served)
    wanted, stream = _format(form), _stream(form)
    if stream and wanted not in STREAMED:
        raise _refuse("stream", f"came with response_format {wanted}; text is streamed for {' or '.join(STREAMED)}")
    granularities = _granularities(form, wanted)
    _check_temperature(_text(form, "temperature"))
    language = _text(form, "language")
    heard = _check_language(language, served)
    ignored = _named(given - _HONOURED - ({"language"} if heard else set()))
    return Asked(_file(form), wanted, "word" in granularities, "segment" in granularities, stream, language, ignored)


def check_model(name: str, served: Served) -> None:
    """Check that a client means the model that is served.

    Raises:
        FaultError: it means another, or none.
    """
    if not name:
        raise _refuse("model", f"is missing; give {served.name}")
    if name != served.name and name not in OTHER_NAMES:
        message = f"the model {name!r} does not exist here; give {served.name}"
        raise FaultError(404, message, code="model_not_found", param="model")


def _plain(name: str) -> str:
    """Take the brackets of a list off a field's name.

    >>> _plain("include[]"), _plain("include[0]"), _plain("include")
    ('include', 'include', 'include')
    """
    return name.partition("[")[0]


def _named(names: Collection[str]) -> tuple[str, ...]:
    r"""Take the names that a header can hold.

    >>> _named(["prompt", "a\nX-Evil: 1", "\u0436", "chunking-strategy"])
    ('chunking-strategy', 'prompt')
    """
    return tuple(sorted(filter(_NAMEABLE.fullmatch, names))[:_MOST_NAMED])


def _refuse(param: str, reason: str) -> FaultError:
    return FaultError(400, f"{param}: {reason}", param=param)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    if not isinstance(value, str):
        raise _refuse(name, "a file came, text was wanted")
    return value.strip()


def _file(form: FormData) -> UploadFile:
    value = form.get("file")
    if not isinstance(value, UploadFile):
        came = "is missing" if value is None else "text came"
        raise _refuse("file", f"{came}; send the recording as multipart/form-data, with its file name")
    return value


def _format(form: FormData) -> str:
    wanted = _text(form, "response_format") or FORMATS[0]
    if wanted not in FORMATS:
        raise _refuse("response_format", f"{wanted!r} came; give one of {', '.join(FORMATS)}")
    return wanted


def _stream(form: FormData) -> bool:
    value = _text(form, "stream").lower()
    if value not in _TRUTHS:
        raise _refuse("stream", f"{value!r} came; give true or false")
    return _TRUTHS[value]


def _granularities(form: FormData, wanted: str) -> frozenset[str]:
    values = frozenset(str(value) for name, value in form.multi_items() if _plain(name) == "timestamp_granularities")
    for value in sorted(values - set(_GRANULARITIES)):
        raise _refuse("timestamp_granularities", f"{value!r} came; give word, segment or both")
    if values and wanted != "verbose_json":
        raise _refuse("timestamp_granularities", f"came with response_format {wanted}; verbose_json was wanted")
    return values or frozenset({"segment"})


def _check_temperature(value: str) -> None:
    try:
        fits = not value or 0 <= float(value) <= 1
    except ValueError:
        fits = False
    if not fits:
        raise _refuse("temperature", f"{value!r} came; give a number from 0 to 1, or leave it out")


def _check_language(language: str, served: Served) -> bool:
    """Tell whether a language that came is the model's; one whose model does not say is let pass."""
    if not language or not served.language:
        return False
    asked, known = (tag.lower().partition("-")[0] for tag in (language, served.language))
    if asked != known:
        raise _refuse("language", f"{language!r} came; this model hears {served.language} and no other")
    return True
