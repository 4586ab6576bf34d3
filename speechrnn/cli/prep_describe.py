"""`speechrnn prep describe`: a prepared corpus in numbers and in one picture."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import typer

from speechrnn.cli.prep_text import text_lines

if TYPE_CHECKING:
    from rich.console import Console

    from speechrnn.corpora.describe import SplitDescription
    from speechrnn.corpora.prepare import PreparedCorpus
    from speechrnn.recipe import Recipe

_HEADINGS: Final = (
    "utts",
    "hours",
    "speakers",
    "words",
    "distinct",
    "not in train",
    "alphabet",
    "chars a second",
    "words a minute",
)


def describe_prepared(prepared: "PreparedCorpus", recipe: "Recipe | None" = None) -> None:
    """Print the table of splits and the characters of each, and draw `describe.png` beside the manifests.

    With a recipe, also print what its normalisation makes of the transcripts.
    """
    from rich.console import Console

    from speechrnn.corpora.describe import describe
    from speechrnn.corpora.describe_picture import PICTURE, draw_description

    splits = describe(prepared)
    draw_description(prepared.directory / PICTURE, prepared.name, splits)
    console = Console()
    _print_table(console, f"{prepared.name}: {prepared.info['licence']}", splits)
    for split in splits:
        lines = {"characters": split.character_counts, "characters not in train": split.unseen_characters}
        for what, counts in lines.items():
            if counts:
                console.print(
                    f"{split.split} {what}: {_counted(counts)}", markup=False, highlight=False, soft_wrap=True
                )
    for line in text_lines(prepared, recipe) if recipe is not None else ():
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    typer.echo(f"picture\t{prepared.directory / PICTURE}")
    if prepared.set_aside:
        typer.echo(f"set aside: {len(prepared.set_aside)}, see {prepared.set_aside.path}", err=True)


def _print_table(console: "Console", title: str, splits: "Sequence[SplitDescription]") -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table("split", title=title, box=SIMPLE_HEAD, padding=0, pad_edge=False)  # ten columns in 80
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", min_width=max(map(len, heading.split())))
    for split in splits:
        table.add_row(
            split.split,
            str(split.utterances),
            f"{split.seconds / 3600:.2f}",
            str(split.speakers or "?"),
            str(split.words),
            str(len(split.word_counts)),
            str(split.unseen_words),
            str(len(split.character_counts)),
            f"{split.characters_per_second:.1f}",
            f"{split.words_per_minute:.0f}",
        )
    console.print(table)


def _counted(counts: Counter[str]) -> str:
    return " ".join(f"{character!r}:{count}" for character, count in counts.most_common())
