"""`speechrnn check`: replay the self-tests inside a model file."""

from pathlib import Path
from typing import Annotated

import typer


def check(
    model: Annotated[Path | None, typer.Argument(help="Model file, run folder or name; else digits.")] = None,
) -> None:
    """Prove that a model file is whole and still gives what it gave when it was made.

    Prints one line per self-test. Exit code 0: all the same; 1: the file is damaged or a result differs.

    [bold]speechrnn check runs/yesno[/]
    """
    from speechrnn.bundle.check import check_bundle
    from speechrnn.bundle.find import describe_choice, resolve_model

    path = resolve_model(model)
    if model is None:
        typer.echo(f"model: {describe_choice(path)}", err=True)
    results = check_bundle(path)
    for result in results:
        line = (
            f"{result.name}: {result.got}" if result.ok else f"{result.name}: {result.got}, expected {result.expected}"
        )
        typer.echo(f"{'ok' if result.ok else 'FAILED'}  {line}")
    if not results:
        typer.echo(f"warning: {path}: holds no self-tests; only its checksums were compared", err=True)
    if wrong := sum(not result.ok for result in results):
        typer.echo(
            f"error: {path}: {wrong} of {len(results)} self-tests differ; do not trust this model here", err=True
        )
        raise typer.Exit(1)
