"""The structure of a grammar, and its faults with their places."""

from pathlib import Path

import pytest

from speechrnn.decoding.grammar_parse import Choice, Node, Repeat, Series, Word, parse_grammar, read_grammar
from speechrnn.errors import GrammarError

A, B, C = (Word(text, 1) for text in "abc")


@pytest.mark.parametrize(
    ("line", "node"),
    [
        ("a", A),
        ("a b c", Series((A, B, C))),
        ("a | b c", Choice((A, Series((B, C))))),
        ("a (b | c)", Series((A, Choice((B, C))))),
        ("[a] b", Series((Repeat(A, 0, 1), B))),
        ("a b+", Series((A, Repeat(B, 1, None)))),
        ("(a b)*", Repeat(Series((A, B)), 0, None)),
        ("[a]{2}", Repeat(Repeat(A, 0, 1), 2, 2)),
        ("a{2,} b{0,3}", Series((Repeat(A, 2, None), Repeat(B, 0, 3)))),
        ("((a))", A),
    ],
)
def test_brackets_bars_and_repetition_nest_as_in_regular_expressions(line: str, node: Node) -> None:
    assert parse_grammar(line, "g").phrases == (node,)


def test_lists_are_kept_apart_from_phrases_and_may_come_after_their_use() -> None:
    grammar = parse_grammar("dial <digits>+\n<digits> = one | two\nstop", "g")
    assert len(grammar.phrases) == 2
    assert grammar.lists == {"<digits>": Choice((Word("one", 2), Word("two", 2)))}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("turn (on | off", r"line 1, column 15: the end of the line came, '\)' for the '\(' of column 6 was wanted"),
        ("turn [the light)", r"line 1, column 16: '\)' came, '\]' for the '\[' of column 6"),
        ("yes\nno)", r"line 2, column 3: '\)' came, a word, bracket or the end of the line"),
        ("yes | | no", r"column 7: '\|' came, a word, <list>, \( or \["),
        ("yes |", "column 6: the end of the line came, a word"),
        ("()", r"column 2: '\)' came"),
        ("+ a", r"column 1: '\+' came"),
        ("| a", r"column 1: '\|' came"),
        ("a = b", "column 3: '=' came"),
        ("<a> =\nb", "line 1, column 6: the end of the line came"),
        ("a{3,2}", r"column 2: '\{3,2\}' came, a count"),
        ("a{0}", r"column 2: '\{0\}' came, a count"),
        ("say <color>", r"column 5: '<color>' came, a list that a line '<color> = one \| two' defines"),
        ("<a> = x\nb\n<a> = y", r"line 3, column 1: '<a>' came, a list that no other line defines"),
        ("<a> = x <b>\n<b> = y | <a>\n<a>", r"line 2, column 11: '<a>' came, a list that does not hold itself"),
        ("<a> = <a>+\n<a>", r"line 1, column 7: '<a>' came, a list that does not hold itself"),
        ("# nothing\n\n<a> = x", "no phrase came"),
        ("", "no phrase came"),
        ("(" * 5000 + "a" + ")" * 5000, "too deep"),
    ],
)
def test_a_fault_is_named_with_file_line_and_column(text: str, message: str) -> None:
    with pytest.raises(GrammarError, match=message) as caught:
        parse_grammar(text, "commands.txt")
    assert str(caught.value).startswith("commands.txt: ")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_list_may_be_used_twice_and_through_another(tmp_path: Path) -> None:
    path = tmp_path / "g.txt"
    path.write_text("<a> = x\n<b> = <a> <a>\n<b> <a>\n", encoding="utf-8")
    assert read_grammar(path).source == str(path)


@pytest.mark.parametrize(
    "data",
    [
        None,
        b"\xff\xfe\x00",
    ],
)
def test_a_file_that_is_absent_or_no_text_is_named(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "commands.txt"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(GrammarError, match="commands.txt: cannot be read as UTF-8 text"):
        read_grammar(path)
