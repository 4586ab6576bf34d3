"""The teacher of a distillation: a finished model whose posteriors a student is drawn to.

A teacher whose front end is the student's hears what the student hears, masks and all. Any other hears the same
utterances through its own: changed like the student's, for draws are by utterance, but not masked.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from speechrnn.bundle.find import resolve_model
from speechrnn.bundle.layout import WEIGHTS
from speechrnn.bundle.read import read_bundle
from speechrnn.data.batches import Batch
from speechrnn.data.loader import Loader
from speechrnn.errors import TrainingError, UsageError
from speechrnn.losses.distill import distillation_losses
from speechrnn.model.acoustic import AcousticOutputs
from speechrnn.recipe import DistillConfig, Recipe
from speechrnn.recipe.distill import teacher_path
from speechrnn.recipe.rules import contradictions
from speechrnn.training.system import System, load_system

SAME_STATISTICS: Final = 1e-3
"""Statistics of one corpus, taken with other batches or threads, differ by rounding only."""


@dataclass(frozen=True, slots=True)
class Teacher:
    """A teacher at work.

    Attributes:
        config: the recipe's distill section.
        system: in evaluation mode, on the device of the student.
        digest: SHA-256 of its weights.
        own_features: whether it hears utterances through its own front end.
    """

    config: DistillConfig
    system: System
    digest: str
    own_features: bool

    def losses(self, outputs: AcousticOutputs, batch: Batch) -> Tensor:
        """Measure how far a student is from the teacher, `(rows,)`, on every view of every utterance.

        Front ends may count a frame more or less at the edges; what both have is compared.
        """
        heard = self._heard(batch)
        with torch.no_grad():
            log_probs, lengths = self.system.model(heard.features, heard.feature_lengths)
        frames = min(log_probs.shape[1], outputs.log_probs.shape[1])
        student, teacher = (each[:, :frames].transpose(0, 1) for each in (outputs.log_probs, log_probs))
        common = torch.minimum(lengths, outputs.lengths)
        return self.config.weight * distillation_losses(student, teacher, common, self.config.temperature)

    def _heard(self, batch: Batch) -> Batch:
        if not self.own_features:
            return batch
        if batch.for_teacher is None or batch.for_teacher.utterance_ids != batch.utterance_ids:
            raise TrainingError(
                f"distill.teacher: {self.config.teacher}: could not hear {', '.join(batch.utterance_ids)}, which the "
                "student could; did files change during the run? The same command goes on from the last checkpoint"
            )
        return batch.for_teacher


def find_teacher(recipe: Recipe) -> Path | None:
    """Find the model file of the recipe's teacher, before any work is done for a student that has none.

    Raises:
        UsageError: there is no such file.
        BundleError: it is no model file, or a damaged one.
    """
    if recipe.distill.teacher is None:
        return None
    path = resolve_model(Path(teacher_path(recipe.distill.teacher, recipe.corpus.leave_out)))
    read_bundle(path)
    return path


def load_teacher(student: System) -> Teacher | None:
    """Open the teacher that the student's recipe names; None where it names none.

    Raises:
        UsageError: there is no such file, or its alphabet, frames or audio are not the student's.
        BundleError: the file is damaged.
    """
    config, path = student.recipe.distill, find_teacher(student.recipe)
    if path is None:
        return None
    system = load_system(path)
    _refuse_misfit(path, student, system)
    system.model.to(next(student.model.parameters()).device).eval()
    digest = read_bundle(path).manifest.digests[WEIGHTS].sha256
    return Teacher(config, system, digest, not same_front_end(student, system))


def own_loader(teacher: Teacher, loader: Loader) -> Loader:
    """Make the loader of a teacher that hears through its own front end what `loader` loads for the student."""
    augment = replace(loader.recipe.augment, num_time_masks=0, num_feature_masks=0)
    # What is too fast to be spelt is loaded unchanged, and it must be so for both or for neither.
    factor = step_ms(loader.recipe) / teacher.system.recipe.features.frame_shift_ms
    model = replace(loader.recipe.model, subsampling_factor=round(factor))
    recipe = replace(loader.recipe, features=teacher.system.recipe.features, augment=augment, model=model)
    return Loader(recipe, teacher.system.extractor, loader.alphabet, cache=loader.cache)


def same_front_end(student: System, teacher: System) -> bool:
    """Tell whether two systems make the same features of a sound, as far as rounding allows."""
    statistics = [system.extractor.normalizer.state_dict() for system in (student, teacher)]
    return student.recipe.features == teacher.recipe.features and all(
        torch.allclose(ours.cpu(), theirs.cpu(), rtol=SAME_STATISTICS, atol=SAME_STATISTICS)
        for ours, theirs in zip(*(each.values() for each in statistics), strict=True)
    )


def _refuse_misfit(path: Path, student: System, teacher: System) -> None:
    ours, theirs = student.recipe, teacher.recipe
    for what, here, there in (
        ("unit of the alphabet", student.alphabet.unit, teacher.alphabet.unit),
        ("alphabet", str(student.alphabet), str(teacher.alphabet)),
        ("features.sample_rate_hz", ours.features.sample_rate_hz, theirs.features.sample_rate_hz),
        ("features.stored", ours.features.stored, theirs.features.stored),
        ("milliseconds per output frame", step_ms(ours), step_ms(theirs)),
    ):
        if here != there:
            raise UsageError(
                f"distill.teacher: {path}: {what} {there} came, {here} as in this recipe was wanted; "
                "train a teacher like that, or change this recipe"
            )
    left_out, absent = ours.corpus.leave_out, theirs.corpus.leave_out
    if ours.corpus.name == theirs.corpus.name and left_out != absent:
        raise UsageError(
            f"distill.teacher: {path}: corpus.leave_out {absent or 'null'} came, {left_out or 'null'} as in this "
            "recipe was wanted, or the teacher has heard who is tested; train one that has not"
        )
    if faults := contradictions(replace(ours, features=theirs.features)):
        raise UsageError(f"distill.teacher: {path}: its front end cannot follow this recipe: {faults[0]}")


def step_ms(recipe: Recipe) -> float:
    """Milliseconds from one output frame to the next."""
    return round(recipe.features.frame_shift_ms * recipe.model.subsampling_factor, 6)
