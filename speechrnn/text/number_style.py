"""How numbers are written in digits: what stands before the decimals, and what groups the thousands.

The separators are those of the Unicode CLDR. Most languages write `1.234,5`; those that write `1,234.5` are listed.
No-break spaces and apostrophes group in any of them. A plain space does not: `5 300` may be two numbers. The Arabic
separators stand for themselves.
"""

import re
from functools import lru_cache
from typing import Final

POINT: Final = frozenset(
    "ar bn ce cy en en_IN en_NG fa he ja kn ko te th de_CH de_LI it_CH "
    "es_DO es_GT es_HN es_MX es_NI es_PA es_PE es_PR es_SV es_US".split()
)
"""Tags of those that write a decimal point."""
LAKHS: Final = frozenset({"bn", "en_IN", "kn", "te"})
"""Tags of those that group by two above the thousands, as in 12,34,567."""
SEPARATORS: Final = ".,'\u2019\u00a0\u202f\u066b\u066c"
"""Everything that may stand between the digits of one number."""


@lru_cache
def number_form(tag: str) -> re.Pattern[str]:
    """Give the pattern of one number as a language writes it, its groups `whole` and `fraction`.

    >>> number_form("en").fullmatch("1,234.5").groupdict()["fraction"]
    '5'
    >>> number_form("de").fullmatch("1,234.5") is None
    True
    """
    point = tag in POINT
    decimal, group = (".", ",") if point else (",", ".")
    middle = r"\d{2,3}" if tag in LAKHS else r"\d{3}"
    groups = rf"\d{{1,3}}(?P<mark>[{group}'\u2019\u00a0\u202f\u066c])(?:{middle}(?P=mark))*\d{{3}}"
    return re.compile(rf"(?P<whole>{groups}|\d+)(?:[{decimal}\u066b](?P<fraction>\d+))?")
