"""The page at `/`, and the policy that holds it to this server.

Markup, style and script are files of their own here and one answer on the way out, so that a page needs no request to
be whole and its policy can name each part by its hash.
"""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

MARKUP: Final = Path(__file__).with_name("page.html")
STYLE: Final = MARKUP.with_name("page.css")
SCRIPTS: Final = tuple(MARKUP.with_name(name) for name in ("page_sound.js", "page_words.js", "page.js"))
"""In this order they are one script, which shares its names."""


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
    """Join the page; its policy names its script and style by their hashes, and forbids every other."""
    markup, style, *scripts = (part.read_text(encoding="utf-8") for part in (MARKUP, STYLE, *SCRIPTS))
    script = "".join(scripts)
    content = markup.replace("<style></style>", f"<style>{style}</style>")
    content = content.replace("<script></script>", f"<script>{script}</script>")
    policy = [
        "default-src 'none'",
        # A page's recorder runs beside it, from an address that the page itself makes.
        f"script-src {_named(script)} blob:",
        f"style-src {_named(style)}",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    return Page(content, "; ".join(policy))


def _named(inline: str) -> str:
    return f"'sha256-{b64encode(sha256(inline.encode()).digest()).decode()}'"
