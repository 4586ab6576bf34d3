"""Writes checked utterances as lhotse manifests, JSON lines in gzip, one pair of files per split.

`<corpus>_recordings_<split>.jsonl.gz` (or `_features_`) says where the sound is, `<corpus>_supervisions_...` what is
said. Recordings are built from our own measurement, so no audio back end of lhotse is asked. Every file is
written beside its place and then renamed, and holds no time stamp: the same corpus gives the same bytes.
"""

import gzip
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from speechrnn.atomic import write_bytes
from speechrnn.audio import AudioInfo
from speechrnn.corpora.sphinx import FRAME_SHIFT_SECONDS, NUM_CEPS, SAMPLE_RATE_HZ, FeatureInfo, read_sphinx
from speechrnn.corpora.utterance import Utterance
from speechrnn.corpora.validate import MediaInfo


def write_split(
    directory: Path,
    prefix: str,
    split: str,
    utterances: Sequence[Utterance],
    media: Mapping[Path, MediaInfo],
    language: str | None,
) -> None:
    """Write both manifests of one split.

    Args:
        directory: where to.
        prefix: the corpus's name, first part of every file name.
        split: `train`, `dev` or `test`.
        utterances: what passed the checks.
        media: size of every file.
        language: BCP 47 tag for the supervisions.
    """
    from lhotse import SupervisionSegment  # imports torch, 1.9 s

    recording_ids = _recording_ids(utterances)
    kind = "features" if all(isinstance(media[u.path], FeatureInfo) for u in utterances) else "recordings"
    sources = {
        recording_ids[u.path]: _features(directory, recording_ids[u.path], u.path, info)
        if isinstance(info := media[u.path], FeatureInfo)
        else _recording(recording_ids[u.path], u.path, info)
        for u in utterances
    }
    supervisions = [
        SupervisionSegment(
            id=u.utterance_id,
            recording_id=recording_ids[u.path],
            start=u.start_seconds,
            duration=seconds_of(u, media[u.path]),
            channel=0,
            text=u.text,
            language=language,
            speaker=u.speaker,
        ).to_dict()
        for u in utterances
    ]
    write_json_lines(directory / f"{prefix}_{kind}_{split}.jsonl.gz", sources.values())
    write_json_lines(directory / f"{prefix}_supervisions_{split}.jsonl.gz", supervisions)


def write_json_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line, in gzip when the name ends in .gz, whole or not at all."""
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    content = text.encode()
    write_bytes(path, gzip.compress(content, compresslevel=6, mtime=0) if path.suffix == ".gz" else content)


def _recording_ids(utterances: Iterable[Utterance]) -> dict[Path, str]:
    """Name each file after its first utterance; for one utterance a file, the usual case, both ids are the same."""
    ids: dict[Path, str] = {}
    for utterance in utterances:
        ids.setdefault(utterance.path, utterance.utterance_id)
    return ids


def seconds_of(utterance: Utterance, info: MediaInfo) -> float:
    """Length of an utterance, no longer than its file lasts."""
    rest = info.duration_seconds - utterance.start_seconds
    return rest if utterance.duration_seconds is None else min(rest, utterance.duration_seconds)


def _recording(recording_id: str, path: Path, info: AudioInfo) -> dict[str, Any]:
    """Describe one sound file as lhotse does."""
    from lhotse import AudioSource, Recording

    channels = list(range(info.num_channels))
    recording: dict[str, Any] = Recording(
        id=recording_id,
        sources=[AudioSource(type="file", channels=channels, source=str(path.resolve()))],
        sampling_rate=info.sample_rate_hz,
        num_samples=info.num_samples,
        duration=info.duration_seconds,
    ).to_dict()
    return recording


def _features(directory: Path, recording_id: str, path: Path, info: FeatureInfo) -> dict[str, Any]:
    """Store one feature matrix as .npy under the manifests, and describe it as lhotse does."""
    from lhotse import Features

    storage = directory / "features"
    storage.mkdir(exist_ok=True)
    key = f"{recording_id}.npy"
    _write_npy(storage / key, read_sphinx(path))
    features: dict[str, Any] = Features(
        type="sphinx-mfcc",
        num_frames=info.num_frames,
        num_features=NUM_CEPS,
        frame_shift=FRAME_SHIFT_SECONDS,
        sampling_rate=SAMPLE_RATE_HZ,
        start=0.0,
        duration=info.duration_seconds,
        storage_type="numpy_files",
        storage_path=str(storage.resolve()),
        storage_key=key,
        recording_id=recording_id,
        channels=0,
    ).to_dict()
    return features


def _write_npy(path: Path, values: npt.NDArray[np.float32]) -> None:
    """Write a NumPy file whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as stream:
        np.save(stream, values, allow_pickle=False)
    temporary.replace(path)
