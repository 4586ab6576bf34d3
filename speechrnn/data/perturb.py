"""Static features of a training utterance as this epoch's augmentation has them: samples, then voice, then tempo.

Draws are taken in that order, but for the tempo, which comes first, and those of joins and pauses, which are apart:
`draws.py` tells the length from the first draws, before there is anything to read. Speech that became too fast for its own transcript is left as it was: CTC would have
no path for it.
"""

from collections.abc import Sequence

import numpy as np
import torch
from lhotse.cut import MonoCut

from speechrnn.data.concatenate import gaps_of, parts_of
from speechrnn.data.draws import Draws, draw_pauses, draw_tempo
from speechrnn.data.frames import spellable
from speechrnn.data.source import Source, Values
from speechrnn.features.augment.cepstral_warp import warp_cepstra
from speechrnn.features.augment.joins import join_frames, join_samples
from speechrnn.features.augment.pauses import add_pauses
from speechrnn.features.augment.tempo import change_tempo, num_frames_at
from speechrnn.features.augment.waveform import augment_samples
from speechrnn.features.frames import num_frames
from speechrnn.recipe import Recipe


def perturbed_static(
    cut: MonoCut, labels: Sequence[int], source: Source, recipe: Recipe, rng: np.random.Generator
) -> Values:
    """Give a training utterance's static features.

    Args:
        cut: the utterance.
        labels: its transcript, which must stay spellable.
        source: reads samples or static features.
        recipe: the experiment.
        rng: where every draw comes from.

    Returns:
        `(time, num_static)`, before deltas and normalisation.

    Raises:
        AudioError: the file cannot be read.
        FeatureError: stored features cannot be read or do not fit.
    """
    tempo = draw_tempo(recipe.augment, rng)
    if recipe.augment.needs_samples and not recipe.features.stored:
        static = _from_samples(cut, labels, source, recipe, rng)
    else:
        static = _from_static(cut, source, recipe, rng)
    return change_tempo(static, tempo) if spellable(num_frames_at(len(static), tempo), labels, recipe) else static


@torch.no_grad()
def _from_samples(
    cut: MonoCut, labels: Sequence[int], source: Source, recipe: Recipe, rng: np.random.Generator
) -> Values:
    rate = recipe.features.sample_rate_hz
    draws = Draws.of(rng)
    samples = join_samples([source.samples(part) for part in parts_of(cut)], gaps_of(cut), rate, draws.joins)
    samples = add_pauses(samples, *draw_pauses(recipe.augment, draws.pauses), rate, draws.pauses)
    changed = augment_samples(samples, rate, recipe.augment, rng)
    if not spellable(num_frames(len(changed), recipe.features), labels, recipe):
        changed = samples
    warp = _draw(recipe.augment.warp_factors, rng)
    static: Values = source.front_end.utterance(torch.from_numpy(np.ascontiguousarray(changed)), warp).numpy()
    return static


def _from_static(cut: MonoCut, source: Source, recipe: Recipe, rng: np.random.Generator) -> Values:
    frames_per_second = 1000 / recipe.features.frame_shift_ms
    gaps = [round(seconds * frames_per_second) for seconds in gaps_of(cut)]
    static = join_frames([source.static(part) for part in parts_of(cut)], gaps)
    return warp_cepstra(static, recipe.features, _draw(recipe.augment.warp_factors, rng))


def _draw(factors: tuple[float, float], rng: np.random.Generator) -> float:
    """Draw a factor from a range; nothing is drawn where there is no choice."""
    low, high = factors
    return low if low == high else rng.uniform(low, high)
