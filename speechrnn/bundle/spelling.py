"""How the transcripts of a model were normalised and are scored, from the recipe that it holds."""

import yaml

from speechrnn.bundle.read import Bundle
from speechrnn.errors import BundleError
from speechrnn.recipe import TextConfig
from speechrnn.recipe.dialect import read_yaml


def text_config(bundle: Bundle) -> TextConfig:
    """Read the text section of a model's recipe; only what names its section, so pydantic stays out.

    Raises:
        BundleError: the recipe has another form.
    """
    try:
        settings = read_yaml(bundle.recipe_yaml())
        return TextConfig(**settings.get("text", {}))
    except (yaml.YAMLError, TypeError, AttributeError) as error:
        raise BundleError(f"{bundle.path}: its recipe is not laid out as speechrnn writes it ({error})") from error
