"""Lists a source through corpus `folder`, as `speechrnn prep folder --path` does, without reading any sound."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from speechrnn.corpora.folder import CORPUS
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance, fault_of
from speechrnn.recipe import CorpusConfig

Listed = Callable[..., tuple[list[Utterance], list[Problem]]]


@pytest.fixture
def listed() -> Listed:
    """Return utterances of a source and what was wrong with others; settings are those of the corpus section."""

    def list_source(source: Path, **settings: Any) -> tuple[list[Utterance], list[Problem]]:
        config = CorpusConfig(name="folder", path=str(source), **settings)
        items = list(CORPUS.list_utterances(source, config).utterances)
        good = [item for item in items if isinstance(item, Utterance) and not item.faults]
        return good, [fault for item in items if (fault := fault_of(item)) is not None]

    return list_source


@pytest.fixture
def touch() -> Callable[..., Path]:
    """Make empty files for names that are only looked for."""

    def make(*paths: Path) -> Path:
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return paths[0]

    return make
