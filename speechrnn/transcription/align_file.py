"""One recording, one text and one model in, the text of one alignment file out."""

import sys
from pathlib import Path
from typing import Final

from speechrnn.bundle.read import read_bundle
from speechrnn.bundle.spelling import text_config
from speechrnn.errors import AlignmentError, AlphabetError, AudioError, UsageError
from speechrnn.text.normalize import pipeline
from speechrnn.transcription.align import align_text
from speechrnn.transcription.batch import read_source
from speechrnn.transcription.recognizer import Recognizer
from speechrnn.transcription.sources import STDIN
from speechrnn.transcription.writers import WRITERS

_STDIN_NAME: Final = "stdin"


def read_text(source: str) -> str:
    """Read what is said, from a file or from `-`, standard input.

    Raises:
        UsageError: there is no such file, or it is not UTF-8 text.
    """
    try:
        if source != STDIN:
            return Path(source).read_text(encoding="utf-8-sig")
        if sys.stdin is None:  # the shell closed it, as `<&-` does
            raise UsageError(f"{STDIN}: standard input is closed; pipe the text into it")
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"{source}: cannot be read ({reason}); a text file of what is said was wanted") from error


def align_file(model: Path, source: str, text: str, form: str, threads: int = 1) -> str:
    """Align a text with a recording.

    Args:
        model: a model file.
        source: the recording, a path or `-`.
        text: what is said in it, a segment a line.
        form: a key of `WRITERS`.
        threads: CPU threads.

    Raises:
        AlignmentError, AlphabetError, AudioError: the three do not fit together; names the recording.
        BundleError: the model file is not what it should be.
        MissingDependencyError: the model's numbers are written out, and num2words is not installed.
    """
    config = text_config(read_bundle(model))
    pipeline(config)  # what it lacks is said before the model is loaded
    recognizer = Recognizer.load(model, threads)
    audio = read_source(source)
    try:
        transcript = align_text(recognizer, audio, text, config)
    except (AlignmentError, AlphabetError, AudioError) as error:
        raise type(error)(f"{source}: {error}") from error
    return WRITERS[form](transcript, _STDIN_NAME if source == STDIN else source)
