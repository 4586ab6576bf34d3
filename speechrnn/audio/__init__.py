"""Sound files and streams in, float samples out: whole (`read_audio`) or block by block (`open_stream`)."""

from speechrnn.audio.raw import RawFormat
from speechrnn.audio.read import Audio, AudioInfo, probe_audio, read_audio
from speechrnn.audio.resample import Resampler, resample, resample_blocks
from speechrnn.audio.stream import AudioStream, open_stream

__all__ = [
    "Audio",
    "AudioInfo",
    "AudioStream",
    "RawFormat",
    "Resampler",
    "open_stream",
    "probe_audio",
    "read_audio",
    "resample",
    "resample_blocks",
]
