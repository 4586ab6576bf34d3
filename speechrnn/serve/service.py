"""What the endpoints share."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from fastapi.requests import HTTPConnection

from speechrnn.serve.limits import Limits
from speechrnn.serve.workers import Workers, several
from speechrnn.transcription.endpoint import EndpointRules
from speechrnn.transcription.streaming import LiveModel


@dataclass(frozen=True, slots=True)
class Served:
    """What clients are told of the model.

    Attributes:
        name: what they call it.
        created: seconds since 1970.
        language: BCP 47 tag; empty where the model does not say.
        sample_rate_hz: of the sound it hears; any other is resampled.
        live: whether it carries its state along a stream.
    """

    name: str
    created: int
    language: str
    sample_rate_hz: int
    live: bool


@dataclass(frozen=True, slots=True)
class Service:
    """A model, who runs it, and how much they take on.

    Attributes:
        served: about the model.
        workers: who runs it.
        limits: what is refused.
        rules: when an utterance of a live stream has ended.
    """

    served: Served
    workers: Workers
    limits: Limits = field(default_factory=Limits)
    rules: EndpointRules = field(default_factory=EndpointRules)


def make_service(path: Path, model: LiveModel, count: int, limits: Limits, rules: EndpointRules) -> Service:
    """Put an opened model to work.

    Args:
        path: its file.
        model: the same, opened.
        count: recordings at a time.
        limits: what is refused.
        rules: when an utterance of a live stream has ended.
    """
    info = model.recognizer.model
    served = Served(
        name=info.name,
        created=int(path.stat().st_mtime),
        language=model.recognizer.language or "",
        sample_rate_hz=info.sample_rate_hz,
        live=model.session is not None,
    )
    return Service(served, Workers(several(model, count), limits), limits, rules)


def service_of(connection: HTTPConnection) -> Service:
    """Give the service that a request came to."""
    return cast(Service, connection.app.state.service)
