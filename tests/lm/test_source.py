"""Text comes from files, stdin and transcripts, in one spelling; what cannot be read is named."""

import gzip
import io
from pathlib import Path

import pytest

from speechrnn.errors import CorpusError, LanguageModelError, UsageError
from speechrnn.lm.source import TextSource, read_lines
from tests.conftest import Mini


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_lines_are_brought_to_one_spelling_and_empty_ones_left_out(tmp_path: Path) -> None:
    text = write(tmp_path / "text.txt", "\ufeffCafe\u0301  au\tlait\r\n\r\n   \nsecond\u00a0line")
    assert read_lines(TextSource((text,))) == ["Caf\u00e9 au lait", "second line"]


def test_letter_case_and_unwanted_characters_are_changed_only_when_asked(tmp_path: Path) -> None:
    text = write(tmp_path / "text.txt", "Yes, NO!")
    assert read_lines(TextSource((text,), case="lower", remove=",!")) == ["yes no"]
    assert read_lines(TextSource((text,), case="upper")) == ["YES, NO!"]


def test_files_are_read_in_turn_and_gzip_is_unpacked(tmp_path: Path) -> None:
    first = write(tmp_path / "b.txt", "b\n")
    second = write(tmp_path / "a.txt.gz", gzip.compress(b"a\n"))
    assert read_lines(TextSource((first, second, first))) == ["b", "a", "b"]


def test_a_dash_is_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("d\u00e9j\u00e0 vu\n".encode())))
    assert read_lines(TextSource((Path("-"),))) == ["d\u00e9j\u00e0 vu"]


def test_only_a_line_feed_ends_a_sentence(tmp_path: Path) -> None:
    assert read_lines(TextSource((write(tmp_path / "text.txt", "a\u2028b\x0bc\nd"),))) == ["a b c", "d"]


def test_transcripts_of_a_recipe_are_split_and_spelt_as_it_says(own_mini: Mini) -> None:
    (own_mini.corpus / "dev" / "00.txt").write_text("A B\n")
    dev = read_lines(TextSource(recipe=own_mini.recipe_file, split="dev", data=own_mini.data))
    train = read_lines(TextSource(recipe=own_mini.recipe_file, data=own_mini.data))
    assert (len(dev), len(train)) == (5, 24)
    assert dev[0] == "a b"
    kept = read_lines(TextSource(recipe=own_mini.recipe_file, split="dev", data=own_mini.data, case="keep"))
    assert kept[0] == "A B"


def test_files_and_transcripts_add_up(mini: Mini, tmp_path: Path) -> None:
    extra = write(tmp_path / "extra.txt", "a a\n")
    lines = read_lines(TextSource((extra,), recipe=mini.recipe_file, data=mini.data))
    assert lines[0] == "a a"
    assert len(lines) == 25


def test_a_split_that_is_not_there_is_wrong_usage(mini: Mini) -> None:
    with pytest.raises(UsageError, match="no split 'held'; --split takes train, dev, test"):
        read_lines(TextSource(recipe=mini.recipe_file, split="held", data=mini.data))


def test_a_corpus_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="yesno"):
        read_lines(TextSource(corpus="yesno", data=tmp_path))


def test_no_text_at_all_says_what_to_name() -> None:
    with pytest.raises(UsageError, match="name text files, or --corpus NAME, or --recipe FILE"):
        read_lines(TextSource())


def test_corpus_and_recipe_together_are_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="wanted one of them"):
        read_lines(TextSource(corpus="yesno", recipe=tmp_path / "yesno.yaml"))


@pytest.mark.parametrize("content", ["", "\n\n", " \t\r\n"])
def test_text_without_words_is_named(tmp_path: Path, content: str) -> None:
    with pytest.raises(LanguageModelError, match=r"empty\.txt: no words came, .* name another text"):
        read_lines(TextSource((write(tmp_path / "empty.txt", content),)))


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.txt: no such file"):
        read_lines(TextSource((tmp_path / "gone.txt",)))


def test_bytes_that_are_not_utf_8_are_named_by_their_line(tmp_path: Path) -> None:
    with pytest.raises(LanguageModelError, match=r"text\.txt: line 2: byte 0xe9 came, UTF-8 was wanted"):
        read_lines(TextSource((write(tmp_path / "text.txt", b"one\ncaf\xe9\n"),)))


def test_a_cut_gzip_is_named(tmp_path: Path) -> None:
    cut = write(tmp_path / "text.gz", gzip.compress(b"a b c\n" * 50)[:-9])
    with pytest.raises(LanguageModelError, match=r"text\.gz: its gzip is cut or damaged"):
        read_lines(TextSource((cut,)))


def test_numbers_that_nobody_can_write_out_are_refused_before_any_reading(own_mini: Mini) -> None:
    recipe = write(own_mini.recipe_file, own_mini.recipe_file.read_text() + "text: {numbers: sw}\n")
    with pytest.raises(UsageError, match=r"^text.numbers: 'sw' came"):
        read_lines(TextSource(recipe=recipe, data=own_mini.data))
    assert not own_mini.data.exists()
