from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.corpora.encoding import line_fault, open_lines, open_text, read_text
from speechrnn.errors import CorpusError, UsageError

TEXT = "audio;text\nélan.wav;ça va où\n"


def write(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_unicode_is_recognised_with_a_byte_order_mark_or_without(tmp_path: Path, codec: str, mark: str) -> None:
    mark = "" if codec in ("utf-8-sig", "utf-16") else mark  # these write one themselves
    assert read_text(write(tmp_path, (mark + TEXT).encode(codec))) == TEXT


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman", "latin-1", "cp1251", "utf-16"])
def test_an_encoding_that_is_named_is_used(tmp_path: Path, codec: str) -> None:
    text = TEXT if codec != "cp1251" else "audio;text\na.wav;да\n"
    assert read_text(write(tmp_path, text.encode(codec)), codec) == text


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_believed_before_the_name(tmp_path: Path, codec: str) -> None:
    assert read_text(write(tmp_path, TEXT.encode(codec)), "cp1252") == TEXT


def test_windows_1252_is_not_guessed_but_shown_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT.encode("cp1252"))
    wanted = r"a\.csv:2: not UTF-8 text; as Windows-1252 the line is 'élan\.wav;ça va où': .*add encoding=cp1252"
    with pytest.raises(CorpusError, match=wanted):
        read_text(path)


def test_the_line_is_right_also_far_into_a_file(tmp_path: Path) -> None:
    path = write(tmp_path, b"audio,text\n" * 20_000 + b"caf\xe9.wav,x\n" + b"a,b\n" * 5)
    with pytest.raises(CorpusError, match=r"a\.csv:20001: not UTF-8"), open_text(path) as lines:
        list(lines)


def test_half_a_letter_in_utf_16_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"a\.csv: not utf-16 text"):
        read_text(write(tmp_path, TEXT.encode("utf-16")[:-1]))


@pytest.mark.parametrize("name", ["cp99999", "base64"])
def test_an_encoding_nobody_knows_is_a_mistake_of_usage(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=f"encoding '{name}': not known; wanted one such as cp1252"):
        read_text(write(tmp_path, b"x"), name)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"none\.csv: cannot be read \(No such file or directory\)"):
        read_text(tmp_path / "none.csv")


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), max_size=60))
def test_any_text_in_utf_8_is_read_as_it_was(text: str) -> None:
    with NamedTemporaryFile() as file:
        file.write(text.encode())
        file.flush()
        assert read_text(Path(file.name)) == text


@pytest.mark.parametrize(
    ("lines", "is_encoding"),
    [
        ([b"caf\xe9"], False),  # one line alone may be damaged
        ([b"caf\xe9", b"o\xf9"], True),
        ([b"caf\xe9", b"o\xf9", "là".encode(), "été".encode()], False),  # the others are UTF-8
        ([b"caf\xe9", b"o\xf9", "là".encode()], True),
        ([b"caf\xe9", b"o\xf9", *[b"plain"] * 198], True),
        ([b"caf\xe9", b"o\xf9", *[b"plain"] * 199], False),  # less than one of a hundred
    ],
)
def test_many_lines_that_are_no_text_are_another_encoding_and_few_are_damage(
    tmp_path: Path, lines: list[bytes], is_encoding: bool
) -> None:
    path = write(tmp_path, b"\n".join(lines))
    with open_lines(path) as stream:
        found = list(stream)
    assert [line.encode(errors="surrogateescape").rstrip() for line in found] == lines
    if is_encoding:
        with pytest.raises(CorpusError, match=r"a\.csv:1: not UTF-8 text; .*'café'.* else save the file as UTF-8"):
            line_fault(path, found[0])
        return
    faults = [line_fault(path, line) for line in found]
    assert [bool(fault) for fault in faults] == [not line.isascii() and b"\xc3" not in line for line in lines]
    assert faults[0].endswith(
        "as Windows-1252 the line is 'café': if that is right add encoding=cp1252, else save it as UTF-8"
    )


def test_a_byte_that_a_named_encoding_has_not_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, b"caf\xe9\nx\x81\n")
    with open_lines(path, "cp1252") as lines:
        faults = [line_fault(path, line, "cp1252") for line in lines]
    assert faults == ["", "not cp1252 text; give its encoding=NAME, or save it as UTF-8"]


def test_a_file_that_was_mended_is_looked_at_anew(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xe9\n\xf9\n")
    with pytest.raises(CorpusError, match="not UTF-8"):
        line_fault(path, "\udce9")
    assert line_fault(write(tmp_path, b"\xe9\nplain\n"), "\udce9").startswith("not UTF-8 text")
