"""The commands by name; each is imported when it is called, so that none waits for the others and `--help` for none."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from speechrnn.errors import InterruptedRunError

COMMANDS: Final[Mapping[str, str]] = {
    "prep": "Check every recording of a corpus, split it, and write lhotse manifests to DIR/manifests/CORPUS.",
    "train": "Train a recipe, or go on where its run was stopped.",
    "decode": "Decode a split, print its error rates, and write its hypotheses.",
    "transcribe": "Write down what is said in sound files.",
    "listen": "Write down what is said into the microphone, until Ctrl-C.",
    "serve": "Let other programs transcribe, over HTTP as OpenAI's clients do.",
    "align": "Find when each word and letter of a text is said.",
    "calibrate": "Fit the confidence of words and utterances to what is right on dev, and store it in the model file.",
    "check": "Prove that a model file is whole and still gives what it gave when it was made.",
    "export": "Write a model so that other programs and languages can run it.",
    "models": "List the models that -m takes by name: in the package, in your cache, and the newest runs below ./runs.",
    "lm": "Make and measure language models.",
    "recipe": "Show, list and check recipes.",
}
"""What `speechrnn --help` says of each: the first lines of its own help, which a test holds it to."""


class Commands(TyperGroup):
    """Stands in for every command with its name and line, until one is called."""

    def __init__(self, **settings: Any) -> None:
        """Make the group."""
        super().__init__(**settings)
        for name, line in COMMANDS.items():
            self.add_command(TyperCommand(name, help=line))

    def invoke(self, ctx: Any) -> Any:
        """Run what was called; typer would end without a word on Ctrl-C.

        Raises:
            InterruptedRunError: the user stopped a command that has nothing to say of it.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            raise InterruptedRunError("stopped") from stop

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find what was called, as the name of a command, the command and its arguments."""
        name, _, arguments = super().resolve_command(ctx, args)
        return name, None if name is None else load_command(name), arguments


def load_command(name: str) -> Any:
    """Import a command of `COMMANDS`: a function or a group of that name, in the module of that name."""
    module = import_module(f"speechrnn.cli.{name}")
    found, holder = getattr(module, name), typer.Typer(rich_markup_mode="rich")
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    else:
        holder.command(name, cls=getattr(module, "COMMAND_CLASS", TyperCommand))(found)
    return get_group(holder).commands[name]
