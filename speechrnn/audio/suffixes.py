"""The names that sound files have, for those who look into a folder."""

from typing import Final

LIBSNDFILE_SUFFIXES: Final = frozenset(
    {".aif", ".aifc", ".aiff", ".au", ".caf", ".flac", ".mp3", ".oga", ".ogg", ".opus", ".rf64", ".snd", ".sph", ".w64"}
    | {".wav", ".wave"}
)
MEDIA_SUFFIXES: Final = frozenset(
    {".3gp", ".aac", ".amr", ".avi", ".flv", ".m4a", ".m4b", ".mka", ".mkv", ".mov", ".mp4", ".ts", ".webm", ".wma"}
)
"""What `audio.media` reads, with an extra package or ffmpeg."""

AUDIO_SUFFIXES: Final = LIBSNDFILE_SUFFIXES | MEDIA_SUFFIXES
