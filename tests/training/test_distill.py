"""A student learns from a teacher: any finished model of the same alphabet and frame rate."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from lhotse import CutSet

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data.batches import Batch
from speechrnn.data.cuts import load_split
from speechrnn.data.loader import Loader
from speechrnn.errors import BundleError, TrainingError, UsageError
from speechrnn.text.alphabet import Alphabet
from speechrnn.training import run as run_module
from speechrnn.training.distill import Teacher, load_teacher, own_loader, step_ms
from speechrnn.training.folds import fold_of
from speechrnn.training.log import read_log
from speechrnn.training.run import train
from speechrnn.training.system import System, new_system
from tests.conftest import Mini
from tests.mini_corpus import Silent
from tests.training.conftest import Train, same_bits, tensors_of

ALPHABET = Alphabet((" ", "a", "b", "c", "d"))
SMALL = "model.size=8", "training.epochs=4"
OTHER_FRONT_END = "features.num_ceps=9"
VARIED = "augment.speed_factors=[0.8, 1.2]", "augment.noise_probability=1", "augment.num_time_masks=2"


@pytest.fixture
def cuts(mini: Mini) -> CutSet:
    """Four utterances of the small corpus."""
    return load_split(prepare_corpus(mini.recipe().corpus, mini.data).directory, "train").subset(first=4)


def student_of(mini: Mini, teacher: Path, *overrides: str, alphabet: Alphabet = ALPHABET) -> System:
    return new_system(mini.recipe(f"distill.teacher={teacher}", *overrides), alphabet)


def teacher_of(student: System) -> Teacher:
    teacher = load_teacher(student)
    assert teacher is not None
    return teacher


def training_batch(student: System, teacher: Teacher, cuts: CutSet) -> Batch:
    loader = Loader(student.recipe, student.extractor, student.alphabet)
    if teacher.own_features:
        loader.for_teacher = own_loader(teacher, loader)
    batch = loader.load(cuts, epoch=0)
    assert batch is not None
    return batch


Learn = Callable[..., Path]


@pytest.fixture
def learn(mini: Mini, tmp_path: Path, fast: None, monkeypatch: pytest.MonkeyPatch) -> Learn:
    """Train the small corpus into a folder of a name, and leave out the model file."""

    def learnt(*overrides: str, run: str = "run") -> Path:
        with monkeypatch.context() as patched:
            patched.setattr(run_module, "finish", lambda *arguments: None)
            train(mini.recipe("training.epochs=2", *overrides), mini.data, tmp_path / run, Silent())
        return tmp_path / run

    return learnt


@pytest.mark.parametrize("front_end", [(), (OTHER_FRONT_END,)], ids=["same front end", "another"])
def test_a_student_with_a_teacher_beats_the_same_without(
    learn: Learn, trained: Path, front_end: tuple[str, ...]
) -> None:
    alone = read_log(learn(*SMALL, *front_end, run="alone"))[-1]
    taught = read_log(learn(*SMALL, *front_end, f"distill.teacher={trained}", run="taught"))[-1]
    assert taught.dev_cer < alone.dev_cer - 10
    assert taught.dev_loss < 0.8 * alone.dev_loss


def test_weight_and_temperature_change_what_is_learnt(learn: Learn, trained: Path) -> None:
    taught = "training.epochs=1", "training.batch_seconds=20", f"distill.teacher={trained}"
    changes = {"plain": (), "heavy": ("distill.weight=3",), "flat": ("distill.temperature=2",)}
    heads = [tensors_of(learn(*taught, *change, run=name))["model.head.weight"] for name, change in changes.items()]
    assert not any(heads[one].equal(heads[other]) for one, other in ((0, 1), (0, 2), (1, 2)))


def test_without_a_teacher_there_is_none(mini: Mini) -> None:
    assert load_teacher(new_system(mini.recipe(), ALPHABET)) is None


def test_a_teacher_itself_has_nothing_to_teach_and_one_unlike_it_is_told_the_difference(
    mini: Mini, trained: Path, cuts: CutSet
) -> None:
    student = student_of(mini, trained, "distill.weight=2", "distill.temperature=1.5", *VARIED)
    teacher = teacher_of(student)
    assert not teacher.own_features
    batch = training_batch(student, teacher, cuts)
    assert batch.for_teacher is None
    itself = teacher.system.model.outputs(batch.features, batch.feature_lengths)
    torch.testing.assert_close(teacher.losses(itself, batch), torch.zeros(4), rtol=0, atol=1e-5)
    other = student.model.eval().outputs(batch.features, batch.feature_lengths)
    losses = teacher.losses(other, batch)
    assert (losses > 1).all()
    # By hand, for the second utterance alone.
    frames = int(other.lengths[1])
    target, guess = (torch.log_softmax(o.log_probs[1, :frames].detach() / 1.5, dim=1) for o in (itself, other))
    expected = 2 * 1.5**2 * torch.nn.functional.kl_div(guess, target, log_target=True, reduction="sum")
    torch.testing.assert_close(losses[1], expected)


def test_a_teacher_learns_nothing_and_drops_nothing_out(mini: Mini, trained: Path, cuts: CutSet) -> None:
    student = student_of(mini, trained)
    teacher = teacher_of(student)
    batch = training_batch(student, teacher, cuts)
    outputs = student.model.eval().outputs(batch.features, batch.feature_lengths)
    losses = teacher.losses(outputs, batch)
    assert teacher.losses(outputs, batch).equal(losses)
    losses.sum().backward()  # type: ignore[no-untyped-call]
    assert student.model.head.weight.grad is not None
    assert all(weights.grad is None for weights in teacher.system.model.parameters())


def test_a_teacher_with_its_own_front_end_hears_the_same_change_of_speed_and_noise_but_no_masks(
    mini: Mini, trained: Path, cuts: CutSet
) -> None:
    student = student_of(mini, trained, OTHER_FRONT_END, *VARIED)
    teacher = teacher_of(student)
    assert teacher.own_features
    batch = training_batch(student, teacher, cuts)
    assert batch.for_teacher is not None
    assert batch.for_teacher.utterance_ids == batch.utterance_ids
    assert batch.for_teacher.feature_lengths.equal(batch.feature_lengths)
    unmasked = mini.recipe(*VARIED, "augment.num_time_masks=0")
    expected = Loader(unmasked, teacher.system.extractor, ALPHABET).load(cuts, epoch=0)
    assert expected is not None
    assert batch.for_teacher.features.equal(expected.features)
    outputs = student.model.outputs(batch.features, batch.feature_lengths)
    heard = teacher.system.model.outputs(expected.features, expected.feature_lengths)
    assert (teacher.losses(outputs, batch) > 1).all()
    # With what the teacher itself says in place of the student's, nothing is left to learn.
    torch.testing.assert_close(teacher.losses(heard, batch), torch.zeros(4), rtol=0, atol=1e-5)


def test_a_teacher_whose_frames_are_counted_otherwise_is_compared_where_both_have_frames(
    mini: Mini, trained: Path, cuts: CutSet
) -> None:
    student = student_of(mini, trained, "features.convention=librosa")
    teacher = teacher_of(student)
    batch = training_batch(student, teacher, cuts)
    outputs = student.model.outputs(batch.features, batch.feature_lengths)
    assert batch.for_teacher is not None
    assert not batch.for_teacher.feature_lengths.equal(batch.feature_lengths)
    assert (teacher.losses(outputs, batch) > 1).all()


@pytest.mark.parametrize(("shift_ms", "factor"), [(20, 2), (40, 1)])
def test_what_is_too_fast_to_be_spelt_is_so_for_a_teacher_of_longer_frames_too(
    mini: Mini, shift_ms: int, factor: int
) -> None:
    student = new_system(mini.recipe("features.frame_shift_ms=10", "model.subsampling_factor=4"), ALPHABET)
    longer = mini.recipe(
        "features.frame_length_ms=40", f"features.frame_shift_ms={shift_ms}", f"model.subsampling_factor={factor}"
    )
    teacher = Teacher(student.recipe.distill, new_system(longer, ALPHABET), "digest", own_features=True)
    own = own_loader(teacher, Loader(student.recipe, student.extractor, ALPHABET))
    assert step_ms(own.recipe) == step_ms(student.recipe) == 40


def test_of_every_view_the_loss_is_told(mini: Mini, trained: Path, cuts: CutSet) -> None:
    two_views = "loss.consistency_weight=0.2", "augment.num_time_masks=2"
    for front_end in ((), (OTHER_FRONT_END,)):
        student = student_of(mini, trained, *two_views, *front_end)
        teacher = teacher_of(student)
        batch = training_batch(student, teacher, cuts)
        outputs = student.model.eval().outputs(batch.features, batch.feature_lengths)
        assert teacher.losses(outputs, batch).shape == (8,)


def test_global_statistics_of_another_corpus_are_another_front_end(
    mini: Mini, trained: Path, train_mini: Train
) -> None:
    bundle = train_mini("features.cmvn=global", "training.epochs=1").model
    student = student_of(mini, bundle, "features.cmvn=global")
    assert teacher_of(student).own_features
    student.extractor.normalizer.load_state_dict(teacher_of(student).system.extractor.normalizer.state_dict())
    assert not teacher_of(student).own_features


def test_a_batch_takes_the_teachers_with_it_to_another_device(mini: Mini, trained: Path, cuts: CutSet) -> None:
    student = student_of(mini, trained, OTHER_FRONT_END)
    moved = training_batch(student, teacher_of(student), cuts).to("meta")
    assert moved.for_teacher is not None
    assert moved.for_teacher.features.device.type == "meta"


@pytest.mark.parametrize("heard", ["nothing", "others"])
def test_what_the_teacher_could_not_hear_is_named(mini: Mini, trained: Path, cuts: CutSet, heard: str) -> None:
    student = student_of(mini, trained, OTHER_FRONT_END)
    teacher = teacher_of(student)
    batch = training_batch(student, teacher, cuts)
    assert batch.for_teacher is not None
    others = replace(batch.for_teacher, utterance_ids=("a", "b", "c", "d"))
    broken = replace(batch, for_teacher=None if heard == "nothing" else others)
    outputs = student.model.outputs(batch.features, batch.feature_lengths)
    with pytest.raises(
        TrainingError, match=r"distill\.teacher: .*could not hear train/00, train/01, .*did files change"
    ):
        teacher.losses(outputs, broken)


MISFITS = {
    "alphabet": ((), r"alphabet ' abcd' came, ' abcde' as in this recipe was wanted"),
    "rate": (("features.sample_rate_hz=7000",), r"features\.sample_rate_hz 8000 came, 7000 as"),
    "step": (("model.subsampling_factor=3",), r"milliseconds per output frame 20\.0 came, 30\.0 as"),
    "shift": (("features.frame_shift_ms=8",), r"milliseconds per output frame 20\.0 came, 16\.0 as"),
    "stored": (("features.stored=true",), r"features\.stored False came, True as"),
    "speaker": (("corpus.leave_out=ann",), r"corpus\.leave_out null came, ann .*heard who is tested"),
}


@pytest.mark.parametrize("misfit", MISFITS)
def test_a_teacher_that_does_not_fit_is_refused_saying_how(mini: Mini, trained: Path, misfit: str) -> None:
    overrides, message = MISFITS[misfit]
    alphabet = Alphabet((*ALPHABET.symbols, "e")) if misfit == "alphabet" else ALPHABET
    with pytest.raises(UsageError, match=rf"^distill\.teacher: \S+model\.srnn: {message}"):
        load_teacher(student_of(mini, trained, *overrides, alphabet=alphabet))


def test_frames_as_long_by_another_shift_and_factor_fit(mini: Mini, trained: Path) -> None:
    assert teacher_of(student_of(mini, trained, "features.frame_shift_ms=5", "model.subsampling_factor=4")).own_features


def test_a_teacher_that_is_not_there_or_damaged_is_refused(mini: Mini, trained: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.srnn: no such model file"):
        load_teacher(student_of(mini, tmp_path / "nowhere.srnn"))
    (tmp_path / "cut.srnn").write_bytes((trained / "model.srnn").read_bytes()[:-500])
    with pytest.raises(BundleError, match=r"cut\.srnn: .*cut short"):
        load_teacher(student_of(mini, tmp_path / "cut.srnn"))


@pytest.fixture
def killed_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Let the training be killed at one step of its teacher's."""
    honest = Teacher.losses

    def at(step: int) -> None:
        count = iter(range(1, 10**6))

        def losses(teacher: Teacher, *arguments: Any) -> Any:
            if next(count) == step:
                raise KeyboardInterrupt
            return honest(teacher, *arguments)

        monkeypatch.setattr(Teacher, "losses", losses)

    yield at
    monkeypatch.undo()


TAUGHT = OTHER_FRONT_END, *VARIED, "training.epochs=1", "training.checkpoint_minutes=1e-9"


def test_a_taught_run_killed_and_resumed_ends_in_the_same_bits(learn: Learn, trained: Path, killed_at: Any) -> None:
    overrides = *TAUGHT, f"distill.teacher={trained}"
    whole = learn(*overrides, run="whole")
    killed_at(5)
    with pytest.raises(KeyboardInterrupt, match="^$"):
        learn(*overrides)
    killed_at(0)
    run = learn(*overrides)
    assert same_bits(run, whole)
    assert same_bits(run, whole, "best")


def test_a_run_whose_teacher_was_replaced_is_refused_and_a_finished_one_needs_none(
    train_mini: Train, trained: Path, tmp_path: Path, killed_at: Any
) -> None:
    teacher = shutil.copy(trained / "model.srnn", tmp_path / "teacher.srnn")
    overrides = *TAUGHT, f"distill.teacher={teacher}"
    killed_at(4)
    with pytest.raises(KeyboardInterrupt, match="^$"):
        train_mini(*overrides)
    killed_at(0)
    shutil.copy(train_mini("training.epochs=1", run="other").model, teacher)
    with pytest.raises(TrainingError, match=r"teacher\.srnn is another model than when this run began; put it back"):
        train_mini(*overrides)
    shutil.copy(trained / "model.srnn", teacher)
    finished = train_mini(*overrides)
    teacher.unlink()
    finished.model.unlink()
    assert train_mini(*overrides).model.is_file()


def test_each_fold_has_the_teacher_that_has_not_heard_its_speaker(mini: Mini) -> None:
    recipe = mini.recipe("corpus.folds=[ann, bob]", "distill.teacher='runs/big/{fold}/model.srnn'")
    assert fold_of(recipe, "bob").distill.teacher == "runs/big/bob/model.srnn"
    assert fold_of(mini.recipe("corpus.folds=[ann]"), "ann").distill.teacher is None


def test_a_single_fold_trained_by_itself_has_the_same_teacher(mini: Mini) -> None:
    student = student_of(mini, Path("nowhere/{fold}"), "corpus.leave_out=theo")
    with pytest.raises(UsageError, match=r"^nowhere/theo: no such model file"):
        load_teacher(student)
