"""The confidence in a model file, and which words it rejects: `confidence.json`, an optional member."""

from dataclasses import dataclass
from typing import Final

from speechrnn.bundle import layout
from speechrnn.bundle.read import Bundle
from speechrnn.decoding.confidence import Confidence, from_json, name_decoder
from speechrnn.decoding.decoder import Decoder
from speechrnn.errors import BundleError, UsageError

CALIBRATED: Final = "calibrated: probability that the word is right, fitted on {split}"
OTHER_DECODER: Final = "calibrated on {split} for another decoder ({fitted_to}); speechrnn calibrate fits it anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How sure a word must be: a confidence itself, or the share of kept words that should be right; not both."""

    min_confidence: float | None = None
    target_precision: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if self.min_confidence is not None and self.target_precision is not None:
            raise UsageError("--min-confidence: came beside --target-precision, which sets it; leave one of them out")


@dataclass(frozen=True, slots=True)
class Judge:
    """A confidence put to use.

    Attributes:
        confidence: of the model.
        least: words below this confidence are rejected.
        kind: what the numbers are, for a reader.
    """

    confidence: Confidence
    least: float
    kind: str


def open_judge(bundle: Bundle, decoder: Decoder, wanted: Wanted) -> Judge | None:
    """Read the confidence of a model file for use with a decoder.

    Returns:
        None where the model has none and none is wanted.

    Raises:
        UsageError: words are to be rejected by a model without one, or dev shows no such precision.
        BundleError: the member is damaged.
    """
    confidence = read_confidence(bundle)
    if confidence is None:
        for option, value in (("min-confidence", wanted.min_confidence), ("target-precision", wanted.target_precision)):
            if value is not None:
                raise UsageError(
                    f"--{option}: {bundle.path} has no calibrated confidence; run speechrnn calibrate {bundle.path}"
                )
        return None
    least = wanted.min_confidence or 0.0
    if wanted.target_precision is not None:
        least = confidence.threshold(wanted.target_precision)
    same = confidence.fitted_to == name_decoder(decoder.settings())
    kind = CALIBRATED if same else OTHER_DECODER
    return Judge(
        confidence, least, kind.format(split=confidence.measured.get("split", "dev"), fitted_to=confidence.fitted_to)
    )


def read_confidence(bundle: Bundle) -> Confidence | None:
    """Read the confidence of a model file, if it has one.

    Raises:
        BundleError: the member is damaged.
    """
    if layout.CONFIDENCE not in bundle.manifest.digests:
        return None
    try:
        return from_json(bundle.read(layout.CONFIDENCE).decode())
    except ValueError as error:
        raise BundleError(f"{bundle.path}: {layout.CONFIDENCE} cannot be used ({error}); calibrate again") from error
