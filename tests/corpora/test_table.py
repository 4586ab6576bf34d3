import json
from pathlib import Path

import pytest

from speechrnn.corpora.problem import Problem
from speechrnn.corpora.table import Row, read_table
from speechrnn.errors import CorpusError


def write(tmp_path: Path, name: str, content: str | bytes) -> Path:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path / name


def rows_of(path: Path) -> list[Row]:
    return [item for item in read_table(path) if isinstance(item, Row)]


RECORDS = [
    {"audio": "a b.wav", "text": "well, yes", "speaker": "ann", "split": "train", "start": "0.5", "end": "1.25"},
    {"audio": "sub/ü.flac", "text": "naïve", "speaker": "", "split": "dev", "start": "", "end": ""},
]


def as_csv(delimiter: str, quote: str, newline: str) -> str:
    lines = [delimiter.join(RECORDS[0])]
    lines += [delimiter.join(f"{quote}{cell}{quote}" for cell in record.values()) for record in RECORDS]
    return newline.join(lines) + newline


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("name", "delimiter", "quote"),
    [
        ("a.csv", ",", '"'),
        ("a.csv", ";", '"'),
        ("a.csv", ";", ""),
        ("a.csv", "\t", ""),
        ("a.tsv", "\t", ""),
        ("A.CSV", ",", '"'),
    ],
)
def test_every_dialect_gives_the_same_rows(
    tmp_path: Path, name: str, delimiter: str, quote: str, newline: str, bom: str
) -> None:
    rows = rows_of(write(tmp_path, name, bom + as_csv(delimiter, quote, newline)))
    assert [
        (row.line, row.audio, row.text, row.speaker, row.split, row.start_seconds, row.end_seconds) for row in rows
    ] == [
        (2, "a b.wav", "well, yes", "ann", "train", 0.5, 1.25),
        (3, "sub/ü.flac", "naïve", None, "dev", None, None),
    ]


def test_json_lines_give_the_same_rows_with_numbers_or_text(tmp_path: Path) -> None:
    numbers = {**RECORDS[0], "start": 0.5, "end": 1.25}
    nulls = {**RECORDS[1], "speaker": None, "start": None}
    content = "\ufeff" + "\r\n".join(json.dumps(record, ensure_ascii=False) for record in (numbers, nulls)) + "\r\n\r\n"
    rows = rows_of(write(tmp_path, "a.jsonl", content))
    reference = rows_of(write(tmp_path, "b.csv", as_csv(",", '"', "\n")))
    assert [row.start_seconds for row in rows] == [0.5, None]
    assert [(row.audio, row.text, row.speaker, row.split) for row in rows] == [
        (row.audio, row.text, row.speaker, row.split) for row in reference
    ]


def test_header_names_may_be_capitalised_and_spaced_and_others_are_ignored(tmp_path: Path) -> None:
    rows = rows_of(write(tmp_path, "a.csv", " Audio , TEXT ,Mood\nx.wav,hi,good\n\n,,\n"))
    assert [(row.audio, row.text) for row in rows] == [("x.wav", "hi")]


def test_quotes_in_tsv_are_text(tmp_path: Path) -> None:
    rows = rows_of(write(tmp_path, "a.tsv", 'audio\ttext\nx.wav\t"so he said\ny.wav\thi\n'))
    assert [row.text for row in rows] == ['"so he said', "hi"]


def test_a_decimal_comma_is_a_decimal_point(tmp_path: Path) -> None:
    rows = rows_of(write(tmp_path, "a.csv", "audio;text;start;end\nx.wav;hi;0,5;1,75\n"))
    assert (rows[0].start_seconds, rows[0].end_seconds) == (0.5, 1.75)


@pytest.mark.parametrize("name", ["valid", "Validation", "dev"])
def test_other_names_for_dev_are_taken(tmp_path: Path, name: str) -> None:
    assert rows_of(write(tmp_path, "a.csv", f"audio,text,split\nx.wav,hi,{name}\n"))[0].split == "dev"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", "file,words\nx.wav,hi\n", r"a\.csv:1: no column audio or text; the header names file, words"),
        ("a.csv", "audio\nx.wav\n", r"a\.csv:1: no column text"),
        ("a.csv", "", r"a\.csv:1: no column audio or text; the header names nothing"),
        ("a.csv", "audio,text\n", r"a\.csv: holds no recordings"),
        ("a.csv", "audio,text,text\nx.wav,a,b\n", r"a\.csv:1: column text stands twice"),
        ("a.csv", 'audio,"text\nx.wav,hi\n', r"a\.csv:1: .*check the quotes of the header"),
        ("a.csv", b"audio,text,gef\xfchl\nx.wav,hi,x\n", r"a\.csv:1: not UTF-8 text"),
        ("a.csv", "audio,text\nx.wav\n", r"a\.csv:2: 1 cells where the header has 2$"),
        ("a.csv", "audio,text\nx.wav\n\ny.wav\n", r"a\.csv:2: 1 cells where .*; none of its 2 lines can be read"),
        ("a.csv", b"audio,text\nx.wav,caf\xe9\n", r"a\.csv:2: not UTF-8 text"),
        (
            "a.csv",
            b"audio,text\nx.wav,hi\n" + b"x.wav,\xe9\n" * 2,
            r"a\.csv:3: not UTF-8 text.* save the file as UTF-8",
        ),
        ("a.jsonl", '[\n{"audio": "x.wav"},\n{"audio": "x.wav"}\n]\n', r"a\.jsonl:1: not JSON .*none of its 4 lines"),
        ("a.jsonl", '["x.wav", "hi"]\n', r"a\.jsonl:1: wanted an object with the keys audio and text"),
        ("a.xlsx", "PK", r"a\.xlsx: wanted a directory of audio, or a table ending in \.csv"),
    ],
)
def test_what_is_no_such_table_is_refused_with_its_line(
    tmp_path: Path, name: str, content: str | bytes, reason: str
) -> None:
    with pytest.raises(CorpusError, match=reason):
        rows_of(write(tmp_path, name, content))


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        ("a.csv", "y.wav,well, yes,0,1", "5 cells where the header has 4"),
        ("a.csv", "y.wav", "1 cells where the header has 4"),
        ("a.csv", 'y.wav,"hi"ho,0,1', "',' expected after '\"'; check the quotes of this line"),
        ("a.csv", 'y.wav,"hi,0,1', "a quote opens on this line and is not closed"),
        (
            "a.csv",
            b"y.wav,caf\xe9,0,1",
            "not UTF-8 text; as Windows-1252 the line is 'y.wav,café,0,1': if that is right",
        ),
        ("a.tsv", "y.wav\thi\t0", "3 cells where the header has 4"),
        ("a.jsonl", '{"audio"', "not JSON (Expecting ':' delimiter at character 9)"),
        ("a.jsonl", '{"audio": "y.wav"}', "wanted an object with the keys audio and text"),
        ("a.jsonl", r'{"audio": "y.wav", "text": "\ud83d"}', "holds half a character, a lone surrogate"),
        ("a.jsonl", b'{"audio": "y.wav", "text": "\xe9"}', "not UTF-8 text; as Windows-1252 the line is"),
    ],
)
@pytest.mark.parametrize("is_last", [False, True])
def test_a_line_that_cannot_be_read_is_named_and_the_others_go_on(
    tmp_path: Path, name: str, line: str | bytes, reason: str, is_last: bool
) -> None:
    header = [] if name == "a.jsonl" else ["audio,text,start,end"]
    good = ['{"audio": "x.wav", "text": "hi"}' if name == "a.jsonl" else "x.wav,hi,0,1"] * 3
    encoded = [*header, *good]
    if name == "a.tsv":
        encoded = [one.replace(",", "\t") for one in encoded]
    lines = [one.encode() for one in encoded]
    place = len(lines) if is_last else len(lines) - 2
    lines.insert(place, line if isinstance(line, bytes) else line.encode())
    path = write(tmp_path, name, b"\n".join(lines))
    items = list(read_table(path))
    assert [item.audio for item in items if isinstance(item, Row)] == ["x.wav"] * 3
    (problem,) = (item for item in items if isinstance(item, Problem))
    assert (problem.utterance_id, problem.path, problem.kind) == (f"{name}:{place + 1}", str(path), "bad_line")
    assert problem.where == f"{path}:{place + 1}"
    assert problem.reason.startswith(reason)


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        (",hi,,,", ["audio is empty; wanted the path of a sound file"]),
        ("x.wav,hi,trian,,", ["split 'trian'; wanted train, dev, valid, validation, test, or nothing"]),
        ("x.wav,hi,,soon,", ["start 'soon'; wanted seconds from the beginning, such as 1.25"]),
        ("x.wav,hi,,-1,", ["start '-1'; wanted seconds from the beginning, such as 1.25"]),
        (
            "x.wav,hi,,nan,inf",
            [f"{n}; wanted seconds from the beginning, such as 1.25" for n in ("start 'nan'", "end 'inf'")],
        ),
        ("x.wav,hi,,2,1", ["end 1 s is not after start 2 s"]),
        (",,no,x,0", ["audio is empty", "split 'no'", "start 'x'", "end 0 s is not after start 0 s"]),
    ],
)
def test_every_cell_that_is_not_what_it_should_be_is_named(tmp_path: Path, cells: str, reasons: list[str]) -> None:
    (row,) = rows_of(write(tmp_path, "a.csv", f"audio,text,split,start,end\n{cells}\n"))
    assert [fault[: len(reason)] for fault, reason in zip(row.faults, reasons, strict=True)] == reasons


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_first_line_that_names_the_delimiter_is_obeyed_and_counted(tmp_path: Path, newline: str, mark: str) -> None:
    content = newline.join([mark, "audio;text, said", "x.wav;hi", ""]).replace("text, said", "text;a,b,c,d")
    path = write(tmp_path, "a.csv", content.replace("hi", "hi;e"))
    assert [(row.line, row.audio, row.text) for row in read_table(path)] == [(3, "x.wav", "hi")]
    (fault,) = (
        item for item in read_table(write(tmp_path, "a.csv", content + "y.wav;a;b")) if isinstance(item, Problem)
    )
    assert (fault.where, fault.reason) == (f"{path}:3", "2 cells where the header has 3")


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_unicode_text_of_excel_has_tabs_and_quotes(tmp_path: Path, codec: str) -> None:
    content = 'audio\ttext\r\nété.wav\t"a ""b""\tc"\r\n'
    (found,) = read_table(write(tmp_path, "a.txt", content.encode(codec)))
    assert (found.audio, found.text) == ("été.wav", 'a "b"\tc')


def test_an_eight_bit_encoding_is_read_when_it_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "audio;text\nété.wav;où\n".encode("cp1252"))
    (found,) = read_table(path, "cp1252")
    assert (found.audio, found.text) == ("été.wav", "où")


@pytest.mark.parametrize(
    ("name", "line", "bad"),
    [("a.csv", "x.wav,hi", "x.wav"), ("a.jsonl", '{"audio": "x.wav", "text": "hi"}', '{"audio"')],
)
def test_a_row_is_given_before_the_lines_after_it_are_read(tmp_path: Path, name: str, line: str, bad: str) -> None:
    header = ["audio,text"] if name == "a.csv" else []
    rows = read_table(write(tmp_path, name, "\n".join([*header, line, line, bad])))
    assert [next(rows).text, next(rows).text] == ["hi", "hi"]
    last = next(rows)
    assert isinstance(last, Problem)
    assert last.where.endswith(f"{name}:{len(header) + 3}")


def test_separators_of_other_alphabets_inside_a_json_text_end_no_line(tmp_path: Path) -> None:
    text = "one\u2028two\x85three\x0bfour"
    content = "".join(json.dumps({"audio": "x.wav", "text": text}, ensure_ascii=False) + "\n" for _ in range(2))
    assert [(row.line, row.text) for row in rows_of(write(tmp_path, "a.jsonl", content))] == [(1, text), (2, text)]
