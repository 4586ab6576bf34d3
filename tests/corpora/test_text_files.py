from pathlib import Path

import pytest

from speechrnn.corpora.text_files import text_file_doubts


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a,b\nc,d\n", []),
        (b"\xef\xbb\xbfa,b\nc\n", [("byte_order_mark", 1)]),
        (b"a\nb\r\nc\r\n", [("crlf", 2)]),
        (b"a,b,c,d,e,f\nb\x00,c\n\x00d\n", [("nul_bytes", 2)]),
        (b"\xef\xbb\xbfabcdefgh\r\nb\n\x00\n", [("byte_order_mark", 1), ("crlf", 1), ("nul_bytes", 3)]),
        ("a,b\r\nc,d\r\n".encode("utf-16"), []),
        ("a,b\r\nc,d\r\n".encode("utf-16-le"), []),
        (b"", []),
    ],
)
def test_each_finding_is_told_once_with_its_first_line(
    tmp_path: Path, content: bytes, expected: list[tuple[str, int]]
) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    found = list(text_file_doubts(path))
    assert [(doubt.kind, doubt.where) for doubt in found] == [(kind, f"{path}:{line}") for kind, line in expected]


def test_a_file_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert list(text_file_doubts(tmp_path / "none.csv")) == []
