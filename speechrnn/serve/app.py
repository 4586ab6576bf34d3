"""The web application: which address answers what."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from speechrnn.serve.fault import FaultError, unexpected
from speechrnn.serve.fields import check_model
from speechrnn.serve.guard import Guard
from speechrnn.serve.live import live
from speechrnn.serve.page import load_page
from speechrnn.serve.recordings import transcribe
from speechrnn.serve.service import Served, Service, service_of


def build_app(service: Service, *, names: Collection[str] = (), api_key: str | None = None) -> Guard:
    """Make the application.

    Args:
        service: what does the work.
        names: what the server may be called beside `localhost` and its addresses, in lower case.
        api_key: what clients must know; None for nothing.
    """
    # No pages of documentation: FastAPI's load their scripts from elsewhere.
    app = FastAPI(title="speechrnn", openapi_url=None, lifespan=_lifespan)
    app.state.service, app.state.page = service, load_page()
    app.add_exception_handler(FaultError, _refused)
    app.add_exception_handler(HTTPException, _not_served)
    app.add_exception_handler(Exception, _failed)
    app.add_api_route("/", _page, methods=["GET", "HEAD"], response_model=None)
    app.add_api_route("/healthz", _health, response_model=None)
    app.add_api_route("/v1/models", _models, response_model=None)
    app.add_api_route("/v1/models/{name:path}", _model, response_model=None)
    app.add_api_route("/v1/audio/transcriptions", transcribe, methods=["POST"], response_model=None)
    app.add_api_websocket_route("/v1/audio/stream", live)
    return Guard(app, names=names, api_key=api_key, max_drained_bytes=service.limits.max_upload_bytes)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.service.workers.close()


async def _page(request: Request) -> Response:
    page = request.app.state.page
    return HTMLResponse(page.content, headers={"Content-Security-Policy": page.policy})


async def _health(request: Request) -> dict[str, Any]:
    service = service_of(request)
    workers = service.workers
    return {
        "status": "ok",
        "model": service.served.name,
        "workers": workers.count,
        "recordings": workers.num_admitted,
        "streams": workers.num_streams,
    }


async def _models(request: Request) -> dict[str, Any]:
    return {"object": "list", "data": [_described(service_of(request).served)]}


async def _model(request: Request, name: str) -> dict[str, Any]:
    served = service_of(request).served
    check_model(name, served)
    return _described(served)


def _described(served: Served) -> dict[str, Any]:
    """Describe the model as OpenAI does, and what else a client may want to know."""
    return {
        "id": served.name,
        "object": "model",
        "created": served.created,
        "owned_by": "speechrnn",
        "language": served.language or None,
        "sample_rate": served.sample_rate_hz,
        "live": served.live,
    }


async def _refused(request: Request, error: Exception) -> Response:
    return error.response() if isinstance(error, FaultError) else unexpected().response()


async def _not_served(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return unexpected().response()
    wanted = f"{request.method} {request.url.path}: "
    response = FaultError(error.status_code, wanted + str(error.detail).lower()).response()
    response.headers.update(error.headers or {})
    return response


async def _failed(request: Request, error: Exception) -> Response:
    return unexpected().response()
