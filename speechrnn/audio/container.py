"""What the header of a RIFF WAVE or AIFF file promises against what the file holds.

libsndfile quietly shortens a file whose sound chunk runs past the end, so that a truncated recording looks like a
short one. This walks the chunk list itself (EA IFF 85 and its little-endian twin RIFF) and counts the bytes that are
not there. FLAC needs no such help, its decoder complains; truncated Ogg and MP3 are streams that merely end early.
"""

import os
import struct
from typing import BinaryIO, Final

# Programs that write to a pipe cannot know the length and leave 0 or a huge number (ffmpeg 2^32-1, sox about 2^31,
# and for AIFF a little more than 0x7F000000).
LARGEST_BELIEVABLE_BYTES: Final = 0x7EFFFFFF
_SOUND_CHUNKS: Final = {
    (b"RIFF", b"WAVE"): ("<4sI", b"data"),
    (b"FORM", b"AIFF"): (">4sI", b"SSND"),
    (b"FORM", b"AIFC"): (">4sI", b"SSND"),
}


def missing_bytes(stream: BinaryIO) -> int:
    """Count the bytes that the sound chunk declares and the file lacks; the stream's position is restored.

    Args:
        stream: a seekable file at the start of the audio.

    Returns:
        0 for a whole file, for one written to a pipe (no length declared), and for any other kind of file.
    """
    start = stream.tell()
    try:
        declared = _declared_sound_bytes(stream)
        if declared is None:
            return 0
        sound_start = stream.tell()
        return max(0, declared - (stream.seek(0, 2) - sound_start))
    finally:
        stream.seek(start)


def _declared_sound_bytes(stream: BinaryIO) -> int | None:
    """Walk to the sound chunk and stop at its first byte; None when there is no length to believe."""
    header = stream.read(12)
    layout = _SOUND_CHUNKS.get((header[:4], header[8:]))
    if layout is None:
        return None
    chunk_header, sound_name = struct.Struct(layout[0]), layout[1]
    while len(chunk := stream.read(chunk_header.size)) == chunk_header.size:
        name, size = chunk_header.unpack(chunk)
        if name == sound_name:
            return size if 0 < size <= LARGEST_BELIEVABLE_BYTES else None
        stream.seek(size + size % 2, 1)  # chunks are padded to an even length
    return None


def is_empty(stream: BinaryIO) -> bool:
    """Tell whether nothing is left to read; the position is restored."""
    start = stream.tell()
    end = stream.seek(0, os.SEEK_END)
    stream.seek(start)
    return end == start
