"""Writes NeMo's manifests, `<split>_manifest.json`: JSON lines with `audio_filepath`, `offset`, `duration`, `text`.

`offset` stands only where an utterance is part of a recording. `id`, `speaker` and `lang` are more than NeMo asks for;
it passes over what it does not know.
"""

import json
from pathlib import Path
from typing import Any

from speechrnn.atomic import writing
from speechrnn.corpora.exports.stored import Stored, StoredSplit
from speechrnn.errors import CorpusError


def write_nemo(stored: StoredSplit, split: str, output: Path) -> int:
    """Write the manifest of one split.

    Returns:
        The number of utterances.

    Raises:
        CorpusError: an utterance is one channel of several.
        OSError: the disk is full, or the folder may not be written to.
    """
    num_utterances = 0
    with writing(output / f"{split}_manifest.json") as file:
        for one in stored:
            file.write(json.dumps(_record(one), ensure_ascii=False).encode() + b"\n")
            num_utterances += 1
    return num_utterances


def _record(one: Stored) -> dict[str, Any]:
    if one.channel is not None and one.num_channels > 1:
        raise CorpusError(f"{one.path}: channel {one.channel} is meant, which NeMo cannot be told; write it to a file")
    record = {
        "audio_filepath": one.path,
        "offset": None if one.is_whole else one.start_seconds,
        "duration": one.duration_seconds,
        "text": one.text,
        "id": one.utterance_id,
        "speaker": one.speaker,
        "lang": one.language,
    }
    return {key: value for key, value in record.items() if value is not None}
