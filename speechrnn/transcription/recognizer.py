"""A trained model ready to transcribe: the ONNX graph of a model file, run by onnxruntime.

The graph holds the whole chain from waveform to log-probabilities, so training and transcription share one front end.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.audio import Audio, resample
from speechrnn.bundle import layout
from speechrnn.bundle.layout import ModelInfo
from speechrnn.bundle.read import read_bundle
from speechrnn.bundle.runtime import open_graph, run_graph
from speechrnn.decoding.greedy import greedy
from speechrnn.errors import AudioError
from speechrnn.transcription.transcript import Transcript, build_transcript

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

MIN_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Recognizer:
    """An opened model; make one with `Recognizer.load` and use it for any number of recordings."""

    model: ModelInfo
    session: "InferenceSession"

    @classmethod
    def load(cls, path: Path, threads: int = 1) -> "Recognizer":
        """Open a model file; only its manifest and graph are read.

        Args:
            path: a bundle, see `bundle.find.resolve_model`.
            threads: CPU threads for one recording.

        Raises:
            BundleError: the file is not a whole, unaltered model of a known format.
        """
        bundle = read_bundle(path)
        return cls(bundle.model, open_graph(path, bundle.read(layout.GRAPH), threads))

    def log_probs(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Score the labels of every output frame.

        Args:
            samples: `(num_samples,)` in [-1, 1] at `model.sample_rate_hz`, `model.min_samples` or more of them.

        Returns:
            `(time, vocab)` natural-log probabilities.
        """
        return run_graph(self.session, samples)

    def transcribe(self, audio: Audio) -> Transcript:
        """Recognise one recording at any sample rate.

        Raises:
            AudioError: the recording is shorter than 0.1 s, or than one window of the model.
        """
        shortest = max(MIN_SECONDS, self.model.min_samples / self.model.sample_rate_hz)
        resampled = resample(audio, self.model.sample_rate_hz)
        if audio.duration_seconds < MIN_SECONDS or len(resampled.samples) < self.model.min_samples:
            raise AudioError(
                f"{audio.duration_seconds:.3f} s of audio, at least {shortest:.3f} s wanted; give a longer recording"
            )
        log_probs = self.log_probs(resampled.samples)
        return build_transcript(
            greedy(log_probs)[0],
            log_probs,
            self.model.alphabet,
            self.model.output_step_seconds,
            audio.duration_seconds,
        )
