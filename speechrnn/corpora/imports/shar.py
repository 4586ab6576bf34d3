"""lhotse's Shar archives: `cuts.<number>.jsonl.gz` with `recording.<number>.tar` beside it, in one folder or by split.

Archives are walked from front to back, cuts and sound side by side, and are not unpacked: an utterance's path says
where in its archive its sound lies (`audio.archived`).
"""

import gzip
import json
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

from speechrnn.audio.archived import Member, archived
from speechrnn.corpora.imports.parts import choose_parts
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

_CUTS: Final = "cuts.*.jsonl.gz"
_NO_DATA: Final = ".nodata"


class _Sound(NamedTuple):
    """A sound in an archive; None where the archive holds a gap for it."""

    name: str
    member: Member | None


def is_shar(source: Path) -> bool:
    """Recognise a folder of shards, or a folder of such folders."""
    return source.is_dir() and bool(_parts(source))


def list_shar(source: Path, config: CorpusConfig) -> Iterator[Utterance | Problem]:
    """List every shard of every split.

    Raises:
        CorpusError: an archive is missing, compressed, cut short, or does not go with its cuts.
        UsageError: it is not clear which folder is which split.
    """
    for folder, split in choose_parts(source, _parts(source), config.parts):
        for cuts in sorted(folder.glob(_CUTS)):
            archive = folder / cuts.name.replace("cuts", "recording", 1).replace(".jsonl.gz", ".tar")
            yield from _list_shard(cuts, archive, split)


def _parts(source: Path) -> dict[str, Path]:
    """Find the folders that hold shards, by name."""
    if any(source.glob(_CUTS)):
        return {source.name: source}
    return {folder.name: folder for folder in sorted(source.iterdir()) if folder.is_dir() and any(folder.glob(_CUTS))}


def _list_shard(cuts: Path, archive: Path, split: str) -> Iterator[Utterance | Problem]:
    """Walk through the cuts of a shard and its sounds side by side."""
    sounds = _sounds(archive)
    for number, cut in _cuts(cuts):
        sound = next(sounds, None)
        if sound is None or sound.name != cut["id"]:
            came = "its end" if sound is None else repr(sound.name)
            raise CorpusError(
                f"{cuts}:{number}: cut {cut['id']!r}, but {archive.name} has {came} there; copy the shard again"
            )
        if sound.member is None:
            where = f"{cuts}:{number}"
            yield Problem(cut["id"], str(archive), "missing_audio", "the archive holds no sound for it", where)
        elif not cut.get("supervisions"):
            yield Problem(cut["id"], str(cuts), "missing_text", "the cut has no supervision", f"{cuts}:{number}")
        else:
            path = archived(sound.member, f"{sound.name}.flac")
            for said in cut["supervisions"]:
                yield replace(_utterance(cut, said, path, split), text_file=cuts, line=number)


def _utterance(cut: dict[str, Any], said: dict[str, Any], path: Path, split: str) -> Utterance:
    """Turn one supervision of a cut into an utterance; its times count from the cut's beginning, as the sound does."""
    is_whole = len(cut["supervisions"]) == 1 and said["start"] == 0 and said["duration"] >= cut["duration"]
    return Utterance(
        utterance_id=said["id"],
        split=split,
        path=path,
        text=said.get("text") or "",
        speaker=said.get("speaker"),
        start_seconds=0.0 if is_whole else max(0.0, float(said["start"])),
        duration_seconds=None if is_whole else float(said["duration"]),
        language=said.get("language"),
    )


def _cuts(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read the cuts of a shard with their line numbers."""
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, start=1):
                yield number, json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise CorpusError(f"{path}: cannot be read as a shard of cuts ({error}); copy it again") from error


def _sounds(archive: Path) -> Iterator[_Sound]:
    """Find where each sound of an archive lies: the first of every two members, the second describes it."""
    try:
        with tarfile.open(archive, "r:") as tar:
            for number, info in enumerate(tar):
                if number % 2 == 0:
                    path = PurePosixPath(info.name)
                    place = None if path.suffix == _NO_DATA else Member(archive, info.offset_data, info.size)
                    yield _Sound(str(path.with_suffix("")), place)
    except (OSError, tarfile.TarError) as error:
        raise CorpusError(
            f"{archive}: cannot be read as an uncompressed tar archive ({error}); copy the shard again"
        ) from error
