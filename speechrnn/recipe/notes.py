"""What a user should know of a recipe before it trains: settings that are allowed and yet surprise."""

from collections.abc import Iterator

from speechrnn.recipe.live import live_obstacles
from speechrnn.recipe.recipe import Recipe


def notes(recipe: Recipe) -> Iterator[str]:
    """Say in one line each what the settings lead to."""
    if not recipe.model.bidirectional:
        for obstacle in live_obstacles(recipe.features, recipe.model):
            yield f"live, this model will hear windows instead of carrying its state: {obstacle}"
    if recipe.loss.kind == "ctc_crf" and recipe.decoding.lm is None:
        yield (
            "loss.kind ctc_crf leaves to a language model what n-grams of labels know, so without one the error rates "
            "are too high: `speechrnn lm build --unit char --order 4 --recipe RECIPE -o lm.bin`, then "
            "`speechrnn decode RUN --lm lm.bin --alpha 1 --beta 0`"
        )
