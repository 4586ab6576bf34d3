"""The page at `/`: one file without requests to anywhere else, and the policy that holds it to that."""

import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("page.html")
_INLINE: Final = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """The page.

    Attributes:
        content: HTML.
        policy: the `Content-Security-Policy` to send with it.
    """

    content: str
    policy: str


def load_page() -> Page:
    """Read the page; its policy names its script and style by their hashes, and forbids every other."""
    content = FILE.read_text(encoding="utf-8")
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for kind, inline in _INLINE.findall(content):
        digest = b64encode(sha256(inline.encode()).digest()).decode()
        hashes[kind].append(f"'sha256-{digest}'")
    policy = [
        "default-src 'none'",
        # A page's recorder runs beside it, from an address that the page itself makes.
        f"script-src {' '.join(hashes['script'])} blob:",
        f"style-src {' '.join(hashes['style'])}",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    return Page(content, "; ".join(policy))
