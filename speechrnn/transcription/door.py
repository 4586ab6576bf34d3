"""The door for programs: `speechrnn.load().transcribe("a.wav")`."""

from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from speechrnn.audio import Audio, AudioStream, open_stream
from speechrnn.audio.memory import ArrayDecoder
from speechrnn.bundle.confidence import Wanted
from speechrnn.bundle.decoder_options import DecoderOptions
from speechrnn.bundle.find import resolve_model
from speechrnn.errors import UsageError
from speechrnn.transcription.longform import transcribe_stream
from speechrnn.transcription.recognizer import Recognizer
from speechrnn.transcription.transcript import Transcript

Recording = str | PathLike[str] | BinaryIO | Audio | NDArray[Any]


@dataclass(frozen=True, slots=True)
class Model:
    """A model, opened once for any number of recordings.

    Attributes:
        path: its file.
        recognizer: what does the work.
    """

    path: Path
    recognizer: Recognizer

    def transcribe(
        self, recording: Recording, sample_rate_hz: int | None = None, *, channel: int | None = None
    ) -> Transcript:
        """Write down what is said in a recording of any length and rate.

        Args:
            recording: a path, an open binary file, `Audio`, or an array `(num_samples,)` or
                `(num_samples, num_channels)`, floats with full scale 1 or integers with that of their type.
            sample_rate_hz: of an array; every other recording knows its own.
            channel: the one that is transcribed, from 0; None for the mean of all.

        Returns:
            Text, segments, and words with start, end and confidence.

        Raises:
            UsageError: an array came without its rate, or something else with one.
            AudioError: the recording cannot be read, ends before its header says it does, or is too short for the
                model. There is no transcript of the part that could be read; the command, too, writes no file of it.
        """
        is_array = isinstance(recording, np.ndarray)
        if is_array and sample_rate_hz is None:
            raise UsageError("transcribe: an array came without sample_rate_hz; say how many samples make a second")
        if not is_array and sample_rate_hz is not None:
            raise UsageError(
                f"transcribe: sample_rate_hz {sample_rate_hz} came beside {type(recording).__name__}, which says its "
                "own; leave it out"
            )
        if isinstance(recording, np.ndarray):
            stream = AudioStream("samples", ArrayDecoder(recording, sample_rate_hz or 0))
            return transcribe_stream(self.recognizer, stream, channel)
        if isinstance(recording, Audio):
            stream = AudioStream("samples", ArrayDecoder(recording.samples, recording.sample_rate_hz))
            return transcribe_stream(self.recognizer, stream, channel)
        source = Path(fspath(recording)) if isinstance(recording, str | PathLike) else recording
        with open_stream(source) as stream:
            return transcribe_stream(self.recognizer, stream, channel)


def load(
    model: str | PathLike[str] | None = None,
    *,
    threads: int = 1,
    options: DecoderOptions | None = None,
    min_confidence: float | None = None,
    target_precision: float | None = None,
) -> Model:
    """Open a model, as `speechrnn transcribe -m MODEL` finds it.

    Args:
        model: a model file, a run folder, or a name that `speechrnn models` lists; None for the model inside of
            the package.
        threads: CPU threads for one recording.
        options: what to decode with; by default as the model file says.
        min_confidence: words below it are marked as rejected.
        target_precision: the same, as the share of kept words that should be right.

    Raises:
        UsageError: there is no such model, or the options do not go together.
        BundleError: the file is not a whole, unaltered model.
    """
    path = resolve_model(None if model is None else Path(fspath(model)))
    wanted = Wanted(min_confidence=min_confidence, target_precision=target_precision)
    return Model(path, Recognizer.load(path, threads, options, wanted))
