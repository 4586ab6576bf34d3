"""Packs checked utterances into lhotse's Shar archives: a few large files to read from front to back, not many small.

`shar/<split>/cuts.<number>.jsonl.gz` holds up to a thousand utterances a file, and `recording.<number>.tar` beside it
their sound, in the same order: FLAC of that part of the recording alone, channels averaged as training does, and a
description after each. Sound of 16 bits keeps every bit. `shar/shards.json` lists the files with size and SHA-256, for
places that cannot be listed, such as a web server. lhotse reads a split with `CutSet.from_shar(in_dir=...)`.
"""

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import quote

import numpy as np
import soundfile

from speechrnn.atomic import write_json, writing
from speechrnn.audio import Audio, read_audio
from speechrnn.corpora.manifest import WriteRecord, json_lines, supervision_record
from speechrnn.corpora.validate import Checked

SHAR: Final = "shar"
INDEX: Final = "shards.json"
SHARD_SIZE: Final = 1000
_STEPS_16_BIT: Final = 32768.0
_STEPS_24_BIT: Final = 8388608.0


class SharWriter:
    """Writes the archives of every split, one shard of each at a time."""

    def __init__(self, folder: Path, language: str | None, shard_size: int = SHARD_SIZE) -> None:
        """Begin with no shard.

        Args:
            folder: gets a folder for each split.
            language: BCP 47 tag of the utterances that have none of their own.
            shard_size: utterances in a shard.
        """
        self.num_shards: dict[str, int] = {}
        self._folder, self._language, self._shard_size = folder, language, shard_size
        self._open: dict[str, tuple[ExitStack, tarfile.TarFile, WriteRecord]] = {}
        self._counts: dict[str, int] = {}

    def write(self, checked: Checked) -> None:
        """Read the sound of one utterance and pack it.

        Raises:
            AudioError: its file has changed since it was checked, and cannot be read any more.
        """
        utterance = checked.utterance
        archive, write_cut = self._shard(utterance.split)
        audio = read_audio(
            utterance.path,
            start_seconds=utterance.start_seconds,
            duration_seconds=utterance.duration_seconds,
            channel=utterance.channel,
        )
        name = shar_name(utterance.utterance_id)
        recording = _placeholder(name, audio)
        _add(archive, f"{name}.flac", _flac(audio))
        _add(archive, f"{name}.json", (json.dumps(recording, ensure_ascii=False) + "\n").encode())
        said = supervision_record(checked, name, self._language)
        said |= {"start": 0.0, "duration": audio.duration_seconds, "channel": 0}
        said.pop("custom", None)  # what is packed is one channel
        write_cut(
            {
                "id": name,
                "start": 0,
                "duration": audio.duration_seconds,
                "channel": 0,
                "supervisions": [said],
                "recording": recording,
                "type": "MonoCut",
            }
        )

    def finish(self) -> None:
        """Finish every shard and list them."""
        self.close()
        files = sorted(path for split in self.num_shards for path in (self._folder / split).iterdir())
        listed = {path.relative_to(self._folder).as_posix(): _fingerprint(path) for path in files}
        write_json(self._folder / INDEX, {"files": listed})

    def close(self) -> None:
        """Close the files of every shard."""
        for split in list(self._open):
            self._close(split)

    def _shard(self, split: str) -> tuple[tarfile.TarFile, WriteRecord]:
        """Return the open shard of a split; begin the next where that is full."""
        count = self._counts.get(split, 0)
        self._counts[split] = count + 1
        if count % self._shard_size == 0:
            self._close(split)
            number = f"{count // self._shard_size:06}"
            self.num_shards[split] = self.num_shards.get(split, 0) + 1
            files = ExitStack()
            folder = self._folder / split
            cuts = files.enter_context(json_lines(folder / f"cuts.{number}.jsonl.gz"))
            archive = files.enter_context(_tar(folder / f"recording.{number}.tar"))
            self._open[split] = files, archive, cuts
        _, archive, cuts = self._open[split]
        return archive, cuts

    def _close(self, split: str) -> None:
        if split in self._open:
            self._open.pop(split)[0].close()


@contextmanager
def packing(directory: Path, language: str | None, shard_size: int = SHARD_SIZE) -> Iterator[SharWriter]:
    """Pack into `directory/shar`, which replaces one that is there when the block ends, and not at all on an error."""
    partial = directory / f".{SHAR}.{os.getpid()}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    writer = SharWriter(partial, language, shard_size)
    try:
        yield writer
        writer.finish()
        remove_shar(directory)
        partial.rename(directory / SHAR)
    finally:
        writer.close()
        shutil.rmtree(partial, ignore_errors=True)


def has_shar(directory: Path) -> bool:
    """Tell whether there are whole archives."""
    return (directory / SHAR / INDEX).exists()


def remove_shar(directory: Path) -> None:
    """Remove archives of an older preparation."""
    if (directory / SHAR).is_dir():
        shutil.rmtree(directory / SHAR)


def shar_name(utterance_id: str) -> str:
    """Name an utterance in an archive: by its id, or where a path cannot be called that, by its id in per cents.

    >>> shar_name("day one/7"), shar_name("../7")
    ('day one/7', '%2E%2E%2F7')
    """
    path = PurePosixPath(utterance_id)
    is_plain = str(path) == utterance_id != "." and not path.is_absolute() and ".." not in path.parts
    return utterance_id if is_plain else quote(utterance_id, safe="").replace(".", "%2E")


@contextmanager
def _tar(path: Path) -> Iterator[tarfile.TarFile]:
    """Write an archive, whole or not at all."""
    with writing(path) as file, tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        yield archive


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    """Add a file without owner and time, so that the same corpus gives the same bytes."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, BytesIO(content))


def _fingerprint(path: Path) -> dict[str, Any]:
    """Describe a file, to know a copy of it by."""
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _flac(audio: Audio) -> bytes:
    """Encode sound, in 16 bits where that keeps every bit, else in 24."""
    steps = audio.samples.astype(np.float64) * _STEPS_16_BIT
    file = BytesIO()
    if np.array_equal(steps, np.rint(steps)) and steps.max() < _STEPS_16_BIT:
        soundfile.write(file, steps.astype(np.int16), audio.sample_rate_hz, format="FLAC", subtype="PCM_16")
    else:
        steps = np.rint(audio.samples.astype(np.float64) * _STEPS_24_BIT).clip(-_STEPS_24_BIT, _STEPS_24_BIT - 1)
        whole = steps.astype(np.int32) << 8
        soundfile.write(file, whole, audio.sample_rate_hz, format="FLAC", subtype="PCM_24")
    return file.getvalue()


def _placeholder(name: str, audio: Audio) -> dict[str, Any]:
    """Describe sound that lies in the archive, as lhotse's Recording."""
    return {
        "id": name,
        "sources": [{"type": "shar", "channels": [0], "source": ""}],
        "sampling_rate": audio.sample_rate_hz,
        "num_samples": len(audio.samples),
        "duration": audio.duration_seconds,
        "channel_ids": [0],
    }
