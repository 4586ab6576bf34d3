"""Live recognition: samples in as they come, words out while they are said.

The stream is cut into utterances (`endpoint.py`), each of which begins with a fresh state, as the model was trained.
What is being said is read greedily; an utterance that has ended is decoded as a recording is, with all that the model
file or the user wants fused. So a stream without end-points gives the text that the whole recording gives.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from speechrnn.audio import Audio, Resampler
from speechrnn.bundle import layout
from speechrnn.bundle.confidence import Wanted
from speechrnn.bundle.decoder_options import DecoderOptions
from speechrnn.bundle.live_graph import LiveGraph
from speechrnn.bundle.read import read_bundle
from speechrnn.bundle.runtime import open_graph
from speechrnn.decoding.greedy import BLANK, greedy
from speechrnn.decoding.space import space_label
from speechrnn.transcription.endpoint import EndpointRules
from speechrnn.transcription.latency import Latency
from speechrnn.transcription.recognizer import Recognizer
from speechrnn.transcription.transcript import Segment, Transcript
from speechrnn.transcription.utterance import CarriedUtterance, Samples, Utterance, WindowedUtterance

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

PIECE_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a chunk.

    Attributes:
        ended: utterances that ended in it and have words, or were rejected; times count from the start of the stream,
            and `duration_seconds` is how much of the stream lay behind at its end.
        partial: what of the present utterance has been read so far; it may change.
    """

    ended: tuple[Transcript, ...]
    partial: str


@dataclass(frozen=True, slots=True)
class LiveModel:
    """An opened model, for any number of streams.

    Attributes:
        recognizer: of whole recordings.
        session: of the graph that carries its state; None for a model that hears windows.
    """

    recognizer: Recognizer
    session: "InferenceSession | None"

    @classmethod
    def load(
        cls, path: Path, threads: int = 1, options: DecoderOptions | None = None, wanted: Wanted | None = None
    ) -> "LiveModel":
        """Open a model file; arguments and errors are those of `Recognizer.load`."""
        recognizer, bundle = Recognizer.load(path, threads, options, wanted), read_bundle(path)
        if layout.STREAMING_GRAPH not in bundle.manifest.digests:
            return cls(recognizer, None)
        return cls(recognizer, open_graph(path, bundle.read(layout.STREAMING_GRAPH), threads))

    def start(self, sample_rate_hz: int, rules: EndpointRules | None = None) -> "StreamingRecognizer":
        """Begin a stream at any sample rate; without rules it is one utterance, however long."""
        return StreamingRecognizer(self, sample_rate_hz, rules)

    def begin_utterance(self) -> Utterance:
        """Begin an utterance, in the way this model can."""
        if self.session is None:
            return WindowedUtterance(self.recognizer)
        return CarriedUtterance(LiveGraph(self.session, self.recognizer.model.min_samples))


class StreamingRecognizer:
    """One stream; `LiveModel.start` makes it.

    Attributes:
        latency: what has been measured so far.
    """

    def __init__(self, model: LiveModel, sample_rate_hz: int, rules: EndpointRules | None) -> None:
        """Begin a stream."""
        self._model, self._rules, self._rate_hz = model, rules, sample_rate_hz
        self._model_rate_hz = model.recognizer.model.sample_rate_hz
        self._resampler = Resampler(sample_rate_hz, self._model_rate_hz)
        self._space = space_label(model.recognizer.model.alphabet)
        self._piece = max(1, round(PIECE_SECONDS * self._model_rate_hz))
        self._before = 0  # samples of the stream that belong to utterances that have ended
        self._begin()
        self.latency = Latency(self._utterance.latency_seconds)

    def accept(self, samples: Samples) -> Heard:
        """Hear more of the stream.

        Args:
            samples: `(num_samples,)` in [-1, 1] at the stream's rate, any number of them.
        """
        with self.latency.chunk(len(samples) / self._rate_hz):
            return self._heard(self._hear(self._resampler.accept(samples)))

    def finish(self) -> Heard:
        """End the stream, and with it the utterance."""
        with self.latency.chunk(0.0):
            ended = self._hear(self._resampler.finish())
            found, _ = self._end(None)
            return self._heard([*ended, *found])

    def _heard(self, ended: list[Transcript]) -> Heard:
        alphabet = self._model.recognizer.model.alphabet
        words = alphabet.decode(greedy(self._utterance.log_probs)[0].labels).split()
        self.latency.show(words)
        return Heard(tuple(ended), " ".join(words))

    def _begin(self) -> None:
        self._utterance = self._model.begin_utterance()
        self._samples: Samples = np.zeros(0, np.float32)
        self._looked_at = 0  # steps of which none was an end

    def _hear(self, samples: Samples) -> list[Transcript]:
        """Go on in small pieces, so that what is found does not hang on the sizes in which samples came."""
        ended: list[Transcript] = []
        while len(samples):
            piece, samples = np.split(samples, [self._piece])
            self._samples = np.concatenate([self._samples, piece])
            self._utterance.accept(piece)
            if (steps := self._end_point()) is not None:
                found, rest = self._end(steps)
                ended += found
                samples = np.concatenate([rest, samples])
        return ended

    def _end_point(self) -> int | None:
        if self._rules is None:
            return None
        labels = self._utterance.log_probs.argmax(axis=1)
        if self._space is not None:
            labels[labels == self._space] = BLANK
        before, self._looked_at = self._looked_at, len(labels)
        audio, step_samples = Audio(self._samples, self._model_rate_hz), self._utterance.step_samples
        ends = (self._rules.end(labels[:count], audio, step_samples) for count in range(before + 1, len(labels) + 1))
        return next((steps for steps in ends if steps is not None), None)

    def _end(self, steps: int | None) -> tuple[list[Transcript], Samples]:
        """End the utterance now or after so many steps, and give what it comes to and the samples behind it."""
        log_probs, start_seconds = self._utterance.end(steps), self._before / self._model_rate_hz
        cut = len(self._samples) if steps is None else steps * self._utterance.step_samples
        samples, rest = np.split(self._samples, [cut])
        self._before += len(samples)
        self._begin()
        if not len(log_probs):
            return [], rest
        found = self._model.recognizer.read(log_probs, Audio(samples, self._model_rate_hz))
        found = _later(found, start_seconds)
        self.latency.end(found.words)
        return [found] if found.segments or found.refusal else [], rest


def _later(transcript: Transcript, seconds: float) -> Transcript:
    """Move a transcript on in time."""
    segments = tuple(Segment(tuple(word.later(seconds) for word in one.words)) for one in transcript.segments)
    return replace(transcript, segments=segments, duration_seconds=transcript.duration_seconds + seconds)
