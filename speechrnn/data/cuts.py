"""Read one split of a prepared corpus as a lhotse CutSet, one cut per utterance, its id that of the utterance."""

from pathlib import Path

from lhotse import CutSet, FeatureSet, RecordingSet, SupervisionSet
from lhotse.cut import MonoCut

from speechrnn.errors import CorpusError, FeatureError
from speechrnn.recipe import FeaturesConfig


def load_split(directory: Path, split: str) -> CutSet:
    """Read the manifests of one split.

    Args:
        directory: where `speechrnn prep` put them.
        split: train, dev or test.

    Returns:
        One MonoCut per supervision, in manifest order.

    Raises:
        CorpusError: the corpus has no such split.
    """
    supervisions = _manifest(directory, "supervisions", split)
    if supervisions is None:
        there = sorted(path.name.split("_")[-1].split(".")[0] for path in directory.glob("*_supervisions_*.jsonl.gz"))
        raise CorpusError(
            f"{directory}: no split {split!r} among {', '.join(there) or 'none'}; training wants train and dev: "
            "add utterances, or name their splits (docs/corpora.md)"
        )
    recordings, features = _manifest(directory, "recordings", split), _manifest(directory, "features", split)
    cuts = CutSet.from_manifests(
        recordings=RecordingSet.from_jsonl(recordings) if recordings else None,
        supervisions=SupervisionSet.from_jsonl(supervisions),
        features=FeatureSet.from_jsonl(features) if features else None,
    )
    return CutSet.from_cuts(_utterances(cuts))


def check_kind(cuts: CutSet, features: FeaturesConfig, corpus: str) -> None:
    """Check that a corpus holds what the recipe trains on, sound or stored cepstra.

    Raises:
        FeatureError: it holds the other.
    """
    for cut in cuts:
        if features.stored and cut.recording is not None:
            raise FeatureError(
                f"corpus {corpus}: holds sound ({utterance_path(cut)}), and features.stored=true wants stored cepstra; "
                "set features.stored=false"
            )
        if not features.stored and cut.recording is None:
            raise FeatureError(
                f"corpus {corpus}: holds stored cepstra and no sound ({utterance_path(cut)}); set features.stored=true "
                "and describe in features how they were made"
            )


def utterance_text(cut: MonoCut) -> str:
    """The transcript of a cut, as the corpus spells it; of joined utterances, all of them with spaces between."""
    return " ".join(supervision.text or "" for supervision in cut.supervisions)


def utterance_path(cut: MonoCut) -> Path:
    """The file a cut's samples or stored features come from."""
    if cut.recording is not None:
        return Path(str(cut.recording.sources[0].source))
    return Path(str(cut.features.storage_path), str(cut.features.storage_key))


def utterance_channel(cut: MonoCut) -> int | None:
    """The only channel of its file that an utterance is heard on; None for all of them."""
    custom = cut.supervisions[0].custom if cut.supervisions else None
    return None if custom is None else custom.get("channel")


def total_seconds(cuts: CutSet) -> float:
    """Seconds of speech in a set of cuts."""
    return float(sum(cut.duration for cut in cuts))


def _manifest(directory: Path, kind: str, split: str) -> Path | None:
    return next(iter(sorted(directory.glob(f"*_{kind}_{split}.jsonl.gz"))), None)


def _utterances(cuts: CutSet) -> list[MonoCut]:
    found = []
    for cut in cuts.trim_to_supervisions(keep_overlapping=False):
        cut.id = cut.supervisions[0].id
        found.append(cut)
    return found
