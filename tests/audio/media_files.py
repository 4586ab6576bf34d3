"""Sound in containers that libsndfile does not read, made by PyAV."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

CODECS = {".m4a": "aac", ".mp4": "aac", ".mov": "aac", ".aac": "aac", ".webm": "libopus", ".mka": "flac"}


def write_media(path: Path, samples: np.ndarray, rate: int, title: str = "", **options: str) -> Path:
    """Encode `(num_samples, num_channels)`; the codec goes by the suffix."""
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    form = {".aac": "adts"}.get(path.suffix)
    with av.open(str(path), "w", format=form, options=options) as container:
        container.metadata["title"] = title
        stream = container.add_stream(CODECS[path.suffix], rate=rate, layout=layout)
        planar = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T, np.float32), format="fltp", layout=layout)
        planar.sample_rate, planar.pts, planar.time_base = rate, 0, Fraction(1, rate)
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=rate)
        for frame in (*resampler.resample(planar), *resampler.resample(None)):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_picture_only(path: Path) -> Path:
    """Write a film without sound."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10, width=32, height=32)
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        container.mux(stream.encode(None))
    return path
