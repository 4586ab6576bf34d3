"""Options that belong together, and reach a command as one record."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any


def takes(
    name: str, options: Mapping[str, tuple[Any, Any]], record: Callable[..., Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command options behind its own.

    Args:
        name: the command's parameter that receives them together.
        options: type and default of each.
        record: makes one of them, called with all by name.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        def run(**arguments: Any) -> None:
            chosen = {one: arguments.pop(one) for one in options}
            command(**arguments, **{name: record(**chosen)})

        keyword = inspect.Parameter.KEYWORD_ONLY
        own = [one.replace(kind=keyword) for one in inspect.signature(command).parameters.values() if one.name != name]
        added = [
            inspect.Parameter(one, keyword, default=default, annotation=annotation)
            for one, (annotation, default) in options.items()
        ]
        parameters = [*own, *added]
        # typer reads both.
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        run.__name__, run.__doc__ = command.__name__, command.__doc__
        return run

    return decorate
