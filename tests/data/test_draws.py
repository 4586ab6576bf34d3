"""What the plan of an epoch knows of lengths that are yet to be drawn."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from lhotse import CutSet
from lhotse.cut import MonoCut

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data.batches import plan_epoch
from speechrnn.data.concatenate import concatenate
from speechrnn.data.cuts import load_split
from speechrnn.data.draws import drawn_seconds
from speechrnn.data.loader import Loader
from speechrnn.features.extract import FeatureExtractor
from speechrnn.text.alphabet import Alphabet
from tests.conftest import Mini

SPEED, TEMPO = "augment.speed_factors=[0.8, 1.0, 1.25]", "augment.tempo_factors=[0.8, 1.2]"
PAUSES = "augment.pause_probability=0.7", "augment.pause_seconds=[0.2, 0.6]"
JOINED = "augment.concatenate_probability=0.5", "augment.noise_probability=0.5"
OTHERS = "augment.noise_probability=0.5", "augment.gain_db=3", "augment.num_time_masks=1"


@pytest.mark.parametrize(
    "overrides",
    [
        (),
        (SPEED,),
        (TEMPO,),
        PAUSES,
        (SPEED, TEMPO),
        (SPEED, TEMPO, *OTHERS),
        (SPEED, TEMPO, *JOINED),
        (SPEED, TEMPO, *JOINED, *PAUSES),
    ],
)
@pytest.mark.parametrize("epoch", [0, 5])
def test_the_drawn_length_is_that_which_is_loaded(mini: Mini, overrides: tuple[str, ...], epoch: int) -> None:
    recipe = mini.recipe(*overrides)
    cuts = concatenate(load_split(prepare_corpus(recipe.corpus, mini.data).directory, "train"), recipe, epoch)
    batch = Loader(recipe, FeatureExtractor(recipe.features), Alphabet(tuple(" abcd"))).load(cuts, epoch)
    assert batch is not None
    changed = 0
    for cut, length in zip(cuts, batch.feature_lengths.tolist(), strict=True):
        seconds = drawn_seconds(cut, recipe, epoch)
        # frames of 25 ms every 10 ms; each change of length rounds to a frame or so
        assert length == pytest.approx((seconds - 0.015) / 0.01, abs=3.5)
        changed += abs(seconds - cut.duration) > 0.05
    assert (changed > 0) == bool(overrides)


def padding(plan: list[CutSet], seconds: Callable[[MonoCut], float]) -> float:
    """Share of a plan that is padding once the lengths are drawn."""
    lengths = [[seconds(cut) for cut in batch] for batch in plan]
    return 1 - sum(map(sum, lengths)) / sum(len(batch) * max(batch) for batch in lengths)


@pytest.mark.parametrize("setting", [SPEED, TEMPO])
def test_planning_by_drawn_lengths_wastes_a_fraction_of_the_padding(mini: Mini, setting: str) -> None:
    recipe = mini.recipe("training.batch_seconds=20", "training.length_jitter=0.02", setting)
    stated = np.random.default_rng(0).uniform(0.3, 3, 1000)
    cuts = CutSet.from_cuts(MonoCut(str(number), 0, float(length), 0) for number, length in enumerate(stated))
    seconds = partial(drawn_seconds, recipe=recipe, epoch=1)
    assert padding(plan_epoch(cuts, recipe.training, 1, 1), seconds) > 0.1
    assert padding(plan_epoch(cuts, recipe.training, 1, 1, seconds), seconds) < 0.04
