"""The command `speechrnn`: one subcommand per file of this folder, and the only place that turns errors into exits."""

import os
import sys

import typer
from typer.main import get_command

from speechrnn import __version__
from speechrnn.cli.commands import Commands
from speechrnn.errors import SpeechRnnError

app = typer.Typer(
    name="speechrnn",
    cls=Commands,
    help="Train your own small recurrent speech recogniser and run it offline.",
    epilog="Start with: speechrnn train recipes/spoken_digits.yaml",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

USAGE = 2
INTERRUPTED = 130


def show_version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        typer.echo(f"speechrnn {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=show_version, is_eager=True, help="Print the version."),
) -> None:
    """Train your own small recurrent speech recogniser and run it offline."""


def usage_error(error: typer.TyperException) -> str:
    """Say on one line what was typed wrong; a command that came without arguments answers with its help, whole."""
    message = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        return message
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "speechrnn"
    return f"error: {' '.join(message.split()).rstrip('.')}; see {command} --help"


def main() -> None:
    """Run the command line; every error a user can mend becomes one line on stderr per fault."""
    try:
        # Not standalone: typer then raises what was typed wrong, instead of drawing a box of several lines.
        sys.exit(get_command(app)(prog_name="speechrnn", standalone_mode=False) or 0)
    except typer.TyperException as error:
        print(usage_error(error), file=sys.stderr)
        sys.exit(USAGE)
    except SpeechRnnError as error:
        for line in str(error).splitlines():
            print(f"error: {line}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("error: stopped", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader went away (`| head`); point stdout at nothing so that the interpreter's own flush stays quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        # What the system refuses: a full disk, a file where a folder should be, no permission.
        where = f"{error.filename}: " if error.filename else ""
        print(f"error: {where}{error.strerror or error}", file=sys.stderr)
        sys.exit(1)
