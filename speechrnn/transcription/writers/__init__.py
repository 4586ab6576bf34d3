"""One file per output format, each a function from a transcript to text.

`WRITERS` maps the name users type, which is also the file's suffix, to that function. Every function takes the
transcript and the name of its recording, and returns text that ends with a line break.
"""

from collections.abc import Callable, Mapping
from typing import Final

from speechrnn.transcription.transcript import Transcript
from speechrnn.transcription.writers.ctm import write_ctm
from speechrnn.transcription.writers.eaf import write_eaf
from speechrnn.transcription.writers.json import write_json
from speechrnn.transcription.writers.srt import write_srt
from speechrnn.transcription.writers.textgrid import write_textgrid
from speechrnn.transcription.writers.txt import write_txt

WRITERS: Final[Mapping[str, Callable[[Transcript, str], str]]] = {
    "txt": write_txt,
    "json": write_json,
    "srt": write_srt,
    "ctm": write_ctm,
    "textgrid": write_textgrid,
    "eaf": write_eaf,
}
