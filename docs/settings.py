"""Writes the table of every recipe setting into docs/recipes.md, from the dataclasses (`make docs`)."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import yaml

from speechrnn.recipe import Recipe
from speechrnn.recipe.section import Help

PAGE = Path(__file__).with_name("recipes.md")
BEGIN, END = "<!-- settings: begin, written by make docs -->", "<!-- settings: end -->"


def settings_tables() -> str:
    """One Markdown table per section, the recipe's own settings first."""
    hints = get_type_hints(Recipe)
    sections = {name: hint for name, hint in hints.items() if dataclasses.is_dataclass(hint)}
    tables = [_table("", Recipe, skip=set(sections))]
    tables += [_table(name, section, skip=set()) for name, section in sections.items()]
    return "\n\n".join(tables)


def page_with(tables: str) -> str:
    """The page as it is, with these tables between its two marks."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{rest.split(END)[1]}"


def _table(name: str, section: Any, skip: set[str]) -> str:
    title = f"### `{name}`" if name else "### At the top"
    summary = (section.__doc__ or "").splitlines()[0]
    head = f"{title}\n\n{summary}\n\n| setting | default | what it does |\n|---|---|---|\n"
    return head + "\n".join(_rows(name, section, skip))


def _rows(name: str, section: Any, skip: set[str]) -> Iterator[str]:
    hints = get_type_hints(section, include_extras=True)
    for field in dataclasses.fields(section):
        if field.name not in skip:
            text = next(mark.text for mark in get_args(hints[field.name]) if isinstance(mark, Help))
            path = f"{name}.{field.name}" if name else field.name
            yield f"| `{path}` | {_default(field)} | {text.replace('|', chr(92) + '|')} |"


def _default(field: "dataclasses.Field[Any]") -> str:
    default = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
    if default is dataclasses.MISSING:
        return "required"
    plain = list(default) if isinstance(default, tuple) else default
    return f"`{yaml.safe_dump(plain, default_flow_style=True).removesuffix(chr(10)).removesuffix(chr(10) + '...')}`"


if __name__ == "__main__":
    PAGE.write_text(page_with(settings_tables()), encoding="utf-8")
