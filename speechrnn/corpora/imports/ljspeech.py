"""A folder like LJSpeech: `metadata.csv` without a header, cells between bars, and the recordings in `wavs/`.

The first cell is the name of a recording, with or without its suffix, the last its transcript. What stands between them
is passed over: LJSpeech has the transcript as written there, and spells numbers out in the last. Quotes are text.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from speechrnn.audio.suffixes import LIBSNDFILE_SUFFIXES
from speechrnn.corpora.auto_split import UNDECIDED
from speechrnn.corpora.bad_lines import bad_line, unless_all_bad
from speechrnn.corpora.encoding import line_fault, open_lines, open_text
from speechrnn.corpora.near_name import same_file
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

TABLE: Final = "metadata.csv"
_LOOKED_AT: Final = 5  # lines; one of them may name a file that is not there
_FOLDERS: Final = ("wavs", "wav", "audio", "clips", "")
_SUFFIXES: Final = (".wav", ".flac", ".ogg", ".opus", ".mp3")


def is_ljspeech(source: Path) -> bool:
    """Recognise the folder or its table: its first lines have bars, and one of them names a recording."""
    table = _table(source)
    if table.suffix.lower() not in (".csv", ".txt") or not table.is_file():
        return False
    try:
        with open_text(table, "latin-1") as lines:  # a wrong letter in a transcript is told later, with its line
            names = [line.partition("|") for line in islice(lines, _LOOKED_AT)]
    except CorpusError:
        return False
    # A line without a bar among them is told later too; a table of which most lines have none is something else.
    return 2 * sum(bool(bar) for _, bar, _ in names) > len(names) and any(
        _layout(table.parent, name.strip()) for name, _, _ in names
    )


def list_ljspeech(source: Path, config: CorpusConfig) -> Iterator[Utterance | Problem]:
    """List the table.

    Raises:
        CorpusError: no line has a bar, or the encoding is another.
        UsageError: there is no encoding of that name.
    """
    table = _table(source)
    return unless_all_bad(_list_table(table, config.encoding))


def _list_table(table: Path, encoding: str | None) -> Iterator[Utterance | Problem]:
    """Read the table line by line."""
    layout: tuple[Path, str] | None = None
    with open_lines(table, encoding) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            name, *texts = (cell.strip() for cell in line.split("|"))
            if fault := line_fault(table, line, encoding):
                yield bad_line(table, number, fault)
                continue
            if not texts or not name:
                yield bad_line(table, number, f"{line.strip()[:60]!r}; wanted NAME|TEXT, or NAME|TEXT|TEXT")
                continue
            layout = layout or _layout(table.parent, name)
            folder, suffix = layout or (table.parent / _FOLDERS[0], ".wav")
            stem, has_suffix = _stem(name)
            path = folder / (name if has_suffix else name + suffix)
            yield Utterance(
                utterance_id=stem,
                split=UNDECIDED,
                path=same_file(path),
                text=texts[-1],
                text_file=table,
                line=number,
            )


def _stem(name: str) -> tuple[str, bool]:
    """Return a name without the suffix of a sound file, and whether it had one; other dots are part of it."""
    has_suffix = Path(name).suffix.lower() in LIBSNDFILE_SUFFIXES
    return Path(name).with_suffix("").as_posix() if has_suffix else name, has_suffix


def _table(source: Path) -> Path:
    return source / TABLE if source.is_dir() else source


def _layout(root: Path, name: str) -> tuple[Path, str] | None:
    """Find out from one name in which folder the recordings lie, and with which suffix; all others follow it."""
    suffixes = ("",) if _stem(name)[1] else _SUFFIXES
    for folder in _FOLDERS:
        for suffix in suffixes:
            if name and same_file(root / folder / f"{name}{suffix}").is_file():
                return (root / folder).resolve(), suffix
    return None
