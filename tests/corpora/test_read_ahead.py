import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from speechrnn.corpora import read_ahead
from speechrnn.corpora.ledger import open_ledger
from speechrnn.corpora.measure import Measured, measure_audio
from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.read_ahead import measured
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

WriteWav = Callable[..., Path]


@pytest.fixture
def items(tmp_path: Path, write_wav: WriteWav) -> list[Utterance | Problem]:
    """A hundred utterances on ten files, one of them gone, and a problem after every tenth."""
    files = [write_wav(tmp_path / f"{number}.wav", seconds=0.05 * (number + 1)) for number in range(9)]
    found: list[Utterance | Problem] = []
    for number, path in enumerate([*files, tmp_path / "gone.wav"] * 10):
        found.append(Utterance(utterance_id=f"u{number}", split="train", path=path, text="a"))
        if number % 10 == 9:
            found.append(Problem(f"p{number}", "x", "bad_name", "wanted another"))
    return found


@pytest.mark.parametrize("jobs", [1, 2])
def test_all_come_out_in_order_with_what_their_files_hold(items: list[Utterance | Problem], jobs: int) -> None:
    with open_ledger(None) as ledger:
        found = list(measured(items, "audio", ledger, jobs))
    assert [item if isinstance(item, Problem) else item[0] for item in found] == items
    pairs = [item for item in found if not isinstance(item, Problem)]
    assert len(pairs) == 100
    for utterance, result in pairs:
        expected = "no such file" if utterance.path.name == "gone.wav" else measure_audio(utterance.path)
        assert result == expected


def test_a_file_that_many_utterances_share_is_read_once(
    items: list[Utterance | Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []

    def count(stores: str, paths: tuple[Path, ...]) -> list[Measured | str]:
        read.extend(paths)
        return ["broken"] * len(paths)

    monkeypatch.setattr(read_ahead, "measure_files", count)
    with open_ledger(None) as ledger:
        assert len(list(measured(items * 3, "audio", ledger))) == 330
    assert sorted(read) == sorted({item.path for item in items if isinstance(item, Utterance)})


def test_only_so_many_utterances_are_taken_before_the_first_is_given(items: list[Utterance | Problem]) -> None:
    taken = 0

    def endless() -> Iterator[Utterance | Problem]:
        nonlocal taken
        while True:
            taken += 1
            yield items[taken % 9]

    with open_ledger(None) as ledger:
        some = measured(endless(), "audio", ledger)
        next(some)
        assert 0 < taken < 1000
        some.close()


def test_a_process_that_dies_is_one_line(items: list[Utterance | Problem], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_ahead, "measure_files", _die)
    with open_ledger(None) as ledger:
        with pytest.raises(CorpusError, match="a reading process was killed, .*try again with --jobs 1"):
            list(measured(items, "audio", ledger, 2))


def _die(stores: str, paths: tuple[Path, ...]) -> None:
    os._exit(9)


def test_manifests_are_the_same_bytes_however_many_read(fsdd: Path) -> None:
    (fsdd / "free-spoken-digit-dataset-master" / "recordings" / "3_ann_7.wav").write_text("no sound")
    content = []
    for jobs in (1, 3):
        directory = prepare_corpus(CorpusConfig(name="fsdd"), fsdd, force=True, jobs=jobs).directory
        content.append({file.name: file.read_bytes() for file in directory.iterdir()})
    assert len(content[0]) == 8
    assert content[0] == content[1]
