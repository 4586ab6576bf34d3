"""From cuts to padded batches."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from lhotse import CutSet

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data import perturb as perturb_module
from speechrnn.data.batches import Batch
from speechrnn.data.cuts import load_split, utterance_path
from speechrnn.data.loader import Loader
from speechrnn.data.source import read_stored
from speechrnn.decoding.ctc_path import frames_needed
from speechrnn.errors import FeatureError
from speechrnn.features.augment.speed import Samples
from speechrnn.features.extract import FeatureExtractor
from speechrnn.features.frames import num_frames, output_frames
from speechrnn.recipe import AugmentConfig
from speechrnn.text.alphabet import Alphabet
from tests.conftest import Mini
from tests.stored_corpus import write_stored_corpus

AUGMENTED = (
    "augment.speed_factors=[0.9, 1.0, 1.1]",
    "augment.gain_db=6",
    "augment.noise_probability=0.5",
    "augment.num_time_masks=1",
    "augment.num_feature_masks=1",
)


def loader_of(mini: Mini, *overrides: str) -> Loader:
    recipe = mini.recipe(*overrides)
    return Loader(recipe, FeatureExtractor(recipe.features), Alphabet(tuple(" abcd")))


@pytest.fixture
def cuts(mini: Mini) -> CutSet:
    """The dev part of the small corpus."""
    return load_split(prepare_corpus(mini.recipe().corpus, mini.data).directory, "dev")


def rows(batch: Batch | None) -> dict[str, torch.Tensor]:
    """Features of each utterance, without padding."""
    assert batch is not None
    lengths = batch.feature_lengths.tolist()
    return {name: batch.features[row, : lengths[row]] for row, name in enumerate(batch.utterance_ids)}


def together_and_apart(loader: Loader, cuts: CutSet, epoch: int | None) -> float:
    """Largest difference between an utterance's features in a batch, reversed, and alone."""
    together = rows(loader.load(CutSet.from_cuts(reversed(list(cuts))), epoch))
    apart = {cut.id: rows(loader.load(CutSet.from_cuts([cut]), epoch))[cut.id] for cut in cuts}
    assert {name: len(one) for name, one in together.items()} == {name: len(one) for name, one in apart.items()}
    return max(float((together[name] - apart[name]).abs().max()) for name in apart)


def test_a_batch_holds_text_labels_features_and_seconds(mini: Mini, cuts: CutSet) -> None:
    batch = loader_of(mini).load(cuts)
    assert batch is not None
    assert batch.utterance_ids == tuple(cut.id for cut in cuts)
    for row, cut in enumerate(cuts):
        text = utterance_path(cut).with_suffix(".txt").read_text().strip()
        count = int(batch.label_lengths[row])
        assert batch.texts[row] == text
        assert ["_ abcd"[label] for label in batch.labels[row, :count]] == list(text)
        assert not batch.labels[row, count:].any()
        samples = soundfile.info(utterance_path(cut)).frames
        assert int(batch.feature_lengths[row]) == num_frames(samples, mini.recipe().features)
        assert not batch.features[row, int(batch.feature_lengths[row]) :].any()
    assert batch.seconds == pytest.approx(sum(cut.duration for cut in cuts))
    assert batch.features.shape[2] == mini.recipe().features.num_features


def test_an_utterance_has_the_same_features_in_any_batch(mini: Mini, cuts: CutSet) -> None:
    assert together_and_apart(loader_of(mini), cuts, epoch=None) < 1e-5


@pytest.mark.parametrize("epoch", [0, 3])
def test_augmentation_depends_on_seed_epoch_and_utterance_and_not_on_the_order_of_work(
    mini: Mini, cuts: CutSet, epoch: int
) -> None:
    assert together_and_apart(loader_of(mini, *AUGMENTED), cuts, epoch) < 1e-5


def test_another_epoch_or_seed_draws_another_augmentation(mini: Mini, cuts: CutSet) -> None:
    first = rows(loader_of(mini, *AUGMENTED).load(cuts, 0))
    again = rows(loader_of(mini, *AUGMENTED).load(cuts, 0))
    epoch = rows(loader_of(mini, *AUGMENTED).load(cuts, 1))
    seed = rows(loader_of(mini, *AUGMENTED, "seed=2").load(cuts, 0))
    for name, features in first.items():
        assert torch.equal(features, again[name])
        for other in (epoch[name], seed[name]):
            assert features.shape != other.shape or not torch.allclose(features, other)


def test_every_utterance_draws_for_itself(mini: Mini, cuts: CutSet, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[float] = []

    def watched(samples: Samples, rate: int, config: AugmentConfig, rng: np.random.Generator) -> Samples:
        drawn.append(float(rng.random()))
        return samples

    monkeypatch.setattr(perturb_module, "augment_samples", watched)
    for epoch in (0, 1):
        loader_of(mini, "augment.gain_db=1").load(cuts, epoch)
    assert len(set(drawn)) == len(drawn) == 2 * len(cuts)


def test_scoring_never_augments(mini: Mini, cuts: CutSet) -> None:
    plain, augmented = rows(loader_of(mini).load(cuts)), rows(loader_of(mini, *AUGMENTED).load(cuts))
    assert all(torch.equal(plain[name], augmented[name]) for name in plain)


def test_an_unreadable_file_is_skipped_and_named_and_the_others_go_on(own_mini: Mini) -> None:
    cuts = load_split(prepare_corpus(own_mini.recipe().corpus, own_mini.data).directory, "dev")
    (own_mini.corpus / "dev" / "01.wav").write_bytes(b"RIFF, but no sound")
    (own_mini.corpus / "dev" / "03.wav").unlink()
    loader = loader_of(own_mini)
    batch = loader.load(cuts)
    assert batch is not None
    assert batch.utterance_ids == ("dev/00", "dev/02", "dev/04")
    assert list(loader.failures) == ["dev/01", "dev/03"]
    assert all(str(own_mini.corpus / f"{name}.wav") in reason for name, reason in loader.failures.items())
    broken = CutSet.from_cuts([cut for cut in cuts if cut.id in loader.failures])
    assert loader.load(broken) is None
    assert loader.load_unnormalized(broken) is None


def test_audio_of_another_rate_is_resampled(own_mini: Mini) -> None:
    path = own_mini.corpus / "dev" / "00.wav"
    samples, rate = soundfile.read(path, dtype="float32")
    soundfile.write(path, np.repeat(samples, 2), 2 * rate)
    cuts = load_split(prepare_corpus(own_mini.recipe().corpus, own_mini.data).directory, "dev")
    batch = loader_of(own_mini).load(CutSet.from_cuts([next(iter(cuts))]))
    assert batch is not None
    assert batch.feature_lengths.tolist() == [num_frames(len(samples), own_mini.recipe().features)]


def test_speech_made_too_fast_for_its_transcript_keeps_its_own_speed(own_mini: Mini) -> None:
    slow = "model.subsampling_factor=8"
    cuts = load_split(prepare_corpus(own_mini.recipe().corpus, own_mini.data).directory, "dev")
    plain = loader_of(own_mini, slow).load(cuts, 0)
    fast = loader_of(own_mini, slow, "augment.speed_factors=[2.0]").load(cuts, 0)
    assert plain is not None
    assert fast is not None
    kept = 0
    for row, count in enumerate(plain.label_lengths.tolist()):
        needed = frames_needed(plain.labels[row, :count].tolist())
        before, after = int(plain.feature_lengths[row]), int(fast.feature_lengths[row])
        fits = output_frames(before // 2, 8) > needed
        assert output_frames(after, 8) >= needed or after == before
        assert (after < before) == fits or output_frames(before // 2, 8) == needed
        kept += after == before
    assert 0 < kept < len(plain.utterance_ids)


def test_characters_that_cannot_be_spelled_stay_in_the_text_and_out_of_the_labels(own_mini: Mini) -> None:
    (own_mini.corpus / "dev" / "00.txt").write_text("a?b")
    cuts = load_split(prepare_corpus(own_mini.recipe().corpus, own_mini.data).directory, "dev")
    batch = loader_of(own_mini).load(CutSet.from_cuts([next(iter(cuts))]))
    assert batch is not None
    assert batch.texts == ("a?b",)
    assert batch.labels.tolist() == [[2, 3]]


def test_a_text_without_one_known_character_is_a_text_without_labels(own_mini: Mini) -> None:
    (own_mini.corpus / "dev" / "00.txt").write_text("???")
    cuts = load_split(prepare_corpus(own_mini.recipe().corpus, own_mini.data).directory, "dev")
    batch = loader_of(own_mini).load(cuts)
    assert batch is not None
    assert batch.labels.dtype == torch.int64
    assert int(batch.label_lengths[0]) == 0


def test_statistics_are_taken_of_features_before_normalisation(mini: Mini, cuts: CutSet) -> None:
    loader = loader_of(mini, "features.cmvn=utterance")
    loaded, raw = loader.load_unnormalized(cuts), loader_of(mini, "features.cmvn=none").load(cuts)
    assert loaded is not None
    assert raw is not None
    features, lengths = loaded
    assert torch.equal(lengths, raw.feature_lengths)
    for row, length in enumerate(lengths.tolist()):
        torch.testing.assert_close(features[row, :length], raw.features[row, :length], rtol=0, atol=1e-6)


def test_stored_cepstra_are_read_in_place_of_audio(mini: Mini, tmp_path: Path) -> None:
    directory = write_stored_corpus(tmp_path, {"a": ("ab", 20), "b": ("c", 30)}, num_ceps=10)
    cuts = load_split(directory, "train")
    loader = loader_of(mini, "features.stored=true", "features.cmvn=none", "augment.num_time_masks=1")
    batch = loader.load(cuts)
    assert batch is not None
    assert batch.feature_lengths.tolist() == [20, 30]
    for row, cut in enumerate(cuts):
        stored = torch.from_numpy(np.load(utterance_path(cut)))
        torch.testing.assert_close(batch.features[row, : len(stored)], stored, rtol=0, atol=0)
    masked = rows(loader.load(cuts, 0))
    assert any(not torch.equal(masked[name], one) for name, one in rows(batch).items())


def test_stored_cepstra_that_do_not_fit_are_skipped_and_named(mini: Mini, tmp_path: Path) -> None:
    directory = write_stored_corpus(tmp_path, {"a": ("ab", 20), "b": ("c", 30), "c": ("d", 9)}, num_ceps=10)
    cuts = list(load_split(directory, "train"))
    np.save(utterance_path(cuts[0]), np.zeros((20, 13), np.float32))
    np.save(utterance_path(cuts[1]), np.full((30, 10), np.nan, np.float32))
    utterance_path(cuts[2]).write_bytes(b"no numpy")
    loader = loader_of(mini, "features.stored=true")
    assert loader.load(CutSet.from_cuts(cuts)) is None
    assert list(loader.failures) == ["a", "b", "c"]
    with pytest.raises(FeatureError, match=r"shape \(20, 13\) came, finite \(time, 10\) was wanted"):
        read_stored(cuts[0], 10)
    with pytest.raises(FeatureError, match=r"c\.npy: stored features cannot be read"):
        read_stored(cuts[2], 10)


MASKED = "augment.num_time_masks=2", "augment.num_feature_masks=1", "augment.speed_factors=[0.9, 1.1]"


def test_two_views_are_the_same_audio_under_different_masks(mini: Mini, cuts: CutSet) -> None:
    one = loader_of(mini, *MASKED).load(cuts, 3)
    two = loader_of(mini, *MASKED, "loss.consistency_weight=0.2").load(cuts, 3)
    bare = loader_of(mini, "augment.speed_factors=[0.9, 1.1]").load(cuts, 3)
    assert one is not None
    assert two is not None
    assert bare is not None
    first, second = two.features.chunk(2)
    assert torch.equal(first, one.features)
    assert not torch.equal(second, one.features)
    # Whatever is not masked is the audio itself, the same in both, frame by frame.
    for view in (first, second):
        assert torch.equal(view[view != 0], bare.features[view != 0])
    assert torch.equal(two.feature_lengths, one.feature_lengths.repeat(2))
    for name in ("labels", "label_lengths"):
        assert torch.equal(getattr(two, name), getattr(one, name))
    assert (two.utterance_ids, two.texts, two.seconds) == (one.utterance_ids, one.texts, one.seconds)


def test_what_is_scored_has_one_view(mini: Mini, cuts: CutSet) -> None:
    batch = loader_of(mini, *MASKED, "loss.consistency_weight=0.2").load(cuts)
    assert batch is not None
    assert len(batch.features) == len(batch.utterance_ids)


def test_views_depend_on_seed_epoch_and_utterance_and_not_on_the_order_of_work(mini: Mini, cuts: CutSet) -> None:
    loader = loader_of(mini, *MASKED, "loss.consistency_weight=0.2")
    together, alone = loader.load(cuts, 1), loader.load(CutSet.from_cuts([list(cuts)[2]]), 1)
    assert together is not None
    assert alone is not None
    count = int(alone.feature_lengths[0])
    for view in (0, 1):
        row = together.features[view * len(cuts) + 2, :count]
        torch.testing.assert_close(row, alone.features[view, :count], rtol=0, atol=1e-5)
