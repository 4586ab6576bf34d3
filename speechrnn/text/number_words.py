"""Digits to words, as num2words says them (LGPL, an extra: `pip install 'speechrnn[numbers]'`).

num2words gives the cardinal of a whole number in fifty languages, and the words for minus and for the decimal
separator; how numbers are found in a text, and read where it has no reading, is here:

- whole numbers are cardinals, years too; more than twelve digits, a zero in front, and whatever num2words fails at are
  read digit by digit;
- decimals follow their separator digit by digit; Russian and Hungarian, which name tenths and hundredths, as num2words
  says them; where it has no words for them, and where digits stand together in another way than the language writes
  numbers (`3.10.2024`, `1.5` in German), each part is a number of its own and what stood between them stays;
- a minus sign counts where nothing but a space, a bracket or the like is in front of it, so not in `10-12`;
- English ordinals (`2nd`) are ordinals;
- letters on either side are set off by a space, but in Japanese and Thai.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from speechrnn.errors import MissingDependencyError, UsageError
from speechrnn.text.number_style import POINT, SEPARATORS, number_form

_RUN: Final = re.compile(
    rf"(?P<sign>(?<![\w\u2212-])[-\u2212])?(?P<digits>\d+(?:[{SEPARATORS}]\d+)*)(?P<ordinal>(?:st|nd|rd|th)\b)?",
    re.IGNORECASE,
)
_MOST_DIGITS: Final = 12
"""Longer runs are card and account numbers, and num2words overflows, or never ends, at some of them."""
_UNSPACED: Final = frozenset({"ja", "th"})
_FRACTIONS_NAMED: Final = frozenset({"hu", "ru"})
_UNFIT: Final = frozenset({"am"})
"""num2words 0.5.14 fails at most Amharic numbers over a hundred."""
_ALIASES: Final = {"kk": "kz", "nb": "no"}
"""num2words goes by the country for Kazakh."""


def numbers_to_words(tag: str) -> Callable[[str], str]:
    """Give what writes out the numbers of a text.

    Args:
        tag: BCP 47, for example `en`, `pt-BR`.

    Raises:
        MissingDependencyError: num2words is not installed.
        UsageError: it does not know the language.
    """
    return _Reader(tag).read


class _Reader:
    """Reads the numbers of one language; keeps what it read before."""

    def __init__(self, tag: str) -> None:
        self.style, self.language = _find(tag)
        self.glue = "" if self.language in _UNSPACED else " "
        self.english = self.language.startswith("en")
        self.cardinal = lru_cache(maxsize=10_000)(self._try)
        self.zero_to_nine = [self._say(digit) for digit in range(10)]
        self.minus = _found(self._try("-1"), "", self.zero_to_nine[1])
        self.point = _found(self._try("0.5"), self.zero_to_nine[0], self.zero_to_nine[5])

    def read(self, text: str) -> str:
        """Write out every number."""
        return _RUN.sub(self._replace, text)

    def _replace(self, match: re.Match[str]) -> str:
        sign, digits, ordinal = match["sign"] or "", match["digits"], match["ordinal"] or ""
        words = self._ordinal(digits, ordinal) or self._number(digits) + (ordinal and self.glue + ordinal)
        if sign:
            words = f"{self.minus}{self.glue}{words}" if self.minus else sign + words
        before = "" if sign else match.string[: match.start()][-1:]
        left = self.glue if _is_letter(before) else ""
        right = self.glue if _is_letter(match.string[match.end() :][:1]) else ""
        return left + words + right

    def _number(self, digits: str) -> str:
        form = number_form(self.style).fullmatch(digits)
        whole, fraction = (_plain(form["whole"]), _plain(form["fraction"] or "")) if form else ("", "")
        if whole and not fraction:
            return self._whole(whole)
        said = self._decimal(whole, fraction) if whole else ""
        return said or re.sub(r"\d+", lambda part: self._whole(part[0]), digits)

    def _decimal(self, whole: str, fraction: str) -> str:
        """Read a number with decimals; empty where there is no way to."""
        if self.point:
            return self.glue.join([self._whole(whole), self.point, self._spelled(fraction)])
        named = self.language in _FRACTIONS_NAMED and len(whole) + len(fraction) <= _MOST_DIGITS
        return self._try(f"{whole}.{fraction}") if named else ""

    def _ordinal(self, digits: str, suffix: str) -> str:
        """Read `2nd`; empty where it is no English ordinal, as `2th` is none."""
        form = number_form(self.style).fullmatch(digits) if suffix and self.english else None
        whole = _plain(form["whole"]) if form and not form["fraction"] else ""
        if not whole or len(whole) > _MOST_DIGITS or whole.startswith("0"):
            return ""
        if self._call(int(whole), "ordinal_num") != whole + suffix.lower():
            return ""
        return _tidy(self._call(int(whole), "ordinal"))

    def _whole(self, digits: str) -> str:
        digits = _plain(digits)
        if len(digits) > _MOST_DIGITS or (len(digits) > 1 and digits.startswith("0")):
            return self._spelled(digits)
        return self.cardinal(digits) or self._spelled(digits)

    def _spelled(self, digits: str) -> str:
        return self.glue.join(self.zero_to_nine[int(digit)] for digit in digits)

    def _try(self, number: str) -> str:
        """Say a number as the library does; empty where it fails, which it does in a way of each language's own."""
        try:
            return self._say(number)
        except Exception:
            return ""

    def _say(self, number: int | str) -> str:
        return _tidy(self._call(number, "cardinal"))

    def _call(self, number: int | str, form: str) -> str:
        return str(_library().num2words(number, lang=self.language, to=form))


def _library() -> Any:
    try:
        import num2words
    except ImportError as error:
        raise MissingDependencyError(
            "text.numbers: num2words is not there, which writes numbers out; "
            "run pip install 'speechrnn[numbers]', or set text.numbers=null"
        ) from error
    return num2words


def _find(tag: str) -> tuple[str, str]:
    """Give a tag as `number_form` takes it, and the language as num2words does."""
    known = set(_library().CONVERTER_CLASSES) - _UNFIT
    language, _, region = tag.replace("_", "-").partition("-")
    language = _ALIASES.get(language.lower(), language.lower())
    style = f"{language}_{region.upper()}" if region else language
    for name in (style, language):
        if name in known:
            return (style if style in POINT else name), name
    raise UsageError(
        f"text.numbers: {tag!r} came, and num2words knows {', '.join(sorted(known))}; "
        "name one of these, or set text.numbers=null and write numbers out in the transcripts"
    )


def _plain(digits: str) -> str:
    """Bring digits of any script to 0 to 9, and leave out what groups them."""
    return "".join(str(int(digit)) for digit in digits if digit.isdecimal())


def _found(said: str, before: str, behind: str) -> str:
    """Take a word out of what was said, where it stands between two others and is a word."""
    inside = said.removeprefix(before).removesuffix(behind).strip()
    whole = said.startswith(before) and said.endswith(behind)
    return inside if whole and all(map(_is_letter, inside.replace(" ", ""))) else ""


def _tidy(words: str) -> str:
    """Leave out the commas that num2words sets between thousands: no one spells so."""
    return " ".join(words.replace(",", "").split())


def _is_letter(character: str) -> bool:
    return character != "" and unicodedata.category(character)[0] in "LM"
