"""`speechrnn models`: which models there are on this machine; models fetched, sent, shown and removed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from speechrnn.cli.progress_bar import with_progress

if TYPE_CHECKING:
    from speechrnn.hub.listing import Entry

models = typer.Typer(invoke_without_command=True, rich_markup_mode="rich")

NAME = Annotated[Path, typer.Argument(help="Name, model file or run folder.", metavar="MODEL")]


@models.callback()
def list_models(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON list and nothing else on stdout.")] = False,
) -> None:
    """List the models that -m takes by name: in the package, in your cache, and the newest runs below ./runs.

    The cache is $SPEECHRNN_CACHE, else where your system keeps caches.
    Exit code 1: a model cannot be read; the others are listed.

    [bold]speechrnn models[/]

    [bold]speechrnn models pull https://example.org/yesno.srnn --sha256 0123...[/]

    [bold]speechrnn models pull hf://user/name[/]
    """
    if context.invoked_subcommand is None:
        _list(json)


@models.command("list")
def list_again(
    json: Annotated[bool, typer.Option("--json", help="Print a JSON list and nothing else on stdout.")] = False,
) -> None:
    """The same as speechrnn models alone."""
    _list(json)


def _list(json: bool) -> None:
    from speechrnn.hub.listing import list_models as find

    entries = find()
    if json:
        from json import dumps

        typer.echo(dumps([entry.to_json() for entry in entries], indent=2, ensure_ascii=False))
    else:
        width = max((len(entry.name) for entry in entries), default=0)
        for entry in entries:
            typer.echo(f"{entry.name:<{width}}  {_describe(entry)}")
    if not entries:
        typer.echo("no models here; speechrnn models pull fetches one, speechrnn train makes one", err=True)
    _end(entries)


@models.command()
def pull(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="https address, hf://user/name\\[@revision]\\[/file], model file or run folder."
        ),
    ],
    sha256: Annotated[
        str | None, typer.Option(help="Checksum it must have; an address may end in #sha256=HEX.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name it gets; by default that of the file or repository.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace another model of that name.")] = False,
    max_megabytes: Annotated[int, typer.Option(help="Larger files are refused.", min=1)] = 4096,
) -> None:
    r"""Put a model into your cache, once it is whole and gives here what it gave where it was made.

    A download that breaks off goes on where it was when you run it again. hf:// needs pip install 'speechrnn\[hub]'.

    [bold]speechrnn models pull https://example.org/yesno.srnn#sha256=0123...[/]

    [bold]speechrnn models pull hf://user/digits --name my-digits[/]

    [bold]speechrnn models pull runs/yesno[/]
    """
    from speechrnn.hub.pull import PullOptions
    from speechrnn.hub.pull import pull as fetch

    options = PullOptions(sha256=sha256, name=name, replace=force, most_bytes=max_megabytes * 10**6)
    pulled = with_progress(lambda progress: fetch(source, options, progress))
    typer.echo(f"{pulled.name}: {'in your cache now' if pulled.new else 'was in your cache already'}", err=True)
    typer.echo(f"next: speechrnn transcribe FILE.wav -m {pulled.name}", err=True)
    typer.echo(f"{pulled.sha256}  {pulled.path}")


@models.command()
def push(
    model: NAME,
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="hf://user/name, or with the file it shall be there.")
    ],
    private: Annotated[
        bool | None, typer.Option("--private/--public", help="Who may see a repository that is made new.")
    ] = None,
    message: Annotated[str, typer.Option(help="Of the commit; by default the model's name.")] = "",
) -> None:
    r"""Send a model to the Hugging Face hub, with its card as README where the repository has none.

    Log in first: hf auth login. Needs pip install 'speechrnn\[hub]'. Only a model that passes its own self-tests is
    sent. Read its card before: the licence of what it was trained on holds for it too.

    [bold]speechrnn models push runs/yesno hf://user/yesno --private[/]
    """
    from speechrnn.bundle.find import resolve_model
    from speechrnn.hub.push import push as send

    pushed = send(resolve_model(model), target, private=private, message=message)
    typer.echo(pushed.commit)
    typer.echo(f"next: speechrnn models pull {pushed.address} --sha256 {pushed.sha256}", err=True)


@models.command()
def show(model: NAME) -> None:
    """Print the card of a model: its data and licence, its errors, what it is for.

    [bold]speechrnn models show digits[/]
    """
    from speechrnn.bundle.find import resolve_model
    from speechrnn.bundle.read import read_bundle
    from speechrnn.hub.listing import entry_of

    path = resolve_model(model)
    card = read_bundle(path).card()
    typer.echo(f"{path}: {_describe(entry_of(path, str(model), ''))}", err=True)
    typer.echo(card.encode(), nl=False)


@models.command()
def remove(
    names: Annotated[list[str], typer.Argument(help="Names of models in your cache.", metavar="NAME...")],
) -> None:
    """Delete models from your cache.

    [bold]speechrnn models remove yesno[/]
    """
    from speechrnn.hub.remove import remove as delete

    for path in delete(names):
        typer.echo(f"removed {path}", err=True)


def _describe(entry: "Entry") -> str:
    """Say on one line where a model is and what it says of itself."""
    size = f"{entry.num_bytes / 1e6:.1f} MB"
    if entry.facts is None:
        return f"{entry.place}, {size}, cannot be read"
    facts = entry.facts
    error = "error not measured"
    if facts.wer is not None:
        behind = f" of {facts.words} words" if facts.words is not None else ""
        error = f"WER {facts.wer:.2f} %{behind}"
    said = [
        entry.place,
        size,
        facts.language,
        f"{len(facts.symbols)} {facts.unit}s",
        f"{facts.sample_rate_hz / 1000:g} kHz",
        error,
        f"data: {facts.licence}" if facts.licence else "",
        "live" if facts.live else "",
    ]
    return ", ".join(part for part in said if part)


def _end(entries: "list[Entry]") -> None:
    """Name the models that cannot be read, and leave with exit code 1 if there are any."""
    for entry in (broken := [entry for entry in entries if entry.fault]):
        typer.echo(f"error: {entry.fault}", err=True)
    if broken:
        raise typer.Exit(1)
