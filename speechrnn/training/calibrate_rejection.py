"""Give a model file a grammar, and the threshold below which a phrase of it counts as not said, chosen on dev."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from speechrnn.bundle.decoder_options import DecoderOptions, open_decoder
from speechrnn.bundle.decoding import read_decoding
from speechrnn.bundle.read import Bundle, read_bundle
from speechrnn.bundle.store_decoder import store_decoder
from speechrnn.decoding.decoder import Decoder
from speechrnn.decoding.fusion import score_labels
from speechrnn.decoding.rejection import choose_threshold, log_ratio
from speechrnn.errors import UsageError
from speechrnn.training.calibrate_model import decode_with
from speechrnn.training.evaluate import Evaluation
from speechrnn.training.progress import Reporter

FALSE_REJECTION: Final = 0.01
DIGITS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenRejection:
    """A threshold, and what it does to the utterances that it was chosen on.

    Attributes:
        model: the model file that holds it now, with its grammar.
        grammar: name of the grammar.
        threshold: natural log per label; see `decoding.rejection`.
        split: utterances it was chosen on.
        false_rejection: largest share of utterances inside the grammar that may be lost.
        inside: utterances of the split that the grammar holds, one or more.
        inside_rejected: of these.
        outside: utterances it does not hold.
        outside_rejected: of these.
    """

    model: Path
    grammar: str
    threshold: float
    split: str
    false_rejection: float
    inside: int
    inside_rejected: int
    outside: int
    outside_rejected: int

    def measured(self) -> dict[str, object]:
        """Give what a model file keeps of it."""
        names = ("split", "false_rejection", "inside", "inside_rejected", "outside", "outside_rejected")
        return {name: getattr(self, name) for name in names}

    def lines(self) -> Iterator[str]:
        """Say it in plain lines, with what to type next."""
        yield f"{self.model}: holds the grammar {self.grammar}; rejects phrases below {self.threshold:g} a label"
        yield (
            f"{self.split}: rejects {self.inside_rejected} of {self.inside} utterances in the grammar"
            f" and {self.outside_rejected} of {self.outside} outside it"
        )
        if self.false_rejection * (self.inside + 1) < 1 - 1e-9:
            yield (
                f"note: {self.inside} utterances cannot vouch for less than {100 / (self.inside + 1):.1f} % lost, "
                f"{100 * self.false_rejection:g} % was asked for; the threshold is just below all of them"
            )
        yield f"next: speechrnn decode {self.model} --split test; --no-reject shows what is lost"


def calibrate_rejection(
    model: Path,
    grammar: Path | None,
    split: str,
    data_directory: Path,
    reporter: Reporter,
    *,
    jobs: int = 1,
    false_rejection: float | None = None,
) -> ChosenRejection:
    """Choose a threshold for a grammar, and store both; a language model in the file stays with its weights.

    The confidence in the file is of the decoder before: fit it anew.

    Args:
        model: the model file; its recipe says which corpus.
        grammar: file of the phrases; None takes the grammar in the model file.
        split: what to choose on; dev, unless there is a reason.
        data_directory: holds the corpora.
        reporter: shown what happens.
        jobs: processes to decode in.
        false_rejection: largest share of utterances inside the grammar to lose, 0 to below 1; None is 0.01.

    Raises:
        UsageError: there is no grammar, it holds no utterance of the split, or the corpus has no such split.
        GrammarError: the grammar has a fault, or words that the model cannot write.
        CorpusError, BundleError: the corpus is absent, or the model file damaged or not to be written.
    """
    bundle = read_bundle(model)
    decoder = open_decoder(bundle, DecoderOptions(grammar=grammar, no_reject=True))
    if decoder.resources.grammar is None:
        raise UsageError(f"--false-rejection: {model} holds no grammar to reject by; name one with --grammar")
    evaluation = decode_with(model, decoder, split, data_directory, reporter, jobs)
    share = FALSE_REJECTION if false_rejection is None else false_rejection
    rejecting, chosen = _choose(bundle, decoder, evaluation, split, share)
    measured = {**read_decoding(bundle).measured, "rejection": chosen.measured()}
    store_decoder(model, rejecting, measured)
    return chosen


def _choose(
    bundle: Bundle, decoder: Decoder, evaluation: Evaluation, split: str, false_rejection: float
) -> tuple[Decoder, ChosenRejection]:
    """Choose a threshold, and put it into the decoder."""
    inside = [_allows(decoder, one.reference) for one in evaluation.decoded]
    grammar = str(decoder.settings()["grammar"])
    if not any(inside):
        raise UsageError(
            f"{grammar}: holds none of the {len(inside)} utterances of {split}, some were wanted to choose a threshold "
            "on; add their phrases, or give a threshold with decode or transcribe --reject-below"
        )
    ratios = [log_ratio(hypotheses) for hypotheses in evaluation.hypotheses]
    within, without = (
        [one for one, is_in in zip(ratios, inside, strict=True) if is_in is side] for side in (True, False)
    )
    # Rounded downwards, so that no further utterance falls below.
    threshold = math.floor(min(choose_threshold(within, without, false_rejection), 0.0) * 10**DIGITS) / 10**DIGITS
    rejecting = replace(decoder, config=replace(decoder.config, reject_below=threshold))
    step_seconds = bundle.model.output_step_seconds
    refused = [bool(rejecting.refusal(hypotheses, step_seconds)) for hypotheses in evaluation.hypotheses]
    lost = sum(is_in and out for is_in, out in zip(inside, refused, strict=True))
    return rejecting, ChosenRejection(
        model=bundle.path,
        grammar=grammar,
        threshold=threshold,
        split=split,
        false_rejection=false_rejection,
        inside=len(within),
        inside_rejected=lost,
        outside=len(without),
        outside_rejected=sum(refused) - lost,
    )


def _allows(decoder: Decoder, text: str) -> bool:
    """Tell whether a text is in the grammar."""
    if decoder.alphabet.unknown(text):
        return False
    return math.isfinite(score_labels(decoder.tables["grammar"].graph, decoder.alphabet.encode_known(text)))
