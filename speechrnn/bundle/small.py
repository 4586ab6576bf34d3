"""A model file made for use alone: its graphs changed, without the weights to train on, its self-tests its own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from speechrnn.bundle import layout
from speechrnn.bundle.check import self_test_log_probs
from speechrnn.bundle.decoding import decoding_members, read_decoding, stored_decoder
from speechrnn.bundle.read import Bundle
from speechrnn.decoding.greedy import greedy


@dataclass(frozen=True, slots=True)
class Replayed:
    """A self-test read by changed graphs.

    Attributes:
        name: of the utterance.
        expected: what the model's own graph reads.
        text: what the changed one reads, greedily.
        score: natural-log probability of that.
        heard: whether it is a recording, not stored features.
    """

    name: str
    expected: str
    text: str
    score: float
    heard: bool

    @property
    def same(self) -> bool:
        """Whether both read the same."""
        return self.text == self.expected


def replay(bundle: Bundle, graphs: Mapping[str, bytes]) -> tuple[Replayed, ...]:
    """Read the self-tests of a model with graphs in the place of its own.

    Raises:
        BundleError: the model file is damaged, or onnxruntime refuses a graph.
    """
    tests = bundle.self_tests()
    replayed = []
    for test, log_probs in zip(tests, self_test_log_probs(bundle, tests, graphs), strict=True):
        best = greedy(log_probs)[0]
        text = " ".join(bundle.model.alphabet.decode(best.labels).split())
        expected = " ".join(test.expected_text.split())
        replayed.append(Replayed(test.name, expected, text, best.score, test.audio is not None))
    return tuple(replayed)


def small_members(bundle: Bundle, graphs: Mapping[str, bytes], card: str) -> dict[str, bytes]:
    """Give the members of a model file with other graphs and card, whose self-tests say what these graphs give.

    Raises:
        BundleError: the model file is damaged, or onnxruntime refuses a graph.
    """
    members = {name: bundle.read(name) for name in bundle.manifest.digests if name not in layout.FOR_TRAINING}
    members |= {**graphs, layout.CARD: card.encode(), layout.SELF_TESTS: _self_tests(bundle, graphs)}
    if layout.DECODING in members:
        decoder, measured = stored_decoder(bundle), read_decoding(bundle).measured
        log_probs = self_test_log_probs(bundle, bundle.self_tests(), graphs)
        texts = [decoder.text(decoder.decode(frames)[0]) for frames in log_probs]
        members[layout.DECODING] = decoding_members(decoder, measured, texts)[layout.DECODING] or b""
    return members


def _self_tests(bundle: Bundle, graphs: Mapping[str, bytes]) -> bytes:
    entries = json.loads(bundle.read(layout.SELF_TESTS))
    for entry, test in zip(entries, replay(bundle, graphs), strict=True):
        entry |= {"expected_text": test.text, "expected_score": test.score}
    return (json.dumps(entries, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
