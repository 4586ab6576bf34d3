"""What makes a run faster is never felt in its weights: the cache, and batches made ahead."""

import os
import signal
import threading
from typing import Any

import pytest

from speechrnn.data import loader as loader_module
from speechrnn.data import source as source_module
from speechrnn.data.loader import Loader
from speechrnn.errors import InterruptedRunError
from speechrnn.training.log import read_log
from tests.training.conftest import Train, history, same_bits

PLAIN = "training.cache_gib=0", "training.prefetch_batches=0"
FAST = "training.cache_gib=1", "training.prefetch_batches=3"
AUGMENTED = "augment.speed_factors=[0.9, 1.0, 1.1]", "augment.noise_probability=0.5", "features.cmvn=global"


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the fresh files of the tests for old ones."""
    monkeypatch.setattr(source_module, "SETTLED_SECONDS", -1.0)


@pytest.mark.parametrize("augmented", [(), AUGMENTED], ids=["plain", "augmented"])
def test_a_run_ends_in_the_same_bits_however_it_is_fed(train_mini: Train, augmented: tuple[str, ...]) -> None:
    plain = train_mini(*PLAIN, *augmented, run="plain").run
    for name in ("cold", "warm"):
        fast = train_mini(*FAST, *augmented, run=name).run
        assert same_bits(fast, plain)
        assert history(fast) == history(plain)


@pytest.mark.parametrize("augmented", [(), AUGMENTED], ids=["plain", "augmented"])
def test_the_second_run_on_a_corpus_decodes_no_file_to_train_or_score(
    train_mini: Train, monkeypatch: pytest.MonkeyPatch, augmented: tuple[str, ...]
) -> None:
    train_mini(*FAST, *augmented, "seed=1", run="first")
    decoded: list[str] = []
    monkeypatch.setattr(source_module, "read_samples", lambda cut, config: decoded.append(cut.id))
    train_mini(*FAST, *augmented, "seed=1", run="second")
    assert decoded == []


def test_with_no_room_every_epoch_decodes_every_file(train_mini: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[str] = []
    honest = source_module.read_samples

    def watched(cut: Any, config: Any) -> Any:
        decoded.append(cut.id)
        return honest(cut, config)

    monkeypatch.setattr(source_module, "read_samples", watched)
    train_mini(*PLAIN)
    assert {decoded.count(name) for name in decoded if name.startswith("train/")} == {2}


@pytest.mark.parametrize(("ahead", "name"), [(0, "MainThread"), (2, "prefetch_0")])
def test_batches_are_made_in_a_thread_of_their_own_when_asked_for_ahead(
    train_mini: Train, monkeypatch: pytest.MonkeyPatch, ahead: int, name: str
) -> None:
    names: set[str] = set()
    honest = Loader.load

    def watched(loader: Loader, *arguments: Any, **named: Any) -> Any:
        if named.get("epoch") is not None:
            names.add(threading.current_thread().name)
        return honest(loader, *arguments, **named)

    monkeypatch.setattr(loader_module.Loader, "load", watched)
    train_mini(f"training.prefetch_batches={ahead}")
    assert names == {name}


def test_a_run_stopped_while_batches_are_made_ahead_goes_on_to_the_same_bits(
    train_mini: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train_mini(*PLAIN, *AUGMENTED, run="whole").run
    honest, count = Loader.load, iter(range(10**6))

    def stopping(loader: Loader, *arguments: Any, **named: Any) -> Any:
        if next(count) == 3:
            os.kill(os.getpid(), signal.SIGINT)
        return honest(loader, *arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(loader_module.Loader, "load", stopping)
        with pytest.raises(InterruptedRunError, match="stopped in epoch 1 after batch"):
            train_mini(*FAST, *AUGMENTED, run="stopped")
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("prefetch")] == []
    stopped = train_mini(*FAST, *AUGMENTED, run="stopped").run
    assert same_bits(stopped, whole)
    assert history(stopped) == history(whole)


def test_a_run_may_go_on_with_another_cache_and_another_thread(train_mini: Train) -> None:
    first = train_mini(*PLAIN)
    assert train_mini(*FAST).run == first.run


def test_padding_is_counted_in_the_frames_the_model_was_given(train_mini: Train) -> None:
    together = read_log(train_mini("training.batch_seconds=1000", "training.epochs=1", run="one").run)
    alone = read_log(train_mini("training.batch_seconds=0.01", "training.epochs=1", run="many").run)
    assert alone[0].padding_share == 0
    assert 20 < together[0].padding_share < 80
    assert 0 <= alone[0].loading_share <= 100
