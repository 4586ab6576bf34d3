"""From a YAML file and `key.sub=value` overrides to one checked Recipe. The only importer of pydantic.

Every fault is reported at once as `path: reason`, a misspelt key with the nearest real one. YAML is read by the safe
loader, which builds plain values and nothing else.
"""

import dataclasses
import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, get_type_hints

import yaml
from pydantic import TypeAdapter, ValidationError

from speechrnn.errors import RecipeError, UsageError
from speechrnn.recipe.dialect import read_yaml
from speechrnn.recipe.recipe import Recipe
from speechrnn.recipe.rules import contradictions

WANTED: Final = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "tuple_type": "a list",
    "dataclass_type": "a section of settings",
}
"""Our words for pydantic's."""


def load_recipe(path: Path, overrides: Sequence[str] = ()) -> Recipe:
    """Read a recipe file and apply overrides.

    Args:
        path: the YAML file.
        overrides: `section.setting=value`, value in YAML.

    Raises:
        UsageError: the file is not there.
        RecipeError: with every fault of the file and of the overrides.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UsageError(
            f"{path}: no such recipe file; those that come with speechrnn lie in the folder recipes/ of a checkout"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as a recipe ({error}); a UTF-8 YAML file was wanted") from error
    return parse_recipe(text, str(path), overrides)


def parse_recipe(text: str, source: str, overrides: Sequence[str] = ()) -> Recipe:
    """Check a recipe's text; `source` names it in errors.

    Raises:
        RecipeError: with every fault.
    """
    try:
        settings = read_yaml(text)
    except yaml.YAMLError as error:
        raise RecipeError(source, [f"not YAML: {' '.join(str(error).split())}"]) from error
    if not isinstance(settings, dict):
        raise RecipeError(source, [f"{type(settings).__name__} came, a mapping of settings was wanted"])
    faults = [fault for override in overrides if (fault := apply_override(settings, override))]
    return check_recipe(settings, source, faults)


def check_recipe(settings: Mapping[str, Any], source: str, faults: Sequence[str] = ()) -> Recipe:
    """Turn a mapping of settings into a Recipe.

    Raises:
        RecipeError: with `faults` and every fault found here.
    """
    try:
        recipe = TypeAdapter(Recipe).validate_python(dict(settings))
    except ValidationError as error:
        found = [describe_fault([str(step) for step in fault["loc"]], fault) for fault in error.errors()]
        raise RecipeError(source, [*faults, *found]) from None
    if found := [*faults, *contradictions(recipe)]:
        raise RecipeError(source, found)
    return recipe


def apply_override(settings: dict[str, Any], override: str) -> str | None:
    """Set one `section.setting=value` in place; return the fault when it cannot be."""
    key, equals, value = override.partition("=")
    if not equals or not key:
        return f"{override}: section.setting=value was wanted, for example training.epochs=10"
    *sections, setting = key.split(".")
    for section in sections:
        settings = settings.setdefault(section, {})
        if not isinstance(settings, dict):
            return f"{key}: {section} is not a section"
    try:
        settings[setting] = read_yaml(value)
    except yaml.YAMLError:
        return f"{key}: {value!r} is not a YAML value"
    return None


def describe_fault(path: Sequence[str], fault: Any) -> str:
    """Say one pydantic fault in our words."""
    where = ".".join(path)
    if fault["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        known = setting_names(path[:-1])
        near = (
            difflib.get_close_matches(path[-1], known, n=1)
            or [other for other in all_paths() if other.endswith(f".{path[-1]}")]
            or difflib.get_close_matches(where, all_paths(), n=1)
        )
        hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}"
        return f"{where}: no such setting; {hint}"
    if fault["type"] == "missing":
        return f"{where}: missing; it has no default"
    wanted = WANTED.get(fault["type"]) or fault["msg"].removeprefix("Input should be ")
    return f"{where}: {fault['input']!r} came, {wanted} was wanted"


def setting_names(path: Sequence[str]) -> list[str]:
    """Names of the settings of the section at `path` (the recipe itself for an empty path)."""
    section: Any = Recipe
    for step in path:
        section = get_type_hints(section).get(step) if dataclasses.is_dataclass(section) else None
    return [field.name for field in dataclasses.fields(section)] if dataclasses.is_dataclass(section) else []


def all_paths() -> Iterator[str]:
    """Every `section.setting`, for suggestions across sections."""
    for name in setting_names([]):
        yield name
        yield from (f"{name}.{setting}" for setting in setting_names([name]))
