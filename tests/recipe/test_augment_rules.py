"""Contradictions of the augment section: each alone, and none on the very edge."""

import pytest

from speechrnn.errors import RecipeError
from speechrnn.recipe.augment import AugmentConfig
from speechrnn.recipe.augment_rules import RANGES
from speechrnn.recipe.load import parse_recipe
from tests.recipe.conftest import LEAST, Parse

CONTRADICTIONS = {
    "voice too low": ("augment: {warp_factors: [0.4, 1]}", "augment.warp_factors: [0.4, 1] came, values from 0.5 to 2"),
    "tempo too fast": ("augment: {tempo_factors: [1, 2.5]}", "augment.tempo_factors: [1, 2.5] came, values from 0.5"),
    "narrow band to warp": (
        "augment: {warp_factors: [0.9, 1.1]}\nfeatures: {low_hz: 1000, high_hz: 3900}",
        "augment.warp_factors: wants features.high_hz at least four times low_hz, and the filter bank goes from 1000",
    ),
    "a room without time": ("augment: {room_rt60_seconds: [0, 1]}", "augment.room_rt60_seconds: [0, 1] came, values"),
    "a band below 0": ("augment: {band_limit_low_hz: [-1, 9]}", "augment.band_limit_low_hz: [-1, 9] came, values 0 or"),
    "edges that cross": (
        "augment: {band_limit_probability: 1, band_limit_low_hz: [0, 3000]}",
        "augment.band_limit_low_hz: up to 3000 came, less than the lowest upper edge (3000)",
    ),
    "a band of everything": (
        "augment: {band_limit_probability: 1, band_limit_low_hz: [0, 0], band_limit_high_hz: [8000, 9000]}",
        "augment.band_limit_high_hz: from 8000 came, and with low edges of 0 nothing would be cut off",
    ),
    "a pause of less than nothing": (
        "augment: {concatenate_gap_seconds: [-0.1, 0.1]}",
        "augment.concatenate_gap_seconds: [-0.1, 0.1] came, values from 0 to 10",
    ),
    "no space to join by": (
        "augment: {concatenate_probability: 0.5}\ntext: {alphabet: abc}",
        "text.alphabet: has no space, by which",
    ),
    "words that run together": (
        "augment: {concatenate_probability: 0.5}\ntext: {unit: word, remove: ' '}",
        "text.remove: takes out spaces",
    ),
    "rooms of stored": ("features: {stored: true}\naugment: {room_probability: 0.5}", "augment: speed, pitch, tilt"),
    "pitch of stored": ("features: {stored: true}\naugment: {pitch_semitones: 1}", "augment: speed, pitch, tilt"),
    "tilt of stored": ("features: {stored: true}\naugment: {tilt_db_per_octave: 1}", "augment: speed, pitch, tilt"),
    "band of stored": ("features: {stored: true}\naugment: {band_limit_probability: 1}", "augment: speed, pitch, tilt"),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_named_alone(name: str) -> None:
    more, start = CONTRADICTIONS[name]
    with pytest.raises(RecipeError, match="^x: ") as caught:
        parse_recipe(LEAST + more, "x")
    (fault,) = caught.value.faults
    assert fault.startswith(start)


@pytest.mark.parametrize("name", RANGES)
def test_every_range_wants_its_lower_bound_first(name: str) -> None:
    low, high = getattr(AugmentConfig(), name)
    with pytest.raises(RecipeError, match="the lower bound first was wanted"):
        parse_recipe(LEAST, "x", [f"augment.{name}=[{high + 0.1}, {low}]"])


@pytest.mark.parametrize(
    "more",
    [
        "augment: {warp_factors: [0.5, 2], tempo_factors: [0.5, 2]}",
        "augment: {warp_factors: [0.9, 1.1]}\nfeatures: {low_hz: 1000, high_hz: 4000}",
        "augment: {warp_factors: [0.9, 1.1], tempo_factors: [0.9, 1.1]}\nfeatures: {stored: true}",
        "augment: {concatenate_probability: 1}\nfeatures: {stored: true}",
        "augment: {concatenate_probability: 1}\ntext: {alphabet: 'ab '}",
        "augment: {concatenate_probability: 1}\ntext: {alphabet: ab, remove: ' '}",
        "augment: {concatenate_probability: 1}\ntext: {alphabet: yes no, unit: word}",
        "augment: {band_limit_probability: 1, band_limit_low_hz: [0, 0], band_limit_high_hz: [7999, 9000]}",
        "augment: {band_limit_probability: 1, band_limit_low_hz: [300, 300], band_limit_high_hz: [9000, 9000]}",
    ],
)
def test_settings_on_the_very_edge_are_no_contradiction(parse: Parse, more: str) -> None:
    assert parse(more).name == "tiny"
