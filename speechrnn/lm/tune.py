"""Find how much a language model should count, on dev, and put it with its weights into the model file."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal

from speechrnn.bundle.decoding import read_decoding
from speechrnn.bundle.read import read_bundle
from speechrnn.bundle.spelling import text_config
from speechrnn.bundle.store_decoder import store_decoder
from speechrnn.decoding.decoder import Decoder, build_decoder
from speechrnn.decoding.fusion import score_labels
from speechrnn.decoding.greedy import greedy
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.parallel import decode_all
from speechrnn.decoding.resources import Resources, open_resources
from speechrnn.decoding.word_lm import WordLm
from speechrnn.errors import UsageError
from speechrnn.lm.weights import Candidate, best_point, errors_on_grid
from speechrnn.recipe import DecodingConfig
from speechrnn.scoring.errors import Score, score, score_each
from speechrnn.scoring.fold import fold
from speechrnn.text.alphabet import Alphabet
from speechrnn.training.calibrate_model import calibrate_model, describe_fit
from speechrnn.training.own_split import open_split
from speechrnn.training.posteriors import Utterance, posteriors
from speechrnn.training.progress import Reporter

Metric = Literal["wer", "cer"]

FIRST_ALPHAS: Final = (0.25, 0.7, 1.4)
"""Weights of the first searches: little, usual, much."""
MOST_SEARCHES: Final = 8
NBEST: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneOptions:
    """How to tune.

    Attributes:
        lm: the language model.
        lexicon: file of the only words that may be written, if any.
        split: utterances to tune on; not those that a score is to be reported of.
        beam: prefixes of the search.
        metric: errors to make fewest; None takes words for a language model of words, else characters.
        jobs: processes.
    """

    lm: Path
    lexicon: Path | None = None
    split: str = "dev"
    beam: int = DecodingConfig().beam_size
    metric: Metric | None = None
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class Point:
    """Weights that a search was run with, and what came of it."""

    decoder: Decoder
    score: Score

    @property
    def alpha(self) -> float:
        """Weight of the language model."""
        return self.decoder.config.alpha

    @property
    def beta(self) -> float:
        """Bonus per word or label."""
        return self.decoder.config.beta


@dataclass(frozen=True, slots=True)
class Tuned:
    """What tuning came to; `best` is None where no weights beat greedy decoding, and the model file is as it was."""

    model: Path
    split: str
    metric: Metric
    greedy: Score
    points: tuple[Point, ...]
    best: Point | None

    def measured(self) -> dict[str, object]:
        """Give what a model file keeps of it."""
        found = {"greedy": self.greedy, "tuned": self.best.score if self.best else self.greedy}
        rates = {name: {"wer": one.wer, "cer": one.cer} for name, one in found.items()}
        return {"split": self.split, "utterances": self.greedy.utterances, "metric": self.metric, **rates}

    def lines(self) -> list[str]:
        """Say it in plain lines, every search first."""
        head = [f"{self.split}, {self.greedy.utterances} utterances", f"greedy{'':<21}{_rates(self.greedy)}"]
        searches = [f"alpha {one.alpha:<5g} beta {one.beta:<9g}{_rates(one.score)}" for one in self.points]
        if self.best is None:
            end = f"{self.model}: left as it was, alpha 0: no weights beat greedy decoding on {self.split}"
        else:
            end = (
                f"{self.model}: now holds this language model, alpha {self.best.alpha:g}, beta {self.best.beta:g}; "
                f"the weights were chosen on {self.split}, so score it on another split"
            )
        return [*head, *searches, end]


def tune(model: Path, options: TuneOptions, data_directory: Path, reporter: Reporter) -> Tuned:
    """Tune a language model to a model file, and store both in it unless greedy decoding is better.

    Args:
        model: the model file; its recipe says which corpus.
        options: what to tune, and how.
        data_directory: holds the corpora.
        reporter: shown what happens.

    Raises:
        UsageError: the corpus has no such split or nothing in it can be read, or the language model cannot be used
            with this model.
        LanguageModelError, CorpusError, BundleError: what was named cannot be read, or the model not be written.
    """
    resources = open_resources(options.lm, options.lexicon)
    bundle = read_bundle(model)
    tuner = _Tuner(options, resources, bundle.model.alphabet, text_config(bundle).score_as)
    tuner.decoder(1.0, 0.0)  # a language model that cannot be used shows before any work
    tuner.utterances = _read_split(model, options.split, data_directory, reporter)
    greedy = tuner.score(map(tuner.read_greedily, tuner.utterances))
    points = tuner.search(reporter)
    best = min(points, key=lambda point: (*_errors(point.score, tuner.metric), point.alpha, abs(point.beta)))
    if _errors(best.score, tuner.metric) >= _errors(greedy, tuner.metric):
        return Tuned(model, options.split, tuner.metric, greedy, tuple(points), None)
    tuned = Tuned(model, options.split, tuner.metric, greedy, tuple(points), best)
    if grammar := read_decoding(read_bundle(model)).config.grammar:
        reporter.say(
            f"note: {model}: held the grammar {grammar}, which went with the old decoder; "
            f"run speechrnn calibrate {model} --grammar again"
        )
    store_decoder(model, best.decoder, tuned.measured())
    # The confidence in the model file was fitted to what another decoder heard.
    reporter.say(describe_fit(calibrate_model(model, options.split, data_directory, reporter, options.jobs)))
    return tuned


class _Tuner:
    """The hypotheses that searches have found so far, for each utterance by its labels."""

    def __init__(self, options: TuneOptions, resources: Resources, alphabet: Alphabet, rule: str | None) -> None:
        self.options, self.resources, self.alphabet, self.rule = options, resources, alphabet, rule
        words = resources.lm is not None and resources.lm.model.unit == "word"
        self.metric: Metric = options.metric or ("wer" if words else "cer")
        self.utterances: list[Utterance] = []
        self._found: list[dict[tuple[int, ...], Candidate]] = []

    def decoder(self, alpha: float, beta: float) -> Decoder:
        """Open a decoder of these weights."""
        config = DecodingConfig(
            kind="beam",
            beam_size=self.options.beam,
            lm=str(self.options.lm),
            lexicon=str(self.options.lexicon) if self.options.lexicon else None,
            alpha=alpha,
            beta=beta,
        )
        return build_decoder(config, self.alphabet, self.resources)

    def read_greedily(self, utterance: Utterance) -> str:
        """Read the best path of an utterance."""
        return " ".join(self.alphabet.decode(greedy(utterance.log_probs)[0].labels).split())

    def score(self, texts: Iterable[str]) -> Score:
        """Count the errors of what was heard in all utterances."""
        return score([fold(one.text, self.rule) for one in self.utterances], [fold(text, self.rule) for text in texts])

    def search(self, reporter: Reporter) -> list[Point]:
        """Search at the first points, and then where all that was found points, until that is known ground."""
        self._found = [{} for _ in self.utterances]
        points: list[Point] = []
        cost = self._mean_cost()
        waiting = [(alpha, round(alpha * cost, 1)) for alpha in FIRST_ALPHAS]
        while waiting and len(points) < MOST_SEARCHES:
            points.append(self._try(*waiting.pop(0), reporter))
            if not waiting:
                best = best_point(errors_on_grid(found.values() for found in self._found))
                waiting = [] if best in [(point.alpha, point.beta) for point in points] else [best]
        return points

    def _mean_cost(self) -> float:
        """Give what the language model takes off what was said per word or label: times alpha, beta makes up for it."""
        decoder = self.decoder(1.0, 0.0)
        graph = decoder.tables["lm"].graph
        total, counted = 0.0, 0
        for one in self.utterances:
            labels = self.alphabet.encode_known(one.text)
            if math.isfinite(score := score_labels(graph, labels)):
                total -= score + (graph.penalty(one.text) if isinstance(graph, WordLm) else 0.0)
                counted += len(one.text.split()) if isinstance(graph, WordLm) else len(labels)
        return total / max(counted, 1)

    def _try(self, alpha: float, beta: float, reporter: Reporter) -> Point:
        decoder = self.decoder(alpha, beta)
        reporter.start(f"alpha {alpha:g} beta {beta:g}", len(self.utterances))
        named = ((one.utterance_id, one.log_probs) for one in self.utterances)
        texts = []
        for place, hypotheses in enumerate(
            decode_all(partial(decoder.decode, nbest=NBEST, align=False), named, self.options.jobs)
        ):
            self._keep(place, hypotheses, decoder)
            texts.append(decoder.text(hypotheses[0]))
            reporter.advance()
        return Point(decoder, self.score(texts))

    def _keep(self, place: int, hypotheses: list[Hypothesis], decoder: Decoder) -> None:
        new = [one for one in hypotheses if one.labels not in self._found[place]]
        texts = [decoder.text(one) for one in new]
        said, heard = fold(self.utterances[place].text, self.rule), [fold(text, self.rule) for text in texts]
        each = score_each([said] * len(new), heard)
        for one, text, counted in zip(new, texts, each, strict=True):
            errors = _errors(counted, self.metric)[0]
            self._found[place][one.labels] = _candidate(one, text, errors, decoder)


def _candidate(hypothesis: Hypothesis, text: str, errors: int, decoder: Decoder) -> Candidate:
    """Take the score of a hypothesis apart into what the weights were multiplied by."""
    config, graph = decoder.config, decoder.tables["lm"].graph
    part = hypothesis.parts[[*decoder.tables].index("lm")]
    count, penalty = len(hypothesis.labels), 0.0
    if isinstance(graph, WordLm):
        count, penalty = len(text.split()), graph.penalty(text)
    lm = (part - config.beta * count + penalty) / config.alpha
    return Candidate(hypothesis.score - part - penalty, lm, count, errors)


def _read_split(model: Path, split: str, data_directory: Path, reporter: Reporter) -> list[Utterance]:
    own = open_split(model, split, data_directory)
    reporter.start(split, len(own.cuts))
    batches = posteriors(own.system.model, own.loader, own.cuts, own.batch_seconds, reporter.advance)
    utterances = [utterance for batch, _ in batches for utterance in batch]
    for utterance, reason in own.loader.failures.items():
        reporter.say(f"warning: {utterance}: {reason}")
    if not utterances:
        raise UsageError(f"{own.corpus}: nothing of the split {split!r} could be read; run speechrnn prep validate")
    return utterances


def _errors(counted: Score, metric: Metric) -> tuple[int, int]:
    """Give the errors to make fewest, and those that decide where they are equal."""
    words, characters = counted.words.errors, counted.characters.errors
    return (words, characters) if metric == "wer" else (characters, words)


def _rates(counted: Score) -> str:
    return f"WER {counted.wer:6.2f} %  CER {counted.cer:6.2f} %"
