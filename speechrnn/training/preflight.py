"""Before the first epoch: every utterance must be spellable, and CTC must have a path for it.

An utterance that cannot be trained on gives an infinite loss hours later with no name attached; here it is named with
its file and reason, set aside and counted, and the rest goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten

from lhotse import CutSet
from lhotse.cut import MonoCut

from speechrnn.corpora.problem import Problem, ProblemKind
from speechrnn.data.cuts import utterance_path, utterance_text
from speechrnn.data.frames import input_frames
from speechrnn.decoding.ctc_path import frames_needed
from speechrnn.errors import CorpusError
from speechrnn.features.frames import output_frames
from speechrnn.recipe import Recipe
from speechrnn.text.alphabet import Alphabet
from speechrnn.text.normalize import normalize


@dataclass(frozen=True, slots=True)
class Checked:
    """The utterances of a split that can be used, and the others with the reason."""

    cuts: CutSet
    problems: tuple[Problem, ...]


def build_alphabet(train: CutSet, recipe: Recipe) -> Alphabet:
    """Take the recipe's alphabet, or the symbols of the training transcripts and the space that joins them."""
    if recipe.text.alphabet is not None:
        return Alphabet.of([recipe.text.alphabet], recipe.text.unit)
    texts = [normalize(utterance_text(cut), recipe.text) for cut in train]
    joined = recipe.augment.concatenate_probability > 0 and " " not in recipe.text.remove
    return Alphabet.of([*texts, " "] if joined else texts, recipe.text.unit)


def check_for_training(cuts: CutSet, recipe: Recipe, alphabet: Alphabet) -> Checked:
    """Set aside what cannot be trained on.

    Raises:
        CorpusError: nothing is left.
    """
    problems = find_problems(cuts, recipe, alphabet)
    kept = [cut for cut in cuts if cut.id not in problems]
    if not kept:
        first = next(iter(problems.values()), None)
        why = f"; the first: {first.utterance_id}: {first.reason}" if first else ""
        raise CorpusError(f"{recipe.corpus.name}: none of {len(problems)} train utterances can be used{why}")
    return Checked(CutSet.from_cuts(kept), tuple(problems.values()))


def find_problems(cuts: CutSet, recipe: Recipe, alphabet: Alphabet) -> dict[str, Problem]:
    """Name every utterance that training cannot use. A scored split keeps them: leaving them out would flatter it."""
    return {cut.id: problem for cut in cuts if (problem := find_problem(cut, recipe, alphabet))}


def find_problem(cut: MonoCut, recipe: Recipe, alphabet: Alphabet) -> Problem | None:
    """Give the first reason an utterance cannot be used, if there is one."""
    return next(
        (Problem(cut.id, str(utterance_path(cut)), kind, why) for kind, why in _faults(cut, recipe, alphabet)), None
    )


def _faults(cut: MonoCut, recipe: Recipe, alphabet: Alphabet) -> Iterator[tuple[ProblemKind, str]]:
    text = normalize(utterance_text(cut), recipe.text)
    if not text:
        yield "empty_text", "nothing is left of the transcript after normalisation"
    if unknown := alphabet.unknown(text):
        yield "unknown_characters", f"{' '.join(map(repr, unknown))} not in the alphabet"
        return
    frames = output_frames(input_frames(cut, recipe), recipe.model.subsampling_factor)
    needed = frames_needed(alphabet.encode(text))
    if frames < max(needed, 1):
        yield (
            "no_ctc_path",
            f"{frames} frames after subsampling came, {max(needed, 1)} were wanted for {shorten(text, 60)!r}; "
            "the transcript is too long for the audio, or model.subsampling_factor too large",
        )
