"""The web server around the application."""

import socket
import sys
from contextlib import suppress
from ipaddress import ip_address
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from speechrnn.errors import UsageError

GRACE_SECONDS: Final = 10
"""For recordings under way when the server is to stop."""
MAX_MESSAGE_BYTES: Final = 2**20


def listen_on(host: str, port: int) -> socket.socket:
    """Open the place where clients come to.

    Args:
        host: name or address.
        port: 0 for any that is free.

    Raises:
        UsageError: there is no such place on this machine, or somebody else has it.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        opened = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:  # a name that DNS cannot hold is not even looked up
        reason = error.strerror if isinstance(error, OSError) else "no valid name"
        raise UsageError(f"--host {host}: no address of this machine ({reason}); give another one") from error
    try:
        # On Windows this would let two servers share a port; elsewhere it lets one follow another at once.
        if sys.platform != "win32":
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen()
    except OSError as error:
        opened.close()
        raise UsageError(
            f"--host {host} --port {port}: cannot listen there ({error.strerror}); give another --port"
        ) from error
    return opened


def address_of(opened: socket.socket) -> str:
    """Give the address for a browser."""
    host, port = opened.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(opened: socket.socket) -> bool:
    """Tell whether only programs on this machine reach it."""
    return ip_address(opened.getsockname()[0].partition("%")[0]).is_loopback


def make_server(app: ASGIApp) -> uvicorn.Server:
    """Make the server; it says nothing but warnings, on stderr."""
    config = uvicorn.Config(
        app,
        http="h11",
        ws="websockets-sansio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_max_size=MAX_MESSAGE_BYTES,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return uvicorn.Server(config)


def run_until_stopped(app: ASGIApp, opened: socket.socket) -> None:
    """Serve until Ctrl-C or a polite kill; what is under way then is finished first."""
    with suppress(KeyboardInterrupt):
        make_server(app).run(sockets=[opened])
