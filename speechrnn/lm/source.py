"""The text a language model is made of or measured on: files, and the transcripts of a corpus.

Lines are brought to NFC with single spaces, and to the letter case of a recipe where one is given: a language model is
of use only if it spells as the acoustic model does. Empty lines are left out.
"""

import gzip
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from speechrnn.errors import LanguageModelError, UsageError
from speechrnn.recipe import CorpusConfig, TextConfig
from speechrnn.text.normalize import normalize, pipeline

_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class TextSource:
    """Where text comes from; all that is named is read, files first.

    Attributes:
        files: UTF-8, one sentence a line, gzip too; `-` is stdin.
        corpus: transcripts of this prepared corpus.
        recipe: transcripts of this recipe's corpus, split as it says, and its spelling.
        split: of the corpus: train, dev or test.
        data: folder of corpora; None for the usual one.
        case: letter case; None for the recipe's, which without a recipe is to keep it.
        remove: characters to drop; None for the recipe's.
    """

    files: tuple[Path, ...] = ()
    corpus: str | None = None
    recipe: Path | None = None
    split: str = "train"
    data: Path | None = None
    case: Literal["keep", "lower", "upper"] | None = None
    remove: str | None = None


def read_lines(source: TextSource) -> list[str]:
    """Read all lines.

    Raises:
        UsageError: nothing was named, or a file that is not there.
        LanguageModelError: a line is not UTF-8, named by its number; or there are no words at all.
        CorpusError: the corpus is absent or has no such split.
    """
    if not source.files and source.corpus is None and source.recipe is None:
        raise UsageError("lm: no text came; name text files, or --corpus NAME, or --recipe FILE for its transcripts")
    if source.corpus is not None and source.recipe is not None:
        raise UsageError(f"lm: --corpus {source.corpus} and --recipe {source.recipe} came; wanted one of them")
    if missing := [path for path in source.files if str(path) != "-" and not path.is_file()]:
        raise UsageError(f"{missing[0]}: no such file; wanted text, one sentence a line")
    corpus, spelling = _settings(source)
    pipeline(spelling)  # what it lacks is said before any reading
    lines = [line for path in source.files for line in _file_lines(path)]
    if corpus is not None:
        lines += _transcripts(corpus, source)
    found = [text for line in lines if (text := normalize(line, spelling))]
    if not found:
        named = ", ".join([*map(str, source.files), *([corpus.name] if corpus else [])])
        raise LanguageModelError(f"{named}: no words came, at least one line of text was wanted; name another text")
    return found


def _settings(source: TextSource) -> tuple[CorpusConfig | None, TextConfig]:
    """Give the corpus, if one is asked for, and how to spell."""
    corpus = None if source.corpus is None else CorpusConfig(name=source.corpus)
    spelling = TextConfig(case="keep")
    if source.recipe is not None:
        from speechrnn.recipe.load import load_recipe

        recipe = load_recipe(source.recipe)
        corpus, spelling = recipe.corpus, recipe.text
    if source.case is not None:
        spelling = replace(spelling, case=source.case)
    if source.remove is not None:
        spelling = replace(spelling, remove=source.remove)
    return corpus, spelling


def _transcripts(corpus: CorpusConfig, source: TextSource) -> list[str]:
    from speechrnn.corpora.prepare import data_directory, prepare_corpus
    from speechrnn.data.cuts import load_split, utterance_text  # imports torch, 2 s

    prepared = prepare_corpus(corpus, data_directory(source.data))
    if source.split not in prepared.splits:
        raise UsageError(f"{corpus.name}: no split {source.split!r}; --split takes {', '.join(prepared.splits)}")
    return [utterance_text(cut) for cut in load_split(prepared.directory, source.split)]


def _file_lines(path: Path) -> Iterator[str]:
    content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    if content.startswith(_GZIP):
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise LanguageModelError(f"{path}: its gzip is cut or damaged ({error}); fetch it again") from error
    # A line ends at a line feed only: other signs that Python takes for a line's end may stand within a sentence.
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            raise LanguageModelError(
                f"{path}: line {number}: byte {line[error.start]:#04x} came, UTF-8 was wanted; convert the file"
            ) from error
