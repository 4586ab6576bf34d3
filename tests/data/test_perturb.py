"""Static features of a training utterance: voice, tempo and what must stay spellable."""

from pathlib import Path

import numpy as np
import pytest
import torch
from lhotse import CutSet

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data.cuts import load_split
from speechrnn.data.draws import drawn_seconds, utterance_draws
from speechrnn.data.perturb import perturbed_static
from speechrnn.data.source import Source, Values, read_stored
from speechrnn.features.augment.cepstral_warp import warp_cepstra
from speechrnn.features.augment.tempo import change_tempo
from speechrnn.features.mfcc import FrontEnd
from speechrnn.recipe import Recipe
from tests.conftest import Mini
from tests.stored_corpus import write_stored_corpus


@pytest.fixture
def cuts(mini: Mini) -> CutSet:
    """The dev part of the small corpus."""
    return load_split(prepare_corpus(mini.recipe().corpus, mini.data).directory, "dev")


def perturbed(cut: object, recipe: Recipe, labels: tuple[int, ...] = (1,), seed: int = 0) -> Values:
    return perturbed_static(cut, labels, Source(FrontEnd(recipe.features)), recipe, np.random.default_rng(seed))


def test_nothing_set_is_nothing_changed_and_nothing_drawn(mini: Mini, cuts: CutSet) -> None:
    generator = np.random.default_rng(0)
    before = generator.bit_generator.state
    source = Source(FrontEnd(mini.recipe().features))
    for cut in cuts:
        assert np.array_equal(perturbed_static(cut, (1,), source, mini.recipe(), generator), source.static(cut))
    assert generator.bit_generator.state == before


def test_a_warp_is_what_the_front_end_hears_with_warped_filters(mini: Mini, cuts: CutSet) -> None:
    recipe = mini.recipe("augment.warp_factors=[1.1, 1.1]")
    source = Source(FrontEnd(recipe.features))
    for cut in cuts:
        samples = source.samples(cut)
        expected = source.front_end.utterance(torch.from_numpy(samples), 1.1).numpy()
        assert np.array_equal(perturbed(cut, recipe), expected)
        assert not np.allclose(expected, source.static(cut))


def test_factors_differ_from_draw_to_draw(mini: Mini, cuts: CutSet) -> None:
    cut = next(iter(cuts))
    recipe = mini.recipe("augment.warp_factors=[0.8, 1.2]")
    assert len({perturbed(cut, recipe, seed=seed).tobytes() for seed in range(5)}) == 5
    recipe = mini.recipe("augment.tempo_factors=[0.5, 2.0]")
    assert len({len(perturbed(cut, recipe, seed=seed)) for seed in range(5)}) == 5


def test_the_plan_foresees_the_length_that_the_tempo_gives(mini: Mini, cuts: CutSet) -> None:
    recipe = mini.recipe("augment.tempo_factors=[0.7, 1.5]", "augment.warp_factors=[0.9, 1.1]", "augment.gain_db=1")
    for cut in cuts:
        source = Source(FrontEnd(recipe.features))
        static = perturbed_static(cut, (1,), source, recipe, utterance_draws(recipe, 3, cut.id))
        seconds = drawn_seconds(cut, recipe, 3)
        assert len(static) / len(source.static(cut)) == pytest.approx(seconds / cut.duration, rel=0.02)


def test_speech_whose_tempo_leaves_no_path_keeps_its_own(mini: Mini, cuts: CutSet) -> None:
    cut = next(iter(cuts))
    recipe = mini.recipe("augment.tempo_factors=[2.0, 2.0]", "model.subsampling_factor=1")
    frames = len(perturbed(cut, mini.recipe()))
    fast = (frames + 1) // 2
    assert len(perturbed(cut, recipe, tuple(range(1, fast + 1)))) == fast
    assert len(perturbed(cut, recipe, tuple(range(1, fast + 2)))) == frames


def test_stored_cepstra_are_warped_by_matrix_and_change_tempo(mini: Mini, tmp_path: Path) -> None:
    directory = write_stored_corpus(tmp_path, {"a": ("ab", 20)}, num_ceps=10)
    (cut,) = load_split(directory, "train")
    settings = "augment.warp_factors=[1.15, 1.15]", "augment.tempo_factors=[0.8, 0.8]"
    recipe = mini.recipe("features.stored=true", *settings)
    expected = change_tempo(warp_cepstra(read_stored(cut, 10), recipe.features, 1.15), 0.8)
    assert expected.shape == (25, 10)
    assert np.array_equal(perturbed(cut, recipe), expected)
