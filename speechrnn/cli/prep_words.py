"""The settings of a corpus as `speechrnn prep` takes them: KEY=VALUE, as in the corpus section of a recipe."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from speechrnn.errors import RecipeError

if TYPE_CHECKING:
    from speechrnn.recipe import CorpusConfig


def corpus_settings(name: str, words: Sequence[str], leave_out: str | None, path: str | None) -> "CorpusConfig":
    """Check the settings of one command.

    Args:
        name: the corpus.
        words: `KEY=VALUE`, values in YAML.
        leave_out: of `--leave-out`, or None.
        path: of `--path`, or None.

    Raises:
        RecipeError: with every fault of the words.
    """
    from speechrnn.recipe import CorpusConfig

    plain = CorpusConfig(name=name, leave_out=leave_out, path=path)
    if not words:
        return plain
    from speechrnn.recipe.load import apply_override, check_recipe  # pydantic, 0.2 s

    settings: dict[str, Any] = {"name": "prep", "corpus": {}}
    faults = [fault for word in words if (fault := apply_override(settings, f"corpus.{word}"))]
    given = {"leave_out": plain.leave_out, "path": plain.path}
    settings["corpus"] |= {"name": name} | {key: value for key, value in given.items() if value is not None}
    try:
        return check_recipe(settings, f"prep {name}", faults).corpus
    except RecipeError as error:
        raise RecipeError(f"prep {name}", [fault.removeprefix("corpus.") for fault in error.faults]) from None
