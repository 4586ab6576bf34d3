"""Cuts the lines of a grammar file into tokens, each with its line and column.

A backslash takes away the meaning of the sign after it; `#` starts a comment anywhere. Text is brought to NFC, as
transcripts are, so columns count characters of the NFC line.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from speechrnn.errors import GrammarError

_TOKEN: Final = re.compile(
    r"""(?P<skip>\s+|\#.*)
      | (?P<name><[\w-]+>)
      | (?P<count>\{\d{1,6}(?:,\d{0,6})?\})
      | (?P<sign>[\[\]()|=+*])
      | (?P<word>(?:\\.|[^\s\\\[\](){}<>|=+*\#])+)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A sign, word, list name or count of a grammar.

    Attributes:
        kind: `word`, `name`, `count`, `end`, or the sign itself.
        text: as written, but without backslashes in a word.
        line: counted from 1.
        column: of its first character, counted from 1.
    """

    kind: str
    text: str
    line: int
    column: int


def statements(text: str, source: str) -> Iterator[list[Token]]:
    """Give the tokens of each phrase or list, an `end` token last; a line that begins with `|` goes on the one before.

    Raises:
        GrammarError: a sign has no meaning where it stands; names line and column.
    """
    current: list[Token] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        tokens = _tokens(unicodedata.normalize("NFC", line), number, source)
        if len(tokens) == 1:
            continue
        if current and tokens[0].kind == "|":
            current = current[:-1] + tokens
            continue
        if current:
            yield current
        current = tokens
    if current:
        yield current


def fault(source: str, token: Token, wanted: str) -> GrammarError:
    """Say what stands in the wrong place of a grammar, and what was wanted there."""
    came = "the end of the line" if token.kind == "end" else repr(token.text)
    return GrammarError(f"{source}: line {token.line}, column {token.column}: {came} came, {wanted} was wanted")


def _tokens(line: str, number: int, source: str) -> list[Token]:
    tokens, at = [], 0
    while at < len(line):
        match = _TOKEN.match(line, at)
        if match is None:
            wanted = "a word, <list>, {2} or {2,4} (a backslash before a sign makes it a letter)"
            raise fault(source, Token("odd", line[at], number, at + 1), wanted)
        kind, text = str(match.lastgroup), match.group()
        if kind != "skip":
            tokens.append(Token(text if kind == "sign" else kind, _unescape(text), number, at + 1))
        at = match.end()
    return [*tokens, Token("end", "", number, len(line) + 1)]


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
