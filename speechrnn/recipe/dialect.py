"""The YAML that recipes are written in: plain values only, and what is written reads back as what it was.

Three things differ from PyYAML's safe loader and dumper: `2e-3` is a number (YAML 1.1 wants `2.0e-3`), a key that
stands twice is refused (plain YAML would let the last one win silently), and text with line breaks is quoted in one
line, so that a comment can follow it.
"""

import re
from typing import Any, Final

import yaml

SCIENTIFIC: Final = re.compile(r"^[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+$")
FLOAT_TAG: Final = "tag:yaml.org,2002:float"
FIRST_CHARACTERS: Final = list("-+0123456789")


class RecipeLoader(yaml.SafeLoader):
    """Builds plain values and nothing else."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Read a mapping as written, before `<<` merges other mappings into it."""
        node = super().compose_mapping_node(anchor)
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(keys)) < len(keys):
            raise yaml.composer.ComposerError(None, None, "a key stands twice", node.start_mark)
        return node


class RecipeDumper(yaml.SafeDumper):
    """Writes plain values so that `RecipeLoader` reads the same ones."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')


for kind in (RecipeLoader, RecipeDumper):
    kind.add_implicit_resolver(FLOAT_TAG, SCIENTIFIC, FIRST_CHARACTERS)
RecipeDumper.add_representer(str, _represent_text)


def read_yaml(text: str) -> Any:
    """Read a document.

    Raises:
        yaml.YAMLError: it is no such YAML.
    """
    try:
        # RecipeLoader derives from SafeLoader.
        return yaml.load(text, Loader=RecipeLoader)  # noqa: S506
    except RecursionError as error:
        raise yaml.YAMLError("nested too deeply") from error


def write_yaml(value: Any) -> str:
    """Write one value on one line, without a line break at its end."""
    text: str = yaml.dump(value, Dumper=RecipeDumper, default_flow_style=True, allow_unicode=True, width=10**9)
    return text.removesuffix("\n").removesuffix("\n...")
