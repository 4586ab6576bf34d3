"""What a model file holds, by which names, and the records that go in and out.

A bundle is a zip archive whose members are stored, not compressed: a reader can take one member without the others,
and no member can unpack to more than the file's own size. `manifest.json` is first and lists every other member with
its size and SHA-256.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.audio import Audio
from speechrnn.text.alphabet import Alphabet

FORMAT_VERSION: Final = 4

MANIFEST: Final = "manifest.json"
WEIGHTS: Final = "weights.safetensors"
RECIPE: Final = "recipe.yaml"
ALPHABET: Final = "alphabet.json"
GRAPH: Final = "model.onnx"
ACOUSTIC_GRAPH: Final = "acoustic.onnx"
STREAMING_GRAPH: Final = "streaming.onnx"
RESULT: Final = "result.json"
CARD: Final = "card.md"
SELF_TESTS: Final = "self_test.json"
DECODING: Final = "decoding.json"
LANGUAGE_MODEL: Final = "lm.bin"
RESCORER: Final = "rescore.bin"
LEXICON: Final = "lexicon.txt"
GRAMMAR: Final = "grammar.txt"
CONFIDENCE: Final = "confidence.json"

FOR_TRAINING: Final = frozenset({WEIGHTS})
"""What a model made for use alone, by `speechrnn export`, lacks."""
REQUIRED: Final = frozenset({RECIPE, ALPHABET, GRAPH, RESULT, CARD, SELF_TESTS})
OPTIONAL: Final = frozenset(
    {ACOUSTIC_GRAPH, STREAMING_GRAPH, DECODING, LANGUAGE_MODEL, RESCORER, LEXICON, GRAMMAR, CONFIDENCE}
)
SELF_TEST_INPUT: Final = re.compile(r"self_test/[0-9]{1,3}\.(flac|npy)")

MAX_MEMBERS: Final = 1100
MAX_MANIFEST_BYTES: Final = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What a user of the graph must know.

    Attributes:
        name: of the recipe that made the model.
        sample_rate_hz: of the waveform the graph takes.
        alphabet: its symbols in the order of their label ids from 1; 0 is the blank.
        output_step_seconds: from one output frame to the next.
        min_samples: the shortest waveform that gives an output frame.
    """

    name: str
    sample_rate_hz: int
    alphabet: Alphabet
    output_step_seconds: float
    min_samples: int


@dataclass(frozen=True, slots=True)
class SelfTest:
    """One utterance with the output that the model gave when it was made.

    Attributes:
        name: of the utterance.
        audio: at the model's sample rate, or None for a corpus that stores features only.
        static: features without deltas or normalisation `(time, num_static)` float32, or None where there is audio.
        expected_text: what greedy decoding spelt.
        expected_score: natural-log probability of the best path.
    """

    name: str
    audio: Audio | None
    static: NDArray[np.float32] | None
    expected_text: str
    expected_score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleContents:
    """Everything that goes into a model file.

    Attributes:
        model: facts for the user of the graph.
        weights: parameters and buffers of the front end, normaliser and network, by name.
        recipe_yaml: the resolved recipe.
        graph: ONNX, waveform `(1, num_samples)` to log_probs `(1, time, vocab)`.
        acoustic_graph: ONNX, static features `(1, time, num_static)` to the same log_probs, or None.
        streaming_graph: ONNX, samples of one chunk and a state to its log_probs and the next state, or None.
        result: the score with its settings; anything JSON can hold.
        card: licence and corpus note, Markdown.
        self_tests: utterances to replay.
    """

    model: ModelInfo
    weights: Mapping[str, NDArray[np.generic]]
    recipe_yaml: str
    graph: bytes
    acoustic_graph: bytes | None = None
    streaming_graph: bytes | None = None
    result: Mapping[str, object]
    card: str
    self_tests: tuple[SelfTest, ...]


def is_member(name: str) -> bool:
    """Tell whether a bundle of this format may hold a member of this name, the manifest included."""
    return name == MANIFEST or name in REQUIRED | FOR_TRAINING | OPTIONAL or SELF_TEST_INPUT.fullmatch(name) is not None
