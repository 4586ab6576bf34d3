"""What lhotse's functions take, read from its source without importing it, which would take seconds.

Names, defaults and explanations are lhotse's own, so that an option that lhotse adds is there at once.
"""

import ast
import importlib.util
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from speechrnn.errors import MissingDependencyError

Role = Literal["source", "output", "jobs", "parts", "language", "option"]

_OUTPUT: Final = frozenset({"output_dir", "manifest_dir"})
_JOBS: Final = frozenset({"num_jobs", "nj", "num_threads_per_job"})
_PARTS: Final = frozenset({"dataset_parts", "dataset_part", "parts", "splits"})
_LANGUAGE: Final = frozenset({"languages", "language", "lang"})
_DIRECTORY: Final = re.compile(r".*(_dirs?|_root|_dir_path)$")
_FIELD: Final = re.compile(r"^\s*:param (\w+):", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a function.

    Attributes:
        name: lhotse's own.
        role: who fills it in: the bridge, or whoever sets `corpus.options`.
        is_required: whether it has no default.
        default: its value, or the text of the expression where it is none that can be read.
        annotation: its type as written, empty where there is none.
        help: lhotse's explanation on one line, empty where there is none.
    """

    name: str
    role: Role
    is_required: bool
    default: Any
    annotation: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function of one of lhotse's recipe modules."""

    module: str
    name: str
    parameters: tuple[Parameter, ...]

    def in_role(self, role: Role) -> tuple[Parameter, ...]:
        """Return the parameters that somebody fills in, in order."""
        return tuple(parameter for parameter in self.parameters if parameter.role == role)


@cache
def read_functions(module: str) -> dict[str, Function]:
    """Read every public function of a module of `lhotse.recipes`, by name.

    Raises:
        MissingDependencyError: lhotse is not installed, or has no such module.
    """
    path = recipes_folder() / f"{module}.py"
    try:
        with warnings.catch_warnings(action="ignore"):  # of how lhotse spells its regular expressions
            tree = ast.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingDependencyError(
            f"lhotse.recipes.{module}: the installed lhotse has no such module; pip install -U lhotse"
        ) from error
    constants = dict(_constants(tree))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    return {node.name: _function(module, node, constants) for node in found}


def recipes_folder() -> Path:
    """Find the source of lhotse's recipes.

    Raises:
        MissingDependencyError: lhotse is not installed.
    """
    found = importlib.util.find_spec("lhotse")
    if found is None or not found.submodule_search_locations:
        raise MissingDependencyError("lhotse is not installed; pip install lhotse")
    return Path(found.submodule_search_locations[0]) / "recipes"


def _constants(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    """Yield the values that a module names and that can be read without running it."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                yield node.targets[0].id, ast.literal_eval(node.value)
            except ValueError:
                continue  # computed


def _function(module: str, node: ast.FunctionDef, constants: dict[str, Any]) -> Function:
    """Read a signature."""
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    given = [*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None)]
    defaults = dict(zip([argument.arg for argument in arguments[len(arguments) - len(given) :]], given, strict=True))
    explained = _explanations(ast.get_docstring(node) or "")
    first = next((argument.arg for argument in arguments if _DIRECTORY.match(argument.arg)), None)
    parameters = tuple(
        Parameter(
            name=argument.arg,
            role=_role(argument.arg, annotation := _annotation(argument), is_source=argument.arg == first),
            is_required=argument.arg not in defaults,
            default=_value(defaults.get(argument.arg), constants),
            annotation=annotation,
            help=explained.get(argument.arg, ""),
        )
        for argument in arguments
    )
    return Function(module=module, name=node.name, parameters=parameters)


def _annotation(argument: ast.arg) -> str:
    """Return the type of a parameter as written."""
    return "" if argument.annotation is None else ast.unparse(argument.annotation)


def _role(name: str, annotation: str, is_source: bool) -> Role:
    """Tell by its name and type who fills a parameter in."""
    if name in _OUTPUT:
        return "output"
    if is_source:
        return "source"
    if name in _JOBS:
        return "jobs"
    if name in _PARTS and "Pathlike" not in annotation:
        return "parts"
    return "language" if name in _LANGUAGE else "option"


def _value(default: ast.expr | None, constants: dict[str, Any]) -> Any:
    """Read a default: a plain value, a constant of the module, or else its own text."""
    if default is None:
        return None
    try:
        return ast.literal_eval(default)
    except ValueError:
        text = ast.unparse(default)
        return constants.get(text, text)


def _explanations(docstring: str) -> dict[str, str]:
    """Split off what a docstring says of each parameter."""
    _, *pieces = _FIELD.split(docstring)
    texts = (re.split(r"\n\s*:|\n\s*\n", text)[0] for text in pieces[1::2])
    return {name: " ".join(text.split()) for name, text in zip(pieces[::2], texts, strict=True)}
