"""A hub on this machine that speaks as much of the real one's protocol as pulling and pushing a model takes."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from tests.loopback import serving

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class FakeHub:
    """Files by repository and path; tests change what is there.

    Attributes:
        repositories: content of every file.
        digests: what the hub says the SHA-256 of a file is, where that is not the truth.
        refuses: the status every upload is answered with, if any.
        created: settings of the repositories that were made.
        messages: of the commits.
        requests: method, path and user agent of every request.
    """

    repositories: dict[str, dict[str, bytes]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    refuses: int | None = None
    created: list[dict[str, Any]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    url: str = ""


@contextmanager
def serve_hub() -> Iterator[FakeHub]:
    """Serve until the block ends."""
    hub = FakeHub()
    with serving(lambda handler: answer(handler, hub)) as hub.url:
        yield hub


def answer(handler: BaseHTTPRequestHandler, hub: FakeHub) -> None:
    """Answer one request."""
    body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    path = urlsplit(handler.path).path
    hub.requests.append((handler.command, path, handler.headers.get("User-Agent", "")))
    parts = path.strip("/").split("/")
    if path == "/api/validate-yaml":
        _reply(handler, {"errors": [], "warnings": []})
    elif path == "/api/repos/create":
        _create(handler, hub, json.loads(body))
    elif parts[:2] == ["api", "models"]:
        _models(handler, hub, "/".join(parts[2:4]), "".join(parts[4:5]), body)
    else:
        _resolve(handler, hub, "/".join(parts[:2]), "/".join(parts[4:]))


def _create(handler: BaseHTTPRequestHandler, hub: FakeHub, settings: dict[str, Any]) -> None:
    repository = f"{settings.get('organization') or 'me'}/{settings['name']}"
    if repository in hub.repositories:
        _reply(handler, {"url": f"{hub.url}/{repository}"}, status=409)
        return
    if hub.refuses:
        _reply(handler, {"error": "Invalid username or password."}, status=hub.refuses)
        return
    hub.created.append(settings)
    hub.repositories[repository] = {}
    _reply(handler, {"url": f"{hub.url}/{repository}"})


def _models(handler: BaseHTTPRequestHandler, hub: FakeHub, repository: str, what: str, body: bytes) -> None:
    files = hub.repositories.get(repository)
    if files is None:
        _reply(handler, {"error": "Repository not found"}, status=404, error="RepoNotFound")
    elif what == "tree":
        _reply(handler, [_entry(hub, path, content) for path, content in files.items()])
    elif what == "preupload":
        asked = json.loads(body)["files"]
        modes = [{"path": file["path"], "uploadMode": "regular", "shouldIgnore": False} for file in asked]
        _reply(handler, {"files": modes})
    else:
        for line in map(json.loads, body.decode().splitlines()):
            if line["key"] == "header":
                hub.messages.append(line["value"]["summary"])
            else:
                files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
        _reply(handler, {"success": True, "commitOid": COMMIT, "commitUrl": f"{hub.url}/{repository}/commit/{COMMIT}"})


def _entry(hub: FakeHub, path: str, content: bytes) -> dict[str, Any]:
    sha256 = hub.digests.get(path) or hashlib.sha256(content).hexdigest()
    lfs = {"size": len(content), "oid": sha256, "pointerSize": 134}
    return {"type": "file", "path": path, "size": len(content), "oid": "f" * 40, "lfs": lfs}


def _resolve(handler: BaseHTTPRequestHandler, hub: FakeHub, repository: str, path: str) -> None:
    content = hub.repositories.get(repository, {}).get(path)
    if content is None:
        _reply(handler, {"error": "Entry not found"}, status=404, error="EntryNotFound")
        return
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
    handler.send_header("X-Repo-Commit", COMMIT)
    handler.end_headers()
    if handler.command == "GET":
        handler.wfile.write(content)


def _reply(handler: BaseHTTPRequestHandler, value: Any, status: int = 200, error: str = "") -> None:
    content = json.dumps(value).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(content)))
    if error:
        handler.send_header("X-Error-Code", error)
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(content)
