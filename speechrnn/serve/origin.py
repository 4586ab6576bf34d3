"""Who may talk to this server: nobody whom a foreign web page sends.

A browser lets any page post to a server of its user's own machine and open WebSockets to it, and a page whose name
is made to point here (DNS rebinding) may even read the answers. Both give themselves away: the first by an `Origin`
that is not this server, the second by a `Host` that is not its name. An address of numbers in `Host` is no name that
anybody could point elsewhere. Programs send no `Origin`.
"""

from collections.abc import Collection
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

LOCAL: Final = "localhost"


def is_own_host(host: str, names: Collection[str]) -> bool:
    """Tell whether a `Host` header means this server.

    Args:
        host: the header.
        names: lower-case names of the server beside `localhost`.

    >>> is_own_host("127.0.0.1:8000", []), is_own_host("[::1]:8000", []), is_own_host("localhost", [])
    (True, True, True)
    >>> is_own_host("evil.example:8000", []), is_own_host("asr.example", ["asr.example"])
    (False, True)
    """
    name = _name(host)
    return bool(name) and (name == LOCAL or name in names or _is_address(name))


def is_own_origin(origin: str, host: str) -> bool:
    """Tell whether an `Origin` header names a page of the server that the `Host` header names.

    >>> is_own_origin("http://localhost:8000", "localhost:8000"), is_own_origin("https://asr.example", "asr.example")
    (True, True)
    >>> is_own_origin("http://localhost:3000", "localhost:8000"), is_own_origin("null", "localhost:8000")
    (False, False)
    """
    scheme, separator, place = origin.partition("://")
    return scheme in {"http", "https"} and bool(separator) and place.lower() == host.lower()


def _name(host: str) -> str:
    if any(sign in host for sign in "/\\@?#"):
        return ""
    try:
        return (urlsplit(f"//{host}").hostname or "").removesuffix(".")
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
