"""A trained model ready to transcribe: the ONNX graph of a model file, run by onnxruntime.

The graph holds the whole chain from waveform to log-probabilities, so training and transcription share one front end.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.audio import Audio, resample
from speechrnn.bundle import layout
from speechrnn.bundle.confidence import Judge, Wanted, open_judge
from speechrnn.bundle.decoder_options import DecoderOptions, open_decoder
from speechrnn.bundle.layout import ModelInfo
from speechrnn.bundle.read import read_bundle
from speechrnn.bundle.runtime import open_graph, run_graph
from speechrnn.decoding.decoder import Decoder
from speechrnn.decoding.rejection import without_words
from speechrnn.errors import AudioError
from speechrnn.transcription.timing import build_transcript
from speechrnn.transcription.transcript import Transcript

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

MIN_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Recognizer:
    """An opened model; make one with `Recognizer.load` and use it for any number of recordings."""

    model: ModelInfo
    session: "InferenceSession"
    decoder: Decoder
    judge: Judge | None
    language: str | None = None

    @classmethod
    def load(
        cls, path: Path, threads: int = 1, options: DecoderOptions | None = None, wanted: Wanted | None = None
    ) -> "Recognizer":
        """Open a model file; only its manifest, its result, its graph and what it is decoded with are read.

        Args:
            path: a bundle, see `bundle.find.resolve_model`.
            threads: CPU threads for one recording.
            options: what to decode with; by default as the model file says.
            wanted: how sure a word must be; by default none is rejected.

        Raises:
            BundleError: the file is not a whole, unaltered model of a known format.
            UsageError, LanguageModelError, GrammarError: the options name what cannot be used with this model.
        """
        bundle = read_bundle(path)
        decoder = open_decoder(bundle, options or DecoderOptions())
        judge = open_judge(bundle, decoder, wanted or Wanted())
        return cls(
            bundle.model, open_graph(path, bundle.read(layout.GRAPH), threads), decoder, judge, bundle.language()
        )

    def log_probs(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Score the labels of every output frame.

        Args:
            samples: `(num_samples,)` in [-1, 1] at `model.sample_rate_hz`, `model.min_samples` or more of them.

        Returns:
            `(time, vocab)` natural-log probabilities.
        """
        return run_graph(self.session, samples)

    def score_audio(self, audio: Audio) -> NDArray[np.float32]:
        """Score the labels of every output frame of a recording at any sample rate.

        Returns:
            `(time, vocab)` natural-log probabilities.

        Raises:
            AudioError: the recording is shorter than 0.1 s, or than one window of the model.
        """
        shortest = max(MIN_SECONDS, self.model.min_samples / self.model.sample_rate_hz)
        resampled = resample(audio, self.model.sample_rate_hz)
        if audio.duration_seconds < MIN_SECONDS or len(resampled.samples) < self.model.min_samples:
            raise AudioError(
                f"{audio.duration_seconds:.3f} s of audio, at least {shortest:.3f} s wanted; give a longer recording"
            )
        return self.log_probs(resampled.samples)

    def transcribe(self, audio: Audio) -> Transcript:
        """Recognise one recording at any sample rate; one out of the decoder's grammar is left without words.

        Raises:
            AudioError: the recording is shorter than 0.1 s, or than one window of the model.
        """
        return self.read(self.score_audio(audio), audio)

    def read(self, log_probs: NDArray[np.float32], audio: Audio) -> Transcript:
        """Decode `(time, vocab)` natural-log probabilities of an utterance, and put its words in their places."""
        hypotheses = self.decoder.decode(log_probs)
        refusal = self.decoder.refusal(hypotheses, self.model.output_step_seconds)
        best = without_words(hypotheses[0]) if refusal else hypotheses[0]
        found = build_transcript(best, log_probs, self.model, audio, self.judge)
        return replace(found, refusal=refusal, language=self.language)
