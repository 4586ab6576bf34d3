"""The cache on disk: computed once, shared, bounded, and never in the way."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from speechrnn.data import feature_cache
from speechrnn.data.feature_cache import FeatureCache
from speechrnn.data.pack import Values

MIB = 1 << 20


class Work:
    """Computes an array of its number, and counts how often it had to."""

    def __init__(self) -> None:
        """Begin with nothing done."""
        self.done: list[int] = []

    def of(self, number: int, size: int = 100) -> Callable[[], Values]:
        def compute() -> Values:
            self.done.append(number)
            return np.full(size, number + 0.3, np.float32)

        return compute


@pytest.fixture
def work() -> Work:
    """Work that counts itself."""
    return Work()


def packs(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.pack"), key=lambda path: path.stat().st_mtime_ns)


def fill(cache: FeatureCache, work: Work, numbers: range, size: int = 100) -> None:
    for number in numbers:
        np.testing.assert_array_equal(cache.get(str(number), work.of(number, size)), work.of(number, size)())
        work.done.pop()
    cache.flush()


def test_what_is_asked_again_is_not_computed_again(tmp_path: Path, work: Work) -> None:
    cache = FeatureCache(tmp_path / "cache", MIB)
    for _ in range(3):
        fill(cache, work, range(5))
    assert work.done == list(range(5))


def test_it_is_there_before_it_is_written(tmp_path: Path, work: Work) -> None:
    cache = FeatureCache(tmp_path / "cache", MIB)
    first = cache.get("a", work.of(1))
    first += 1  # the caller's own
    np.testing.assert_array_equal(cache.get("a", work.of(1)), np.full(100, 1.3, np.float32))
    assert not (tmp_path / "cache").exists()
    assert work.done == [1]


def test_without_a_key_it_is_computed_every_time(tmp_path: Path, work: Work) -> None:
    cache = FeatureCache(tmp_path / "cache", MIB)
    for _ in range(3):
        cache.get(None, work.of(7))
    cache.flush()
    assert work.done == [7, 7, 7]
    assert not (tmp_path / "cache").exists()


def test_another_process_finds_what_one_has_written_while_both_run(tmp_path: Path, work: Work) -> None:
    one, other = FeatureCache(tmp_path / "cache", MIB), FeatureCache(tmp_path / "cache", MIB)
    fill(one, work, range(4))
    fill(other, work, range(4))
    fill(one, work, range(4, 8))
    fill(other, work, range(8))
    assert work.done == list(range(8))
    assert len(packs(tmp_path / "cache")) == 2


def test_what_two_computed_at_once_is_written_once(tmp_path: Path, work: Work) -> None:
    one, other = FeatureCache(tmp_path / "cache", MIB), FeatureCache(tmp_path / "cache", MIB)
    for cache in (one, other):
        cache.get("a", work.of(1))
    one.flush()
    other.flush()
    assert work.done == [1, 1]
    assert len(packs(tmp_path / "cache")) == 1


def test_a_damaged_array_is_computed_anew(tmp_path: Path, work: Work) -> None:
    fill(FeatureCache(tmp_path / "cache", MIB), work, range(2))
    (pack,) = packs(tmp_path / "cache")
    content = bytearray(pack.read_bytes())
    content[40] ^= 255
    pack.write_bytes(content)
    cache = FeatureCache(tmp_path / "cache", MIB)
    fill(cache, work, range(2))
    fill(cache, work, range(2))
    assert work.done == [0, 1, 0]


def test_work_is_written_from_time_to_time(tmp_path: Path, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_cache, "PENDING_BYTES", 1000)
    cache = FeatureCache(tmp_path / "cache", MIB)
    for number in range(7):
        cache.get(str(number), work.of(number))  # 400 bytes each
    assert len(packs(tmp_path / "cache")) == 2


def aged(directory: Path, days: float) -> None:
    for path in packs(directory):
        then = time.time() - 86400 * days
        os.utime(path, (then, then))


def test_the_longest_unused_is_deleted_when_room_is_wanted(tmp_path: Path, work: Work) -> None:
    folder = tmp_path / "cache"
    for number in range(3):  # each pack holds 4000 bytes of values and some of index
        aged(folder, days=1)
        fill(FeatureCache(folder, 20_000), work, range(number, number + 1), size=1000)
    aged(folder, days=1)
    fill(FeatureCache(folder, 20_000), work, range(1), size=1000)  # used: young again
    fill(FeatureCache(folder, 13_500), work, range(3, 4), size=1000)
    fill(FeatureCache(folder, 20_000), work, range(4), size=1000)
    assert work.done[:4] == [0, 1, 2, 3]
    assert 0 not in work.done[4:]
    assert 3 not in work.done[4:]
    assert len(work.done) > 4


def test_it_never_takes_more_than_it_may(tmp_path: Path, work: Work) -> None:
    for start in range(0, 40, 4):
        fill(FeatureCache(tmp_path / "cache", 30_000), work, range(start, start + 4), size=1000)
        assert sum(path.stat().st_size for path in packs(tmp_path / "cache")) <= 30_000


def test_a_corpus_larger_than_the_limit_keeps_what_fits_and_does_not_chase_itself(tmp_path: Path, work: Work) -> None:
    cache = FeatureCache(tmp_path / "cache", 10_000)
    for _ in range(2):
        for number in range(5):
            fill(cache, work, range(number, number + 1), size=1000)
    assert work.done == [0, 1, 2, 3, 4, 2, 3, 4]


def test_what_a_kill_left_half_written_is_cleared_away_in_time(tmp_path: Path, work: Work) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    old, young = folder / ".a.pack.1.partial", folder / ".b.pack.2.partial"
    for path, age in ((old, 7200), (young, 60)):
        path.write_bytes(b"half")
        os.utime(path, (time.time() - age, time.time() - age))
    fill(FeatureCache(folder, MIB), work, range(1))
    assert not old.exists()
    assert young.exists()


@pytest.mark.skipif(os.name != "posix", reason="a file stands where the folder would be made")
def test_a_disk_that_refuses_costs_no_run(tmp_path: Path, work: Work) -> None:
    (tmp_path / "cache").write_text("a file, no folder")
    cache = FeatureCache(tmp_path / "cache", MIB)
    fill(cache, work, range(3))
    fill(cache, work, range(3))
    assert work.done == [0, 1, 2, 0, 1, 2]
    assert (tmp_path / "cache").read_text() == "a file, no folder"


def test_threads_may_share_it(tmp_path: Path, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_cache, "PENDING_BYTES", 2000)
    cache, wrong = FeatureCache(tmp_path / "cache", MIB), []

    def use() -> None:
        for number in [*range(30), *range(30)]:
            if cache.get(str(number), work.of(number))[0] != np.float32(number + 0.3):
                wrong.append(number)

    threads = [Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert set(work.done) == set(range(30))
