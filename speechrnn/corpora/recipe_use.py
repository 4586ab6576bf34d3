"""Which recipes train on which corpus, read from the recipes themselves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import yaml

FOLDER: Final = Path(__file__).parents[2] / "recipes"
"""Where a checkout keeps them; an installed package comes without."""


def recipes_by_corpus(folder: Path = FOLDER) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the recipes that train on each corpus; files that are no recipes are passed over."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            settings = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
            corpus = settings["corpus"]["name"]
        except (OSError, ValueError, yaml.YAMLError, LookupError, TypeError):
            continue
        found[corpus] = (*found.get(corpus, ()), path.stem)
    return found
