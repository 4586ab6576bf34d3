"""A prepared corpus that stores cepstra in place of audio, written by hand."""

from pathlib import Path

import numpy as np
from lhotse import Features, FeatureSet, SupervisionSegment, SupervisionSet

SHIFT_SECONDS = 0.01


def write_stored_corpus(
    root: Path, utterances: dict[str, tuple[str, int]], num_ceps: int, split: str = "train", seed: int = 0
) -> Path:
    """Write seeded cepstra `(frames, num_ceps)` and the manifests of one split; returns the folder of manifests."""
    rng = np.random.default_rng(seed)
    features, supervisions = [], []
    for name, (text, frames) in utterances.items():
        np.save(root / f"{name}.npy", rng.standard_normal((frames, num_ceps)).astype(np.float32))
        seconds = frames * SHIFT_SECONDS
        place = {"storage_type": "numpy_files", "storage_path": str(root), "storage_key": f"{name}.npy"}
        size = {"num_frames": frames, "num_features": num_ceps, "frame_shift": SHIFT_SECONDS, "sampling_rate": 8000}
        span = {"recording_id": name, "start": 0.0, "duration": seconds}
        features.append(Features(type="sphinx-mfcc", channels=0, **span, **size, **place))
        supervisions.append(SupervisionSegment(id=name, channel=0, text=text, **span))
    FeatureSet.from_features(features).to_file(root / f"stored_features_{split}.jsonl.gz")
    SupervisionSet.from_segments(supervisions).to_file(root / f"stored_supervisions_{split}.jsonl.gz")
    return root
