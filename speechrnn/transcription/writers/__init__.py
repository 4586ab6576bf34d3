"""One file per output format, each a function from a transcript to text.

`WRITERS` maps the name users type to that function, which takes the transcript, the name of its recording and what else
was asked for. txt, srt, vtt and tsv are laid out as Whisper does, byte for byte.
"""

from collections.abc import Mapping
from typing import Final, Protocol

from speechrnn.transcription.transcript import Transcript
from speechrnn.transcription.writers.ctm import write_ctm
from speechrnn.transcription.writers.eaf import write_eaf
from speechrnn.transcription.writers.json import write_json
from speechrnn.transcription.writers.options import PLAIN, WriteOptions
from speechrnn.transcription.writers.srt import write_srt
from speechrnn.transcription.writers.textgrid import write_textgrid
from speechrnn.transcription.writers.tsv import write_tsv
from speechrnn.transcription.writers.txt import write_txt
from speechrnn.transcription.writers.vtt import write_vtt


class Writer(Protocol):
    """Turns a transcript into the content of a file."""

    def __call__(self, transcript: Transcript, name: str, options: WriteOptions = PLAIN) -> str:
        """Write the transcript of the recording `name`."""


WRITERS: Final[Mapping[str, Writer]] = {
    "txt": write_txt,
    "json": write_json,
    "srt": write_srt,
    "vtt": write_vtt,
    "tsv": write_tsv,
    "ctm": write_ctm,
    "textgrid": write_textgrid,
    "eaf": write_eaf,
}
JOINABLE: Final = frozenset({"txt", "json", "ctm"})
"""Formats whose files, one after the other, still say which line belongs to which recording."""


def suffix_of(form: str) -> str:
    """Give the suffix of a format's files, without its point: its name, but as Praat spells its own."""
    return "TextGrid" if form == "textgrid" else form
