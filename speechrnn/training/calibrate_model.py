"""Decode a split with a finished model as it stands, fit its confidence to that, and store it in the model file."""

from pathlib import Path

from speechrnn.bundle import layout
from speechrnn.bundle.amend import amend_bundle
from speechrnn.bundle.decoding import stored_decoder
from speechrnn.bundle.read import read_bundle
from speechrnn.decoding.confidence import Confidence, to_json
from speechrnn.decoding.decoder import Decoder
from speechrnn.training.calibrate import fit_confidence
from speechrnn.training.evaluate import Evaluation, Search, evaluate
from speechrnn.training.own_split import open_split
from speechrnn.training.progress import Reporter


def calibrate_model(
    model: Path, split: str, data_directory: Path, reporter: Reporter, jobs: int = 1
) -> Confidence | None:
    """Fit and store the confidence of a model file for the decoder that it holds.

    Args:
        model: the model file; its recipe says which corpus.
        split: what to fit on; dev, unless there is a reason.
        data_directory: holds the corpora.
        reporter: shown what happens.
        jobs: processes to decode in.

    Returns:
        None where no word was heard; the model file then has no confidence.

    Raises:
        UsageError: the corpus has no such split.
        CorpusError: the corpus is absent.
        BundleError: the model file is damaged, or cannot be written.
    """
    decoder = stored_decoder(read_bundle(model))
    return store_confidence(model, decode_with(model, decoder, split, data_directory, reporter, jobs), split)


def decode_with(
    model: Path, decoder: Decoder, split: str, data_directory: Path, reporter: Reporter, jobs: int
) -> Evaluation:
    """Decode a split of a model's corpus with any decoder, looking for clues.

    Raises:
        UsageError: the corpus has no such split.
        CorpusError: the corpus is absent.
        BundleError: the model file is damaged.
    """
    own = open_split(model, split, data_directory)
    reporter.start(split, len(own.cuts))
    search = Search(decoder=decoder, jobs=jobs, clues=True)
    evaluation = evaluate(own.system.model, own.loader, own.cuts, own.batch_seconds, reporter.advance, search)
    for utterance, reason in own.loader.failures.items():
        reporter.say(f"warning: {utterance}: {reason}")
    return evaluation


def store_confidence(model: Path, evaluation: Evaluation, split: str) -> Confidence | None:
    """Fit confidence to a decoded split and put it into the model file; where no word was heard, take it out.

    Raises:
        BundleError: the model file is damaged, or cannot be written.
    """
    confidence = fit_confidence(evaluation, split)
    amend_bundle(model, {layout.CONFIDENCE: None if confidence is None else to_json(confidence).encode()})
    return confidence


def describe_fit(confidence: Confidence | None) -> str:
    """Say in one line what a fit came to."""
    if confidence is None:
        return "no word was heard, so there is nothing to fit confidence to"
    found = confidence.measured
    return (
        f"confidence fitted on {found['split']}: {found['words_right']} of {found['words']} words right; in "
        f"{found['folds']}-fold cross-validation expected calibration error {found['calibration_error']:.4f} of words "
        f"({found['calibration_error_before']:.4f} before), {found['utterance_calibration_error']:.4f} of utterances"
    )
