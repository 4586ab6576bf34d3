"""What every section of a recipe shares: a comment per field, and refusal of keys that do not exist.

Sections are plain frozen dataclasses so that no room needs pydantic to read one. Limits are `annotated_types`
markers and comments are `Help` markers, both inside `Annotated`; `load.py` alone turns them into checks.
"""

from dataclasses import dataclass
from typing import Final, TypedDict


@dataclass(frozen=True, slots=True)
class Help:
    """The one-line comment that `speechrnn recipe show` prints beside a setting."""

    text: str


class SectionRules(TypedDict):
    """The pydantic settings every section carries as `__pydantic_config__`."""

    extra: str
    allow_inf_nan: bool


STRICT: Final[SectionRules] = {"extra": "forbid", "allow_inf_nan": False}
