"""Twenty ways for a sound file to be broken that users meet, with what must be said of each."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import soundfile

from speechrnn.audio import Audio


def write_broken(folder: Path, good: Audio) -> dict[Path, str]:
    """Write the files, most of them made of a good recording; returns a part of the reason to expect for each."""
    wav, flac, aiff = (_encoded(good.samples, good.sample_rate_hz, form) for form in ("WAV", "FLAC", "AIFF"))
    rate, channels = wav.index(b"fmt ") + 12, wav.index(b"fmt ") + 10
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("talk.wav", wav)
    files = {
        "empty.wav": (b"", "the file is empty (0 bytes)"),
        "text.wav": (b"not audio", "cannot be decoded"),
        "page.mp3": (b"<!DOCTYPE html><title>404</title>" * 9, "cannot be decoded"),
        "archive.wav": (archive.getvalue(), "cannot be decoded"),
        "playlist.m4a": (b"#EXTM3U\n#EXTINF:2,\ngood.wav\n#EXT-X-ENDLIST\n", "cannot be decoded"),
        "cut.wav": (wav[: len(wav) // 2], "bytes of audio that its header declares are missing"),
        "partial.aiff": (aiff[: len(aiff) // 2], "bytes of audio that its header declares are missing"),
        "ended.flac": (flac[: len(flac) // 2], "cannot be decoded to its end"),
        "head.flac": (flac[:20], "cannot be decoded"),
        "header.wav": (wav[:30], "cannot be decoded"),
        "no_format.wav": (wav[:12] + wav[36:], "cannot be decoded"),
        "no_channels.wav": (wav[:channels] + struct.pack("<H", 0) + wav[channels + 2 :], "cannot be decoded"),
        "no_rate.wav": (wav[:rate] + struct.pack("<I", 0) + wav[rate + 4 :], "cannot be decoded"),
        "zeros.ogg": (bytes(4000), "cannot be decoded"),
        "random.opus": (np.random.default_rng(1).bytes(4000), "cannot be decoded"),
        "half.m4a": (b"\0\0\0\x20ftypM4A " + bytes(4000), "cannot be decoded"),
        "hollow.wav": (_encoded(np.zeros(0), 8000), "holds no samples"),
        "nan.wav": (_encoded(np.array([0.0, np.nan] * 2000), 8000, subtype="FLOAT"), "not finite"),
        "infinite.wav": (_encoded(np.array([0.0, np.inf] * 2000), 8000, subtype="FLOAT"), "not finite"),
        "short.wav": (_encoded(good.samples[:400], 8000), "0.050 s of audio, at least 0.1"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, (content, _) in files.items():
        (folder / name).write_bytes(content)
    return {folder / name: reason for name, (_, reason) in files.items()}


def _encoded(samples: np.ndarray, rate: int, form: str = "WAV", subtype: str | None = None) -> bytes:
    content = io.BytesIO()
    soundfile.write(content, samples, rate, format=form, subtype=subtype)
    return content.getvalue()
