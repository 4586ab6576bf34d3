"""Mozilla's Common Voice as it is published: `clips/` and tables `train.tsv`, `dev.tsv`, `test.tsv` of one language.

The speaker is `client_id`, the transcript `sentence`. Without published splits `validated.tsv` is taken and split by
speaker; `parts` names other tables. In a release with a folder for each language, `language` chooses one.
"""

import difflib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from speechrnn.corpora.auto_split import UNDECIDED
from speechrnn.corpora.bad_lines import bad_line, unless_all_bad
from speechrnn.corpora.encoding import line_fault, open_lines
from speechrnn.corpora.imports.parts import choose_parts
from speechrnn.corpora.imports.subfolders import subfolders
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError, UsageError
from speechrnn.recipe import CorpusConfig

_CLIPS: Final = "clips"
_COLUMNS: Final = ("client_id", "path", "sentence")
_PUBLISHED: Final[tuple[str, ...]] = ("train", "dev", "test")
_ALL: Final = "validated"


def is_common_voice(source: Path) -> bool:
    """Recognise the folder of a language, one of several languages, or a table."""
    return bool(_languages(source)) if source.is_dir() else source.suffix == ".tsv" and _has_header(source)


def list_common_voice(source: Path, config: CorpusConfig) -> Iterator[Utterance | Problem]:
    """List the tables of one language.

    Raises:
        CorpusError: no line has the columns of the header, or the encoding is another.
        UsageError: it is not clear which language or which tables to take.
    """
    if not source.is_dir():
        yield from unless_all_bad(_list_table(source, UNDECIDED))
        return
    folder = _choose_language(source, config.language)
    tables = {table.stem: table for table in sorted(folder.glob("*.tsv")) if _has_header(table)}
    published = [name for name in _PUBLISHED if name in tables]
    wanted = config.parts or published or [name for name in (_ALL,) if name in tables]
    for table, split in choose_parts(folder, tables, wanted):
        yield from unless_all_bad(_list_table(table, split))


def _languages(source: Path) -> dict[str, Path]:
    """Find the folders of languages by name, or the one that the source is itself."""
    if (source / _CLIPS).is_dir() and any(map(_has_header, sorted(source.glob("*.tsv")))):
        return {source.name: source}
    folders = (folder for folder in subfolders(source) if (folder / _CLIPS).is_dir())
    return {folder.name: folder for folder in folders if any(map(_has_header, sorted(folder.glob("*.tsv"))))}


def _choose_language(source: Path, wanted: str | None) -> Path:
    """Choose among the languages of a release."""
    there = _languages(source)
    if not there:
        raise CorpusError(f"{source}: no folder clips/ with tables such as train.tsv beside it; unpack it again")
    if source in there.values() or (wanted is None and len(there) == 1):
        return next(iter(there.values()))
    if wanted not in there:
        near = difflib.get_close_matches(wanted or "", there, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise UsageError(f"{source}: language={wanted} is not there; {hint}choose from {', '.join(there)}")
    return there[wanted]


def _has_header(table: Path) -> bool:
    try:
        with open_lines(table) as lines:
            return set(_COLUMNS) <= set(lines.readline().rstrip("\n").split("\t"))
    except CorpusError:
        return False


def _list_table(table: Path, split: str) -> Iterator[Utterance | Problem]:
    """Read one table; its cells are never quoted."""
    clips = (table.parent / _CLIPS).resolve()
    with open_lines(table) as lines:
        header = lines.readline().rstrip("\n").split("\t")
        for number, line in enumerate(lines, start=2):
            cells = line.rstrip("\n").split("\t")
            if cells == [""]:
                continue
            if fault := line_fault(table, line) or _cell_fault(header, cells):
                yield bad_line(table, number, fault)
                continue
            speaker, name, text = (cells[header.index(column)] for column in _COLUMNS)
            clip = clips / (name if Path(name).suffix else f"{name}.mp3")  # early releases left the suffix out
            found = Utterance(
                utterance_id=clip.stem,
                split=split,
                path=clip,
                text=text.strip(),
                speaker=speaker or None,
                text_file=table,
                line=number,
            )
            yield replace(found, language=cells[header.index("locale")] or None) if "locale" in header else found


def _cell_fault(header: list[str], cells: list[str]) -> str:
    """Say why a line names no recording; empty where it does."""
    if len(cells) != len(header):
        return f"{len(cells)} cells where the header has {len(header)}"
    return "" if cells[header.index("path")].strip() else "path is empty; wanted the name of a clip"
