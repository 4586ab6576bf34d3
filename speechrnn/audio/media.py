"""What libsndfile does not read (m4a, mp4, webm ...): PyAV where it is installed, else an `ffmpeg` on the PATH.

Both may open only container formats that hold sound themselves. A playlist, or a list of files to join, names other
files and addresses, which a file that came from anywhere must not make this machine open.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO, Final

from speechrnn.audio.decoder import Decoder, UndecodableError, quoted

FORMATS: Final = (
    "aac,aiff,amr,ape,asf,avi,caf,flv,m4a,matroska,mj2,mov,mp3,mp4,mpeg,mpegts,ogg,3g2,3gp,tta,wav,w64,webm,wv"
)
"""Names of libavformat's demuxers."""

_INSTALL: Final = "for m4a, mp4, webm and others: pip install 'speechrnn[media]', or install ffmpeg"
_WANTED: Final = "wanted wav, flac, ogg, opus, mp3, m4a, mp4, webm or their like; convert it to one of them"


@contextmanager
def open_media(stream: BinaryIO, refusal: UndecodableError) -> Iterator[Decoder]:
    """Open a stream that can seek, and that libsndfile refused.

    Raises:
        UndecodableError: nothing here reads it either; says what would.
    """
    if _starts_with(stream, b"fLaC"):  # libsndfile knows it, so it is broken: nobody shall patch it up unseen
        raise UndecodableError(f"cannot be decoded{quoted(refusal)}; convert it again from its source")
    try:
        import av  # noqa: F401  # an optional package of 100 MB, asked for only when it is needed
    except ImportError:
        program = shutil.which("ffmpeg")
        if program is None:
            raise UndecodableError(
                f"cannot be decoded{quoted(refusal)}; wanted wav, flac, ogg, opus or mp3; {_INSTALL}"
            ) from refusal
        from speechrnn.audio.ffmpeg import open_ffmpeg

        opened = open_ffmpeg(stream, program)
    else:
        from speechrnn.audio.pyav import open_pyav

        opened = open_pyav(stream)
    with ExitStack() as stack:
        try:
            stream.seek(0)
            decoder = stack.enter_context(opened)
        except UndecodableError as second:
            raise UndecodableError(f"cannot be decoded{quoted(refusal, second)}; {_WANTED}") from second
        yield decoder


def _starts_with(stream: BinaryIO, opening: bytes) -> bool:
    stream.seek(0)
    return stream.read(len(opening)) == opening
