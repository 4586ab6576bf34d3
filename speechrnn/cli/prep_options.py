"""The options of `prep`, each with its help."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Words: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[validate|describe|export] CORPUS [KEY=VALUE...]",
        help="A corpus, as --list names it, and settings of the recipe's corpus section.",
        show_default=False,
    ),
]
Data: TypeAlias = Annotated[
    Path | None, typer.Option("--data", help="Folder of corpora; by default $SPEECHRNN_DATA, else ./data.")
]
LeaveOut: TypeAlias = Annotated[
    str | None, typer.Option("--leave-out", help="Test on this speaker, train on the others.")
]
Place: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--path", help="Where it lies; for corpus folder a directory of audio, a table, or an address of shards."
    ),
]
Force: TypeAlias = Annotated[bool, typer.Option("--force", help="Prepare again even when nothing changed.")]
Download: TypeAlias = Annotated[bool, typer.Option("--download", help="Fetch the corpus first if it is not there.")]
Mirror: TypeAlias = Annotated[
    str | None,
    typer.Option("--mirror", help="With --download: folder or address (https, s3, gs) of the archives."),
]
Jobs: TypeAlias = Annotated[
    int, typer.Option("-j", "--jobs", min=1, help="Processes that read the files; 1 reads in threads.")
]
Shar: TypeAlias = Annotated[
    bool, typer.Option("--shar", help="Also pack the sound into lhotse Shar archives, in shar/ beside the manifests.")
]
Recipe: TypeAlias = Annotated[
    Path | None,
    typer.Option("--recipe", help="With describe: also show what this recipe's normalisation makes of transcripts."),
]
To: TypeAlias = Annotated[str | None, typer.Option("--to", help="With export: the layout to write, kaldi or nemo.")]
Output: TypeAlias = Annotated[
    Path | None, typer.Option("-o", "--output", help="With export: where to write it, a new or empty folder.")
]
List: TypeAlias = Annotated[
    bool, typer.Option("--list", help="List the corpora, or those that the words describe, and stop.")
]
Fix: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--fix", help="Repair what is safe in the manifests, never in your files; fixes.jsonl says what. As fix=true."
    ),
]
AllowLeak: TypeAlias = Annotated[
    bool,
    typer.Option("--allow-leak", help="Prepare though train and test share sounds or speakers. As allow_leak=true."),
]
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="With --list: as JSON; with validate: one JSON object for each finding.")
]
