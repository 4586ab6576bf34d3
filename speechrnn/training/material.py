"""What a run trains on: the prepared corpus, its alphabet and its checked splits."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from lhotse import CutSet

from speechrnn.corpora.prepare import PreparedCorpus, prepare_corpus
from speechrnn.corpora.problem import Problem
from speechrnn.data.cuts import check_kind, load_split
from speechrnn.progress import Progress
from speechrnn.recipe import Recipe
from speechrnn.text.alphabet import Alphabet
from speechrnn.training.preflight import build_alphabet, check_for_training, find_problems
from speechrnn.training.progress import Reporter


@dataclass(frozen=True, slots=True)
class Material:
    """A prepared corpus with its checked splits; `scored_split` names the one the result is about."""

    corpus: PreparedCorpus
    alphabet: Alphabet
    train: CutSet
    dev: CutSet
    scored: CutSet
    scored_split: str


def gather(recipe: Recipe, data_directory: Path, reporter: Reporter) -> Material:
    """Prepare the corpus if need be, and check every split before any work.

    Raises:
        FeatureError: the corpus holds sound where the recipe wants stored cepstra, or the other way round.
    """
    corpus = prepare_corpus(recipe.corpus, data_directory, progress=counting(reporter))
    report_problems(reporter, corpus.set_aside, f"{recipe.corpus.name}: set aside when the corpus was prepared")
    train_cuts = load_split(corpus.directory, "train")
    check_kind(train_cuts, recipe.features, corpus.name)
    warn_of_narrow_band(train_cuts, recipe, reporter)
    alphabet = build_alphabet(train_cuts, recipe)
    scored = recipe.expected.split if recipe.expected.split in corpus.splits else "dev"
    checked = check_for_training(train_cuts, recipe, alphabet)
    report_problems(reporter, checked.problems, "train: set aside")
    splits = {split: load_split(corpus.directory, split) for split in {"dev", scored}}
    for split, cuts in splits.items():
        problems = find_problems(cuts, recipe, alphabet)
        report_problems(
            reporter, tuple(problems.values()), f"{split}: cannot be spelled right, but scored all the same"
        )
    return Material(corpus, alphabet, checked.cuts, splits["dev"], splits[scored], scored)


def warn_of_narrow_band(cuts: CutSet, recipe: Recipe, reporter: Reporter) -> None:
    """Say when recordings are brought to a higher rate than they were made at: the bands above stay empty."""
    wanted = recipe.features.sample_rate_hz
    rates = [cut.recording.sampling_rate for cut in cuts if cut.recording is not None]
    if low := [rate for rate in rates if rate < wanted]:
        reporter.say(
            f"warning: {len(low)} of {len(rates)} train recordings have less than features.sample_rate_hz = {wanted}; "
            f"features.sample_rate_hz={min(low)} suits them all and is faster"
        )


def report_problems(reporter: Reporter, problems: Collection[Problem], where: str) -> None:
    """Name every utterance that is set aside."""
    for problem in (one for item in problems for one in item.each()):
        reporter.say(f"warning: {problem.path}: {problem.utterance_id}: {problem.reason}")
    if problems:
        reporter.say(f"warning: {where}: {len(problems)} utterances")


def counting(reporter: Reporter) -> Progress:
    """Show the steps of preparing a corpus as a reporter counts."""
    shown: list[tuple[str, int]] = []

    def count(what: str, done: int, total: int) -> None:
        if not shown or shown[-1][0] != what:
            reporter.start(what, total)
            shown.append((what, 0))
        reporter.advance(done - shown[-1][1])
        shown[-1] = (what, done)

    return count
