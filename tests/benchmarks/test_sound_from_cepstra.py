"""Sound made from cepstra has those cepstra, as the front end computes them."""

from pathlib import Path

import numpy as np
import pytest
import torch
from sound_from_cepstra import log_mel_energies, make_sound

from speechrnn.features.cepstrum import cepstrum_matrix
from speechrnn.features.mfcc import FrontEnd
from speechrnn.recipe.load import load_recipe
from tests.benchmarks.conftest import BENCHMARKS

CONFIG = load_recipe(Path(BENCHMARKS).parent / "recipes" / "an4.yaml").features
VOWEL = np.array([9.5, 0.9, 0.1, 0.3, -0.2, 0.1, -0.1, 0.0, 0.05, 0, 0, 0, 0])
HISS = np.array([8.0, -0.8, 0.2, -0.1, 0.1, 0.0, 0.1, 0.0, 0.0, 0, 0, 0, 0])


def heard(cepstra: np.ndarray) -> np.ndarray:
    samples = torch.from_numpy(make_sound(cepstra, CONFIG, 110, np.random.default_rng(0))).float()
    static, _ = FrontEnd(CONFIG)(samples[None], torch.tensor([len(samples)]))
    return static[0].numpy()


@pytest.mark.parametrize("frame", [VOWEL, HISS], ids=["vowel", "hiss"])
def test_the_shape_of_the_spectrum_comes_back(frame: np.ndarray) -> None:
    static = heard(np.tile(frame, (100, 1)))
    assert len(static) >= 95
    # The mean logarithm of noise is lower where a filter weighs few bins of the spectrum.
    np.testing.assert_allclose(static[10:-10, 1:].mean(axis=0), frame[1:], atol=0.15)


def test_loudness_rises_and_falls_with_the_first_cepstrum() -> None:
    loud, soft = np.tile(VOWEL, (50, 1)), np.tile(VOWEL, (50, 1))
    soft[:, 0] -= 2
    static = heard(np.concatenate([loud, soft]))
    assert static[10:45, 0].mean() - static[55:90, 0].mean() == pytest.approx(2, abs=0.3)


def test_smooth_energies_have_the_cepstra_they_were_made_from() -> None:
    energies = log_mel_energies(np.stack([VOWEL, HISS]), CONFIG)
    np.testing.assert_allclose(energies @ cepstrum_matrix(CONFIG).numpy(), [VOWEL, HISS], atol=1e-9)


def test_the_same_seed_makes_the_same_sound_of_the_stated_peak() -> None:
    first, second = (make_sound(np.tile(HISS, (30, 1)), CONFIG, 110, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert np.abs(first).max() == 0.5
    assert len(first) == 30 * 160
