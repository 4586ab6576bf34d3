"""What lhotse's function is called with: the corpus, the user's options by lhotse's own names, and nothing else."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from speechrnn.corpora.bridge.entry import Entry
from speechrnn.corpora.bridge.signature import Function, Parameter
from speechrnn.errors import UsageError
from speechrnn.recipe import CorpusConfig


def arguments_for(
    entry: Entry, function: Function, config: CorpusConfig, places: Mapping[str, Path], language: str | None
) -> dict[str, Any]:
    """Collect the arguments of a prepare or download function.

    Args:
        entry: the corpus.
        function: its signature.
        config: what the user asked for.
        places: folder by role, `source` and `output`.
        language: lhotse's name of the language that was asked for, or None.

    Raises:
        UsageError: an option that the function does not have, or one that it cannot do without is missing.
    """
    options = function.in_role("option")
    arguments = _own_options(entry, config, options)
    for parameter in function.parameters:
        if parameter.role in places:
            arguments[parameter.name] = places[parameter.role]
        elif parameter.role == "jobs" and parameter.is_required:
            arguments[parameter.name] = 1
        elif parameter.role == "parts" and config.parts:
            arguments[parameter.name] = _parts(parameter, config.parts)
        elif parameter.role == "language" and language is not None:
            arguments[parameter.name] = [language] if "Sequence" in parameter.annotation else language
    missing = [p.name for p in function.parameters if p.is_required and p.name not in arguments]
    if missing:
        raise UsageError(
            f"corpus {entry.name}: {missing[0]} is missing; give options.{missing[0]}=VALUE, "
            f"see `speechrnn prep {entry.name} --help`"
        )
    return arguments


def _own_options(entry: Entry, config: CorpusConfig, options: tuple[Parameter, ...]) -> dict[str, Any]:
    """Check the user's options, and add those that go with the corpus."""
    known = {parameter.name: parameter for parameter in options}
    for name in config.options:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1) or sorted(known)
            hint = f"did you mean {near[0]!r}?" if len(near) == 1 else f"it has {', '.join(near) or 'none'}"
            raise UsageError(f"corpus {entry.name}: no option {name!r}; {hint}")
    given = {name: value for name, value in entry.options.items() if name in known} | config.options
    return {name: _as_lhotse_wants(known[name], value) for name, value in given.items()}


def _as_lhotse_wants(parameter: Parameter, value: Any) -> Any:
    """Turn what YAML made of a value into what the function takes: text where it wants text, lists for tuples."""
    if isinstance(value, tuple):
        return list(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number and parameter.annotation in ("str", "Optional[str]", "Pathlike") else value


def _parts(parameter: Parameter, parts: tuple[str, ...]) -> list[str] | str:
    """Give one part where the function takes only one."""
    return parts[0] if parameter.annotation == "str" else list(parts)
