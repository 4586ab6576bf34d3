"""A cache of one's own, no model in the package, and a hub on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.fake_hub import FakeHub, serve_hub


@pytest.fixture(autouse=True)
def cache(own_cache: Path) -> Path:
    """Keep the user's cache, the package's models and the runs of the working folder out of the tests."""
    return own_cache


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    """Serve a hub, and have its client talk to it."""
    constants = pytest.importorskip("huggingface_hub.constants", reason="the extra `hub` is not installed")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hf"))
    with serve_hub() as served:
        monkeypatch.setattr(constants, "ENDPOINT", served.url)
        pattern = f"{served.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", pattern)
        yield served
