"""`speechrnn serve`: a model behind HTTP and WebSocket, and a page to try it."""

from typing import TYPE_CHECKING, Annotated

import typer

from speechrnn.cli.confidence_options import MinConfidence, TargetPrecision
from speechrnn.cli.decoder_options import takes_decoder_options
from speechrnn.cli.live_options import ENDS, EndOptions
from speechrnn.cli.model_option import ModelOption
from speechrnn.cli.option_group import takes
from speechrnn.cli.serve_options import OPTIONS, ServeOptions
from speechrnn.errors import MissingDependencyError

if TYPE_CHECKING:
    import socket

    from speechrnn.bundle.decoder_options import DecoderOptions
    from speechrnn.serve.service import Service


@takes_decoder_options
@takes("ends", ENDS, EndOptions)
@takes("serving", OPTIONS, ServeOptions)
def serve(
    model: ModelOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on; 127.0.0.1 is for this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = 8000,
    threads: Annotated[int, typer.Option(help="CPU threads for one recording.", min=1)] = 1,
    min_confidence: MinConfidence = None,
    target_precision: TargetPrecision = None,
    *,
    serving: ServeOptions,
    ends: EndOptions,
    options: "DecoderOptions",
) -> None:
    r"""Let other programs transcribe, over HTTP as OpenAI's clients do.

    Needs pip install 'speechrnn\[serve]'. The address it prints is also a page:
    record something there, or drop a file on it.

    POST /v1/audio/transcriptions takes files, /v1/audio/stream is a WebSocket
    for samples as they come, GET /v1/models and /healthz tell what runs.
    Ctrl-C ends it, once what is under way is done.

    [bold]speechrnn serve -m runs/fsdd[/]

    [bold]curl http://127.0.0.1:8000/v1/audio/transcriptions -F file=@a.wav -F model=whisper-1[/]
    """
    from speechrnn.bundle.confidence import Wanted
    from speechrnn.bundle.find import describe_choice, resolve_model

    _check_installed()
    from speechrnn.serve.app import build_app
    from speechrnn.serve.run import listen_on, run_until_stopped
    from speechrnn.serve.service import make_service
    from speechrnn.transcription.streaming import LiveModel

    key = serving.key
    wanted = Wanted(min_confidence=min_confidence, target_precision=target_precision)
    path = resolve_model(model)
    opened = LiveModel.load(path, threads, options, wanted)
    if model is None:
        typer.echo(f"model: {describe_choice(path)}", err=True)
    service = make_service(path, opened, serving.count(), serving.limits(), ends.rules())
    with listen_on(host, port) as place:
        _announce(service, place, key)
        run_until_stopped(build_app(service, names=serving.names(host), api_key=key), place)


def _announce(service: "Service", place: "socket.socket", api_key: str | None) -> None:
    from speechrnn.serve.run import address_of, is_loopback

    if not is_loopback(place):
        guarded = "whoever knows the key" if api_key else "everyone, since there is no --api-key,"
        typer.echo(
            f"warning: not only this machine: {guarded} on its networks can use this server, and hear what is sent, "
            "as nothing is encrypted; put a proxy with TLS before it",
            err=True,
        )
    typer.echo(f"serving {service.served.name} on {address_of(place)} (Ctrl-C ends)", err=True)


def _check_installed() -> None:
    from importlib.util import find_spec

    for package in ("fastapi", "python_multipart", "uvicorn", "websockets"):
        if find_spec(package) is None:
            raise MissingDependencyError(f"{package} is not there; run pip install 'speechrnn[serve]'")
