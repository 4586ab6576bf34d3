"""What keeps a recipe's model from running live is named, each thing by itself."""

import pytest

from speechrnn.errors import RecipeError
from speechrnn.recipe.live import live_obstacles
from speechrnn.recipe.load import parse_recipe
from tests.recipe.conftest import LEAST

LIVE = "features: {cmvn: global}\nmodel: {bidirectional: false, lookahead_frames: 2}\n"
OBSTACLES = {
    "model.bidirectional": LIVE.replace("bidirectional: false", "bidirectional: true"),
    "model.attention_heads": LIVE.replace("lookahead_frames: 2", "lookahead_frames: 2, attention_heads: 2"),
    "features.cmvn utterance": LIVE.replace("global", "utterance"),
    "features.convention librosa": LIVE.replace("global", "global, convention: librosa"),
}


def test_a_model_that_reads_forwards_only_has_none() -> None:
    recipe = parse_recipe(LEAST + LIVE, "x")
    assert live_obstacles(recipe.features, recipe.model) == []


@pytest.mark.parametrize("named", OBSTACLES)
def test_an_obstacle_is_named_alone_and_refused_beside_look_ahead(named: str) -> None:
    with pytest.raises(RecipeError, match=rf"model\.lookahead_frames: is for live use, and {named}"):
        parse_recipe(LEAST + OBSTACLES[named], "x")
    recipe = parse_recipe(LEAST + OBSTACLES[named].replace("lookahead_frames: 2", "lookahead_frames: 0"), "x")
    (obstacle,) = live_obstacles(recipe.features, recipe.model)
    assert obstacle.startswith(named)
    assert "; set " in obstacle


def test_look_ahead_lets_the_last_recurrent_layer_be_scored_too() -> None:
    text = LEAST + LIVE.replace("2}", "2, layers: 2, inter_layers: [2]}") + "loss: {inter_weight: 0.3}\n"
    assert parse_recipe(text, "x").model.inter_layers == (2,)
    with pytest.raises(RecipeError, match=r"model\.inter_layers: \[2\] came"):
        parse_recipe(text.replace("lookahead_frames: 2", "lookahead_frames: 0"), "x")
