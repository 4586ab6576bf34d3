"""Runs `streaming.onnx`: samples in chunks of any size in, log-probabilities out as soon as they are certain."""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.bundle.runtime import run_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

MAX_RUN_SECONDS: Final = 10.0
"""Longer chunks are cut: memory must not grow with what somebody gives at once."""


class LiveGraph:
    """One utterance under way; `reset` begins another.

    Attributes:
        step_samples: samples from one output step to the next.
        latency_seconds: from the beginning of a step's sound until its log-probabilities can be given.
    """

    def __init__(self, session: "InferenceSession", min_samples: int) -> None:
        """Begin an utterance.

        Args:
            session: of `streaming.onnx`; any number of live graphs may share it.
            min_samples: fewer give no output step at all.
        """
        facts = session.get_modelmeta().custom_metadata_map
        self._session, self._min_samples = session, min_samples
        self._first_samples, self.step_samples = int(facts["first_samples"]), int(facts["step_samples"])
        self.latency_seconds = float(facts["latency_seconds"])
        self._max_samples = max(self._first_samples, round(MAX_RUN_SECONDS * float(facts["sample_rate_hz"])))
        self._vocab: int = session.get_outputs()[0].shape[2]
        self.reset()

    def reset(self) -> None:
        """Forget everything heard."""
        self._states = [_zeros(one.shape, one.type) for one in self._session.get_inputs()[2:]]
        self._pending: NDArray[np.float32] = np.zeros(0, np.float32)
        self._begun = False
        self._due = self._first_samples  # when the next step can be taken, counted from the samples not yet given on

    def accept(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Hear more of the utterance.

        Args:
            samples: `(num_samples,)` at the model's rate, any number of them.

        Returns:
            `(time, vocab)` natural-log probabilities of the steps that became certain; maybe none.
        """
        self._pending = np.concatenate([self._pending, samples])
        given = [self._nothing()]
        while len(self._pending) >= self._due:
            chunk, self._pending = np.split(self._pending, [self._max_samples])
            given.append(self._run(chunk, last=False))
            self._due += -(-(len(chunk) + 1 - self._due) // self.step_samples) * self.step_samples - len(chunk)
            self._begun = True
        return np.concatenate(given)

    def finish(self) -> NDArray[np.float32]:
        """End the utterance: `(time, vocab)` of all steps still owed, none for one shorter than the model's window."""
        short = not self._begun and len(self._pending) < self._min_samples
        given = self._nothing() if short else self._run(self._pending, last=True)
        self.reset()
        return given

    def _run(self, samples: NDArray[np.float32], *, last: bool) -> NDArray[np.float32]:
        log_probs, *self._states = run_session(
            self._session, [samples[np.newaxis], np.array([int(last)], np.int64), *self._states]
        )
        frames: NDArray[np.float32] = log_probs[0]
        return frames

    def _nothing(self) -> NDArray[np.float32]:
        return np.zeros((0, self._vocab), np.float32)


def _zeros(shape: list[int | str], kind: str) -> NDArray[np.generic]:
    sizes = [size if isinstance(size, int) else 0 for size in shape]
    return np.zeros(sizes, np.int64 if kind == "tensor(int64)" else np.float32)
