"""Reads a grammar file: which phrases a speaker may say.

One phrase a line; `#` starts a comment. `[the]` may be left out, `(on | off)` is one of them, `<rooms>` is one of a
list that a line `<rooms> = kitchen | hall` defines, before or after its use. `+` after any of these means once or more,
`*` any number of times, `{4}` four times, `{2,4}` two to four, `{2,}` two or more. A line that begins with `|` goes on
the line before. No list is built in, since digits and months are written in the language of the model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from speechrnn.decoding.grammar_tokens import Token, fault, statements
from speechrnn.errors import GrammarError


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `line` is where it stands, for messages."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A list, by its name in angle brackets; `token` says where."""

    name: str
    token: Token


@dataclass(frozen=True, slots=True)
class Series:
    """Parts said one after the other."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    options: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """Something said `least` to `most` times; None is any number."""

    body: "Node"
    least: int
    most: int | None


Node = Word | Reference | Series | Choice | Repeat

_OFTEN: Final = {"+": (1, None), "*": (0, None)}


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a grammar file says.

    Attributes:
        source: its name, for messages.
        phrases: what may be said, any one of them.
        lists: what each name stands for; none of them holds itself.
        text: the file as it was read, for those who store it.
    """

    source: str
    phrases: tuple[Node, ...]
    lists: Mapping[str, Node]
    text: str = ""


def read_grammar(path: Path) -> Grammar:
    """Read a grammar file.

    Raises:
        GrammarError: the file is absent, not UTF-8 text, or faulty; names line and column.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GrammarError(
            f"{path}: cannot be read as UTF-8 text ({error}); give a grammar, one phrase a line"
        ) from error
    return parse_grammar(text, str(path))


def parse_grammar(text: str, source: str) -> Grammar:
    """Read a grammar.

    >>> parse_grammar("yes | no", "answers").phrases
    (Choice(options=(Word(text='yes', line=1), Word(text='no', line=1))),)

    Args:
        text: the lines.
        source: their name, for messages.

    Raises:
        GrammarError: a fault, with its line and column, or no phrase at all.
    """
    phrases: list[Node] = []
    lists: dict[str, Node] = {}
    try:
        for tokens in statements(text, source):
            _read_statement(_Reader(tokens, source), phrases, lists)
        grammar = Grammar(source, tuple(phrases), lists, text)
        _check_lists(grammar)
    except RecursionError as error:
        raise GrammarError(f"{source}: brackets or lists lie too deep in each other; write it flatter") from error
    if not phrases:
        raise GrammarError(f"{source}: no phrase came, one or more lines of words were wanted")
    return grammar


def _read_statement(reader: "_Reader", phrases: list[Node], lists: dict[str, Node]) -> None:
    first, second = reader.tokens[0], reader.tokens[1]
    if (first.kind, second.kind) != ("name", "="):
        phrases.append(reader.whole())
        return
    if first.text in lists:
        raise fault(reader.source, first, "a list that no other line defines")
    reader.at = 2
    lists[first.text] = reader.whole()


class _Reader:
    """Descends through the tokens of one statement."""

    def __init__(self, tokens: list[Token], source: str) -> None:
        self.tokens, self.source, self.at = tokens, source, 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def whole(self) -> Node:
        node = self.choice()
        if self.token.kind != "end":
            raise fault(self.source, self.token, "a word, bracket or the end of the line")
        return node

    def choice(self) -> Node:
        options = [self.series()]
        while self.token.kind == "|":
            self.at += 1
            options.append(self.series())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def series(self) -> Node:
        parts = [self.repeated()]
        while self.token.kind in {"word", "name", "(", "["}:
            parts.append(self.repeated())
        return parts[0] if len(parts) == 1 else Series(tuple(parts))

    def repeated(self) -> Node:
        node = self.single()
        while self.token.kind in {"+", "*", "count"}:
            node = Repeat(node, *self.often())
            self.at += 1
        return node

    def often(self) -> tuple[int, int | None]:
        if self.token.kind != "count":
            return _OFTEN[self.token.kind]
        least, comma, most = self.token.text.strip("{}").partition(",")
        bounds = int(least), int(most) if most else None if comma else int(least)
        if bounds[1] is not None and not max(bounds[0], 1) <= bounds[1]:
            raise fault(self.source, self.token, "a count that is at least 1, the smaller number first")
        return bounds

    def single(self) -> Node:
        token = self.token
        self.at += token.kind != "end"
        match token.kind:
            case "word":
                return Word(token.text, token.line)
            case "name":
                return Reference(token.text, token)
            case "(":
                return self.bracketed(token, ")")
            case "[":
                return Repeat(self.bracketed(token, "]"), 0, 1)
        raise fault(self.source, token, "a word, <list>, ( or [")

    def bracketed(self, opened: Token, closing: str) -> Node:
        node = self.choice()
        if self.token.kind != closing:
            raise fault(self.source, self.token, f"{closing!r} for the {opened.text!r} of column {opened.column}")
        self.at += 1
        return node


def _check_lists(grammar: Grammar) -> None:
    """Refuse names that no line defines, and lists that hold themselves."""
    done: set[str] = set()

    def visit(node: Node, inside: tuple[str, ...]) -> None:
        if isinstance(node, Reference):
            if node.name not in grammar.lists:
                raise fault(grammar.source, node.token, f"a list that a line '{node.name} = one | two' defines")
            if node.name in inside:
                raise fault(grammar.source, node.token, "a list that does not hold itself (repeat with + or * instead)")
            if node.name not in done:
                visit(grammar.lists[node.name], (*inside, node.name))
                done.add(node.name)
        for part in parts_of(node):
            visit(part, inside)

    for name, body in grammar.lists.items():
        visit(body, (name,))
    for phrase in grammar.phrases:
        visit(phrase, ())


def parts_of(node: Node) -> tuple[Node, ...]:
    """Give what a node is made of."""
    match node:
        case Series(parts) | Choice(parts):
            return parts
        case Repeat(body):
            return (body,)
    return ()
