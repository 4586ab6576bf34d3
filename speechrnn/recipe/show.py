"""A resolved recipe as YAML, with the comment of every setting; it reads back as the same recipe."""

import dataclasses
from collections.abc import Iterator
from typing import Any, get_type_hints

from speechrnn.recipe.dialect import write_yaml
from speechrnn.recipe.recipe import Recipe
from speechrnn.recipe.section import Help


def show_recipe(recipe: Recipe, *, comments: bool = True) -> str:
    """Write every setting of a recipe, defaults included.

    Args:
        recipe: the recipe.
        comments: add each setting's comment at the end of its line.

    Returns:
        YAML text.
    """
    return "\n".join(_lines(recipe, comments, indent="")) + "\n"


def _lines(section: Any, comments: bool, indent: str) -> Iterator[str]:
    hints = get_type_hints(type(section), include_extras=True)
    for field in dataclasses.fields(section):
        value = getattr(section, field.name)
        if dataclasses.is_dataclass(value):
            yield f"{indent}{field.name}:"
            yield from _lines(value, comments, indent + "  ")
            continue
        line = f"{indent}{field.name}: {write_yaml(list(value) if isinstance(value, tuple) else value)}"
        text = next(mark.text for mark in hints[field.name].__metadata__ if isinstance(mark, Help))
        yield f"{line:<44}  # {text}" if comments else line
