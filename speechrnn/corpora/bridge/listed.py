"""From lhotse's recordings and supervisions of one part to our utterances; what has no sound or no text is named."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from speechrnn.corpora.bridge.entry import Entry
from speechrnn.corpora.bridge.found import Part
from speechrnn.corpora.bridge.manners import UNREADABLE_SECONDS
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance

_SAME_SECONDS: Final = 0.001


def list_part(part: Part, split: str, entry: Entry, language: str | None) -> Iterator[Utterance | Problem]:
    """List the utterances of a part.

    Args:
        part: as lhotse found it.
        split: what the part is for.
        entry: says which of lhotse's texts is the transcript, and whether its files are links or some without words.
        language: BCP 47 tag of the part where a corpus has several, else None.
    """
    recordings = {recording.id: recording for recording in part.recordings}
    silent = dict.fromkeys(recordings)
    sides = _sides(part)
    for supervision in sorted(part.supervisions, key=lambda supervision: str(supervision.id)):
        recording = recordings.get(supervision.recording_id)
        if recording is None:
            reason = f"lhotse found no sound file for the recording {supervision.recording_id!r}"
            yield Problem(supervision.id, "/".join(part.keys), "missing_audio", reason)
            continue
        silent.pop(recording.id, None)
        text = _text(supervision, entry.transcript)
        if not text and entry.has_wordless:
            continue
        start, duration = _place(supervision, recording)
        path = _file(recording, supervision.channel)
        yield Utterance(
            utterance_id=supervision.id,
            split=split,
            path=path.resolve() if entry.view else path,
            text=text,
            speaker=supervision.speaker,
            start_seconds=start,
            duration_seconds=duration,
            language=language,
            channel=_side(supervision, recording) if len(sides[recording.id]) > 1 else None,
        )
    for name in silent:
        yield Problem(name, str(_file(recordings[name], None)), "missing_text", "lhotse found no transcript for it")


def _sides(part: Part) -> dict[str, set[int]]:
    """Collect the single channels that utterances of each recording are on; several are those of a conversation."""
    sides: dict[str, set[int]] = {}
    for supervision in part.supervisions:
        channel = supervision.channel
        sides.setdefault(supervision.recording_id, set()).update([channel] if isinstance(channel, int) else [])
    return sides


def _side(supervision: Any, recording: Any) -> int | None:
    """Return which channel of its file an utterance is on, of a file of several; None for all of them."""
    for source in recording.sources:
        if supervision.channel in source.channels and len(source.channels) > 1:
            position: int = source.channels.index(supervision.channel)
            return position
    return None


def _place(supervision: Any, recording: Any) -> tuple[float, float | None]:
    """Return where an utterance begins, and how long it is; None where it reaches to the end of its file."""
    start, duration = float(supervision.start), float(supervision.duration)
    reaches_end = abs(start + duration - recording.duration) < _SAME_SECONDS or duration >= UNREADABLE_SECONDS
    return start, None if reaches_end else duration


def _file(recording: Any, channel: int | list[int] | None) -> Path:
    """Choose the file that a channel is in; of several files, the first where every channel is meant."""
    wanted = channel[0] if isinstance(channel, list) and channel else channel
    found = next((source for source in recording.sources if wanted in source.channels), recording.sources[0])
    return Path(str(found.source))


def _text(supervision: Any, transcript: str) -> str:
    """Return the transcript of an utterance; of an alignment, its symbols with spaces between.

    Where lhotse took a mark out of a text, two spaces stay; one is meant.
    """
    if transcript == "text":
        return re.sub(" {2,}", " ", (supervision.text or "").strip())
    if (aligned := (supervision.alignment or {}).get(transcript)) is not None:
        return " ".join(item.symbol for item in aligned)
    return str((supervision.custom or {}).get(transcript) or "").strip()
