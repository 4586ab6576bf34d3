"""Utterances joined for an epoch."""

from pathlib import Path

import numpy as np
import pytest
import torch
from lhotse import CutSet, Features, SupervisionSegment
from lhotse.cut import MixedCut, MonoCut

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data.batches import padded_seconds, plan_epoch
from speechrnn.data.concatenate import concatenate, gaps_of, parts_of
from speechrnn.data.cuts import load_split, total_seconds, utterance_text
from speechrnn.data.loader import Loader
from speechrnn.decoding.ctc_path import frames_needed
from speechrnn.errors import CorpusError
from speechrnn.features.extract import FeatureExtractor
from speechrnn.features.frames import num_frames
from speechrnn.recipe import Recipe
from speechrnn.recipe.load import parse_recipe
from speechrnn.text.alphabet import Alphabet
from tests.conftest import Mini
from tests.stored_corpus import write_stored_corpus

ALL = "augment.concatenate_probability=1"


def recipe_of(*overrides: str) -> Recipe:
    return parse_recipe("name: x\ncorpus: {name: fsdd}", "x", overrides)


def cuts_of(count: int, seconds: float = 1.0, text: str = "ab", speakers: tuple[str | None, ...] = ("s",)) -> CutSet:
    names = [f"u{number:03}" for number in range(count)]
    spoken = [
        SupervisionSegment(name, "r", 0, seconds, text=text, speaker=speakers[number % len(speakers)])
        for number, name in enumerate(names)
    ]
    return CutSet.from_cuts(
        MonoCut(name, 0, seconds, 0, [segment]) for name, segment in zip(names, spoken, strict=True)
    )


def described(cuts: CutSet) -> list[tuple[str, list[float]]]:
    return [(cut.id, gaps_of(cut)) for cut in cuts]


def test_switched_off_it_gives_back_what_came() -> None:
    cuts = cuts_of(5)
    assert concatenate(cuts, recipe_of(), 0) is cuts


def test_every_utterance_begins_one_and_as_many_are_joined_as_the_probability_says() -> None:
    cuts = cuts_of(600)
    joined = list(concatenate(cuts, recipe_of("augment.concatenate_probability=0.3"), 0))
    assert [parts_of(cut)[0].id for cut in joined] == [cut.id for cut in cuts]
    assert sum(isinstance(cut, MixedCut) for cut in joined) == pytest.approx(180, abs=35)


def test_the_same_seed_and_epoch_join_the_same_and_others_others_whatever_the_order_of_work() -> None:
    cuts = cuts_of(40)
    first = described(concatenate(cuts, recipe_of(ALL), 1))
    assert described(concatenate(cuts_of(40), recipe_of(ALL), 1)) == first
    assert described(concatenate(cuts, recipe_of(ALL), 2)) != first
    assert described(concatenate(cuts, recipe_of(ALL, "seed=2"), 1)) != first


def test_numbers_of_parts_partners_and_pauses_fill_their_ranges() -> None:
    settings = ALL, "augment.concatenate_max_utterances=4", "augment.concatenate_gap_seconds=[0.1, 0.5]"
    joined = list(concatenate(cuts_of(400), recipe_of(*settings), 0))
    assert {len(parts_of(cut)) for cut in joined} == {2, 3, 4}
    partners = {part.id for cut in joined for part in parts_of(cut)[1:]}
    assert all(parts_of(cut)[0].id not in [part.id for part in parts_of(cut)[1:]] for cut in joined)
    assert len(partners) > 300
    gaps = [gap for cut in joined for gap in gaps_of(cut)]
    assert 0.1 <= min(gaps) < 0.11
    assert 0.49 < max(gaps) <= 0.5


def test_length_and_text_are_those_of_parts_and_pauses() -> None:
    for cut in concatenate(cuts_of(30, seconds=1.25, text="ab c"), recipe_of(ALL), 0):
        count = len(parts_of(cut))
        assert cut.duration == pytest.approx(1.25 * count + sum(gaps_of(cut)), abs=1e-6)
        assert utterance_text(cut) == " ".join(["ab c"] * count)


def test_plans_count_the_joined_length() -> None:
    recipe = recipe_of(ALL, "training.batch_seconds=8")
    joined = concatenate(cuts_of(50), recipe, 0)
    plan = plan_epoch(joined, recipe.training, 1, 0)
    assert max(padded_seconds(batch) for batch in plan) <= 8
    assert sum(total_seconds(batch) for batch in plan) == pytest.approx(total_seconds(joined))
    assert total_seconds(joined) > 2 * 50


def test_one_speaker_is_joined_with_the_same_alone() -> None:
    cuts = cuts_of(60, speakers=("ann", "bob", "cy"))
    same = concatenate(cuts, recipe_of(ALL, "augment.concatenate_speakers=same"), 0)
    assert all(len({part.supervisions[0].speaker for part in parts_of(cut)}) == 1 for cut in same)
    mixed = concatenate(cuts, recipe_of(ALL), 0)
    assert any(len({part.supervisions[0].speaker for part in parts_of(cut)}) > 1 for cut in mixed)


def test_who_has_no_partner_stays_alone() -> None:
    assert [len(parts_of(cut)) for cut in concatenate(cuts_of(1), recipe_of(ALL), 0)] == [1]


def test_one_speaker_asked_for_and_none_named_is_refused() -> None:
    with pytest.raises(CorpusError, match=r"u001: no speaker is named, and augment\.concatenate_speakers is same"):
        concatenate(cuts_of(4, speakers=("ann", None)), recipe_of(ALL, "augment.concatenate_speakers=same"), 0)


@pytest.mark.parametrize(("frames", "joins"), [(7, True), (6, False)])
def test_what_ctc_could_not_spell_is_not_joined(frames: int, joins: bool) -> None:
    # A frame of each part is held back: two parts of 7 leave 12, and "abcde abcde" wants 11; of 6 they leave 10.
    cuts = cuts_of(9, seconds=(400 + (frames - 1) * 160) / 16000, text="abcde")
    settings = ALL, "augment.concatenate_max_utterances=2", "model.subsampling_factor=1"
    joined = list(concatenate(cuts, recipe_of(*settings), 0))
    assert any(len(parts_of(cut)) > 1 for cut in joined) == joins


def loader_of(mini: Mini, *overrides: str) -> Loader:
    recipe = mini.recipe(ALL, *overrides)
    return Loader(recipe, FeatureExtractor(recipe.features), Alphabet(tuple(" abcd")))


def joined_train(mini: Mini, loader: Loader) -> CutSet:
    cuts = load_split(prepare_corpus(loader.recipe.corpus, mini.data).directory, "train")
    return concatenate(CutSet.from_cuts(list(cuts)[:6]), loader.recipe, 0)


@pytest.mark.parametrize("more", [(), ("augment.gain_db=1e-9",)], ids=["from features", "from samples"])
def test_a_batch_holds_the_parts_one_after_the_other(mini: Mini, more: tuple[str, ...]) -> None:
    loader = loader_of(mini, "features.cmvn=none", *more)
    for cut in joined_train(mini, loader):
        batch = loader.load(CutSet.from_cuts([cut]), 0)
        assert batch is not None
        labels = batch.labels[0].tolist()
        assert batch.texts == (utterance_text(cut),)
        assert labels == loader.alphabet.encode(utterance_text(cut))
        assert batch.seconds == pytest.approx(cut.duration)
        assert int(batch.feature_lengths[0]) == pytest.approx(
            num_frames(int(cut.duration * 8000), loader.recipe.features), abs=2 * len(parts_of(cut))
        )
        assert int(batch.feature_lengths[0]) >= 2 * frames_needed(labels)
        alone = loader.load(CutSet.from_cuts(parts_of(cut)[:1]))
        assert alone is not None
        # The last frames of the first part look over its end into the pause.
        count = alone.features.shape[1] - 3
        torch.testing.assert_close(batch.features[0, :count], alone.features[0, :count], rtol=0, atol=1e-3)


def test_stored_cepstra_are_joined_too(mini: Mini, tmp_path: Path) -> None:
    directory = write_stored_corpus(tmp_path, {"a": ("ab", 20), "b": ("c", 30)}, num_ceps=10)
    settings = "features.stored=true", "features.cmvn=none", "augment.concatenate_gap_seconds=[0.05, 0.05]"
    loader = loader_of(mini, *settings, "augment.concatenate_max_utterances=2")
    joined = concatenate(load_split(directory, "train"), loader.recipe, 0)
    batch = loader.load(CutSet.from_cuts(cut for cut in joined if cut.id == "a + b"), 0)
    assert batch is not None
    assert batch.feature_lengths.tolist() == [20 + 5 + 30]
    for name, frames in (("a", slice(0, 20)), ("b", slice(25, 55))):
        np.testing.assert_array_equal(batch.features[0, frames].numpy(), np.load(tmp_path / f"{name}.npy"))


def test_a_part_that_cannot_be_read_is_named_and_the_others_come_alone(mini: Mini, tmp_path: Path) -> None:
    directory = write_stored_corpus(tmp_path, {"a": ("ab", 20), "b": ("c", 30)}, num_ceps=10)
    loader = loader_of(mini, "features.stored=true", "augment.concatenate_max_utterances=2")
    joined = concatenate(load_split(directory, "train"), loader.recipe, 0)
    (tmp_path / "b.npy").unlink()
    batch = loader.load(CutSet.from_cuts(cut for cut in joined if cut.id == "a + b"), 0)
    assert batch is not None
    assert batch.utterance_ids == ("a",)
    assert batch.texts == ("ab",)
    assert list(loader.failures) == ["b"]


def test_frames_of_stored_features_are_counted_without_samples() -> None:
    span = {"start": 0.0, "duration": 0.06, "sampling_rate": 16000, "channels": 0, "type": "x"}
    cuts = list(cuts_of(4, seconds=0.06, text="abc"))
    for cut in cuts:
        place = {"storage_type": "numpy_files", "storage_path": "x", "storage_key": "y"}
        cut.features = Features(num_frames=6, num_features=13, frame_shift=0.01, recording_id="r", **span, **place)
    settings = ALL, "augment.concatenate_max_utterances=2", "model.subsampling_factor=1", "features.stored=true"
    assert any(len(parts_of(cut)) == 2 for cut in concatenate(CutSet.from_cuts(cuts), recipe_of(*settings), 0))
