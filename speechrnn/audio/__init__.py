"""Sound files in, mono float samples out."""

from speechrnn.audio.read import Audio, AudioInfo, probe_audio, read_audio
from speechrnn.audio.resample import resample

__all__ = ["Audio", "AudioInfo", "probe_audio", "read_audio", "resample"]
