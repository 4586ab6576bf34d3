"""Writes checked utterances as lhotse manifests, JSON lines in gzip, one pair of files per split, as they come.

`<corpus>_recordings_<split>.jsonl.gz` (or `_features_`) says where the sound is, `<corpus>_supervisions_...` what is
said. The records are those that lhotse's own `to_dict` gives, which a test holds equal; asking lhotse for them would
import torch and take most of the time that a large corpus takes. Every file is written beside its place and then
renamed, and holds no time stamp: the same corpus gives the same bytes.
"""

import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from speechrnn.atomic import writing
from speechrnn.audio import AudioInfo
from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.ledger import Ledger
from speechrnn.corpora.measure import MediaInfo
from speechrnn.corpora.sphinx import FRAME_SHIFT_SECONDS, NUM_CEPS, SAMPLE_RATE_HZ, FeatureInfo, read_sphinx
from speechrnn.corpora.validate import Checked

SPLITS: Final = ("train", "dev", "test")
_GZIP: Final = 31  # zlib's number for a gzip header, without a time, and the widest window
_WRITE_AT_ONCE: Final = 1 << 16

WriteRecord = Callable[[Mapping[str, Any]], None]


@dataclass(slots=True)
class _Split:
    """The open manifests of one split, and what went into them."""

    write_recording: WriteRecord
    write_supervision: WriteRecord
    utterances: int = 0
    seconds: float = 0.0


class ManifestWriter:
    """Writes the manifests of every split. They take their names when `files` is closed, and not at all on an error."""

    def __init__(self, files: ExitStack, directory: Path, corpus: Corpus, language: str | None, ledger: Ledger) -> None:
        """Begin with no split.

        Args:
            files: holds the files until all of them are whole.
            directory: where to.
            corpus: its name is the first part of every file name; it says whether files are sound or features.
            language: BCP 47 tag of the utterances that have none of their own.
            ledger: remembers which recordings are written, and who speaks.
        """
        self._files, self._directory, self._corpus = files, directory, corpus
        self._language, self._ledger = language, ledger
        self._splits: dict[str, _Split] = {}

    def write(self, checked: Checked) -> None:
        """Write one utterance, and its recording where that is new in the split."""
        utterance, ledger = checked.utterance, self._ledger
        split = self._split(utterance.split)
        recording_id, is_new = ledger.recording_id(utterance.split, utterance.path, utterance.utterance_id)
        if is_new:
            split.write_recording(_source(self._directory, recording_id, utterance.path, checked.measured.info))
        split.write_supervision(supervision_record(checked, recording_id, self._language))
        split.utterances += 1
        split.seconds += checked.seconds
        if utterance.speaker is not None:
            ledger.add_speaker(utterance.split, utterance.speaker)

    def summaries(self) -> dict[str, dict[str, Any]]:
        """Count what was written of each split that is there, train first."""
        return {
            name: {
                "utterances": split.utterances,
                "seconds": round(split.seconds, 3),
                "speakers": self._ledger.num_speakers(name),
            }
            for name in SPLITS
            if (split := self._splits.get(name)) is not None
        }

    def _split(self, name: str) -> _Split:
        """Return the files of a split; they begin with its first utterance."""
        if name not in self._splits:
            kinds = "recordings" if self._corpus.stores == "audio" else "features", "supervisions"
            paths = (self._directory / f"{self._corpus.name}_{kind}_{name}.jsonl.gz" for kind in kinds)
            recordings, supervisions = (self._files.enter_context(json_lines(path)) for path in paths)
            self._splits[name] = _Split(recordings, supervisions)
        return self._splits[name]


@contextmanager
def json_lines(path: Path) -> Iterator[WriteRecord]:
    """Write one JSON object a line, in gzip when the name ends in .gz, whole or not at all.

    Raises:
        OSError: the disk is full or the folder may not be written to.
    """
    with writing(path) as file:
        packer = zlib.compressobj(6, wbits=_GZIP) if path.suffix == ".gz" else None
        waiting = bytearray()

        def flush() -> None:
            file.write(packer.compress(waiting) if packer else waiting)
            waiting.clear()

        def write(record: Mapping[str, Any]) -> None:
            waiting.extend(json.dumps(record, ensure_ascii=False).encode() + b"\n")
            if len(waiting) >= _WRITE_AT_ONCE:
                flush()

        yield write
        flush()
        if packer:
            file.write(packer.flush())


def supervision_record(checked: Checked, recording_id: str, language: str | None) -> dict[str, Any]:
    """Describe what is said, as lhotse's SupervisionSegment."""
    utterance = checked.utterance
    supervision = {
        "id": utterance.utterance_id,
        "recording_id": recording_id,
        "start": utterance.start_seconds,
        "duration": checked.seconds,
        "channel": utterance.channel or 0,
        "text": utterance.text,
        "language": utterance.language or language,
        "speaker": utterance.speaker,
        # lhotse's own channel cannot say whether the others are to be heard too
        "custom": None if utterance.channel is None else {"channel": utterance.channel},
    }
    return {key: value for key, value in supervision.items() if value is not None}


def _source(directory: Path, recording_id: str, path: Path, info: MediaInfo) -> dict[str, Any]:
    """Describe one file, whatever it holds."""
    if isinstance(info, FeatureInfo):
        return _features(directory, recording_id, path, info)
    return _recording(recording_id, path, info)


def _recording(recording_id: str, path: Path, info: AudioInfo) -> dict[str, Any]:
    """Describe one sound file, as lhotse's Recording."""
    channels = list(range(info.num_channels))
    return {
        "id": recording_id,
        "sources": [{"type": "file", "channels": channels, "source": str(path.resolve())}],
        "sampling_rate": info.sample_rate_hz,
        "num_samples": info.num_samples,
        "duration": info.duration_seconds,
        "channel_ids": channels,
    }


def _features(directory: Path, recording_id: str, path: Path, info: FeatureInfo) -> dict[str, Any]:
    """Store one feature matrix as .npy under the manifests, and describe it, as lhotse's Features."""
    storage = directory / "features"
    storage.mkdir(exist_ok=True)
    key = f"{recording_id}.npy"
    _write_npy(storage / key, read_sphinx(path))
    return {
        "type": "sphinx-mfcc",
        "num_frames": info.num_frames,
        "num_features": NUM_CEPS,
        "frame_shift": FRAME_SHIFT_SECONDS,
        "sampling_rate": SAMPLE_RATE_HZ,
        "start": 0.0,
        "duration": info.duration_seconds,
        "storage_type": "numpy_files",
        "storage_path": str(storage.resolve()),
        "storage_key": key,
        "recording_id": recording_id,
        "channels": 0,
    }


def _write_npy(path: Path, values: npt.NDArray[np.float32]) -> None:
    """Write a NumPy file whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as stream:
        np.save(stream, values, allow_pickle=False)
    temporary.replace(path)
