"""A cache of one's own, no model in the package, and a hub on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from speechrnn.bundle import named
from tests.hub.fake_hub import FakeHub, serve_hub


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's cache, the package's models and the runs of the working folder out of the tests."""
    monkeypatch.setenv("SPEECHRNN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(named, "EMBEDDED_FOLDER", tmp_path / "embedded")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "cache"


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
