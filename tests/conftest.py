"""What tests of several rooms share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a model file of a tiny network with random weights."""
    from tests.tiny_bundle import write_tiny_bundle  # imports torch, which most tests do without

    return write_tiny_bundle(tmp_path_factory.mktemp("tiny") / "model.srnn")
