from pathlib import Path

import pytest

from speechrnn.corpora.registry import find_corpus
from speechrnn.corpora.source import find_folder, find_source
from speechrnn.corpora.unfinished import unfinished_mark, unfinished_parts
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """LibriSpeech with one part that is whole and one that was on its way."""
    for part in ("dev-clean", "train-clean-5"):
        (tmp_path / "LibriSpeech" / part).mkdir(parents=True)
    unfinished_mark("librispeech", tmp_path).write_text('["train-clean-5", "test-clean"]')
    return tmp_path


def test_the_marked_parts_are_read_back(data: Path) -> None:
    assert unfinished_parts("librispeech", data) == ["train-clean-5", "test-clean"]


@pytest.mark.parametrize("content", [None, "", "no json", "3"])
def test_without_a_readable_mark_nothing_is_unfinished(data: Path, content: str | None) -> None:
    mark = unfinished_mark("librispeech", data)
    mark.unlink() if content is None else mark.write_text(content)
    assert unfinished_parts("librispeech", data) == []


@pytest.mark.parametrize("parts", [(), ("train-clean-5",), ("dev-clean", "train-clean-5")])
def test_a_half_unpacked_part_is_not_taken_for_a_corpus(data: Path, parts: tuple[str, ...]) -> None:
    config = CorpusConfig(name="librispeech", parts=parts)
    with pytest.raises(CorpusError, match=r"^corpus librispeech: .*train-clean-5 is not whole, its download broke off"):
        find_source(find_corpus("librispeech"), config, data)
    assert find_folder(find_corpus("librispeech"), config, data) == data / "LibriSpeech"


def test_parts_that_are_whole_can_be_used_meanwhile(data: Path) -> None:
    config = CorpusConfig(name="librispeech", parts=("dev-clean",))
    assert find_source(find_corpus("librispeech"), config, data) == data / "LibriSpeech"
    other = CorpusConfig(name="mini_librispeech")
    assert find_source(find_corpus("mini_librispeech"), other, data) == data / "LibriSpeech"


def test_a_corpus_of_one_piece_is_whole_or_refused(tmp_path: Path) -> None:
    (tmp_path / "LJSpeech-1.1").mkdir()
    unfinished_mark("ljspeech", tmp_path).write_text('[""]')
    with pytest.raises(CorpusError, match=r"LJSpeech-1\.1 is not whole"):
        find_source(find_corpus("ljspeech"), CorpusConfig(name="ljspeech"), tmp_path)
