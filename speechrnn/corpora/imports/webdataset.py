"""WebDataset's archives: tars in which files of one name but for the suffix are one sample, `a.wav` with `a.txt`.

The transcript is the sample's `.txt`, or the `text` of its `.json`, where `speaker`, `language` and `split` may be too.
Archives are not unpacked: an utterance's path says where in its archive its sound lies (`audio.archived`). A folder may
hold many shards, told apart by the split in their name (`train-000000.tar`), or in folders named by their split.
"""

import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from speechrnn.audio.archived import Member, archived
from speechrnn.audio.suffixes import LIBSNDFILE_SUFFIXES
from speechrnn.corpora.auto_split import UNDECIDED
from speechrnn.corpora.imports.parts import choose_parts
from speechrnn.corpora.problem import Problem, ProblemKind, joined
from speechrnn.corpora.split_name import split_of
from speechrnn.corpora.transcript import text_problems
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

SUFFIX: Final = ".tar"
_TEXTS: Final = (".txt", ".json")
_MOST_TEXT_BYTES: Final = 1 << 20  # a transcript of a million letters is none


@dataclass(slots=True)
class _Sample:
    """One sample as far as it has been read: the name, its sound, its texts by suffix, and what is wrong with them."""

    name: str
    sound: Path | None = None
    texts: dict[str, str] = field(default_factory=dict)
    faults: list[Problem] = field(default_factory=list)


def is_webdataset(source: Path) -> bool:
    """Recognise a tar archive, or a folder of some that hold samples."""
    first = next((shards[0] for shards in _parts(source).values()), None)
    try:
        return first is not None and any(sample.sound and (sample.texts or sample.faults) for sample in _samples(first))
    except CorpusError:
        return not source.is_dir()  # a broken archive that was named is to be complained of


def list_webdataset(source: Path, config: CorpusConfig) -> Iterator[Utterance | Problem]:
    """List every shard of every part.

    Raises:
        CorpusError: an archive is compressed or damaged.
        UsageError: it is not clear which archives to take.
    """
    shards = _parts(source)
    for part, split in choose_parts(source, {name: Path(name) for name in shards}, config.parts):
        for shard in shards[part.name]:
            for sample in _samples(shard):
                yield _utterance(shard, sample, split)


def _parts(source: Path) -> dict[str, list[Path]]:
    """Group archives by their folder, or where that is the source itself by their name without its last number."""
    if not source.is_dir():
        return {source.stem: [source]} if source.suffix.lower() == SUFFIX else {}
    found: dict[str, list[Path]] = {}
    for shard in sorted({*source.glob(f"*{SUFFIX}"), *source.glob(f"*/*{SUFFIX}")}):
        if any(shard.parent.glob("cuts.*.jsonl.gz")):
            continue  # lhotse's Shar, whose texts are in the cuts
        own = re.sub(r"[-_.]*\d*$", "", shard.stem) or source.name
        found.setdefault(own if shard.parent == source else shard.parent.name, []).append(shard)
    return found


def _samples(shard: Path) -> Iterator[_Sample]:
    """Walk an archive from front to back; the files of a sample lie together, and its name ends at the first dot."""
    sample: _Sample | None = None
    try:
        with tarfile.open(shard, "r:") as tar:
            for info in tar:
                path = PurePosixPath(info.name)
                if not info.isfile() or path.name.startswith("."):
                    continue
                name = str(path.with_name(path.name.partition(".")[0]))
                if sample is None or sample.name != name:
                    if sample is not None:
                        yield sample
                    sample = _Sample(name)
                _take(shard, tar, info, sample)
    except (OSError, tarfile.TarError) as error:
        raise CorpusError(f"{shard}: cannot be read as an uncompressed tar archive ({error}); copy it again") from error
    if sample is not None:
        yield sample


def _take(shard: Path, tar: tarfile.TarFile, info: tarfile.TarInfo, sample: _Sample) -> None:
    """Put a member into its sample, if it is sound or text."""
    suffix = PurePosixPath(info.name).suffix.lower()
    if suffix in LIBSNDFILE_SUFFIXES:
        sample.sound = archived(Member(shard, info.offset_data, info.size), info.name)
    elif suffix in _TEXTS and info.size <= _MOST_TEXT_BYTES and (file := tar.extractfile(info)) is not None:
        try:
            sample.texts[suffix] = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            reason = f"its member {info.name!r} is not UTF-8 text; make the archive again"
            kind: ProblemKind = "missing_text" if suffix == ".txt" else "bad_line"
            sample.faults.append(Problem(sample.name, str(shard), kind, reason))


def _utterance(shard: Path, sample: _Sample, split: str) -> Utterance | Problem:
    """Turn a sample into an utterance."""
    about = _about(shard, sample)
    text = sample.texts.get(".txt", about.get("text"))
    if sample.sound is None:
        reason = "its sample has no sound that can be read"
        sample.faults.append(Problem(sample.name, str(shard), "missing_audio", reason))
    if not isinstance(text, str):
        if not any(fault.kind in ("missing_text", "bad_line") for fault in sample.faults):
            reason = "its sample has no .txt, and no text in a .json"
            sample.faults.append(Problem(sample.name, str(shard), "missing_text", reason))
        text = None
    if sample.sound is None or text is None:
        spoken = () if text is None else text_problems(sample.name, str(shard), text, "")
        return joined([*sample.faults, *spoken])
    given = about.get("split")
    return Utterance(
        utterance_id=sample.name,
        split=split_of(given) or UNDECIDED if isinstance(given, str) and split == UNDECIDED else split,
        path=sample.sound,
        text=" ".join(text.split()),
        speaker=_word(about, "speaker"),
        language=_word(about, "language"),
        faults=tuple(sample.faults),
    )


def _about(shard: Path, sample: _Sample) -> Mapping[str, Any]:
    """Read what a sample's JSON says of it; where it cannot be read, that is a fault of the sample."""
    try:
        about = json.loads(sample.texts.get(".json", "{}"))
    except (ValueError, RecursionError) as error:
        sample.faults.append(Problem(sample.name, str(shard), "bad_line", f"its .json is not JSON ({error})"))
        return {}
    return about if isinstance(about, dict) else {}


def _word(about: Mapping[str, Any], key: str) -> str | None:
    value = about.get(key)
    return None if value is None or value == "" else str(value)
