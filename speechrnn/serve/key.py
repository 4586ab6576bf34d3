"""Where clients put the API key."""

from base64 import urlsafe_b64decode
from typing import Final

from starlette.datastructures import Headers

SUBPROTOCOL: Final = "speechrnn"
KEY_SUBPROTOCOL: Final = "key."
"""A page cannot send headers with a WebSocket: its key comes as a subprotocol, base64url behind this."""


def key_of(headers: Headers) -> bytes:
    """Take the key from where programs or pages put it; nothing where there is none."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return key.strip().encode()
    for one in headers.get("sec-websocket-protocol", "").split(","):
        if (offered := one.strip()).startswith(KEY_SUBPROTOCOL):
            encoded = offered.removeprefix(KEY_SUBPROTOCOL)
            try:
                return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
            except ValueError:
                return b""
    return b""
