"""A resolved recipe as YAML."""

import dataclasses
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_type_hints

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from speechrnn.recipe import Recipe
from speechrnn.recipe.load import parse_recipe
from speechrnn.recipe.section import Help
from speechrnn.recipe.show import show_recipe
from tests.recipe.conftest import LEAST, Parse


def fields(section: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting of a recipe: its path, and its type with its marks."""
    hints = get_type_hints(section, include_extras=True)
    for field in dataclasses.fields(section):
        if dataclasses.is_dataclass(hints[field.name]):
            yield from fields(hints[field.name], f"{path}{field.name}.")
        else:
            yield path + field.name, hints[field.name]


SETTINGS = dict(fields(Recipe))


def test_the_walk_over_settings_finds_them() -> None:
    assert len(SETTINGS) > 50
    assert {"name", "corpus.name", "model.cell", "training.epochs"} <= SETTINGS.keys()


@pytest.mark.parametrize("path", SETTINGS)
def test_every_setting_has_a_comment(path: str) -> None:
    (comment,) = [mark for mark in SETTINGS[path].__metadata__ if isinstance(mark, Help)]
    assert len(comment.text) > 5
    assert "\n" not in comment.text


def test_every_setting_is_shown_with_its_comment(parse: Parse) -> None:
    lines = show_recipe(parse()).splitlines()
    for path, hint in SETTINGS.items():
        comment = next(mark.text for mark in hint.__metadata__ if isinstance(mark, Help))
        name = path.rpartition(".")[2]
        assert [line for line in lines if line.lstrip().startswith(f"{name}: ") and line.endswith(f"  # {comment}")]


def test_what_is_shown_reads_back_as_the_same_recipe() -> None:
    text = """
        name: tiny
        title: 'a "title": with # and  spaces'
        seed: 7
        corpus: {name: fsdd, folds: ["no", "1", "1e3", theo]}
        text: {remove: "#'", alphabet: " 'abé"}
        augment: {speed_factors: [0.9, 1, 1.1], noise_snr_db: [1e1, 2.5e1]}
        training: {learning_rate: 1e-5, early_stop_epochs: 3}
    """
    recipe = parse_recipe(textwrap.dedent(text), "x")
    for comments in (True, False):
        assert parse_recipe(show_recipe(recipe, comments=comments), "shown") == recipe


@settings(max_examples=60, deadline=None, database=None)
@given(st.text(max_size=8))
@example("1e3")
@example("-1E5")
@example("null")
@example("a\nb # c\n")
@example("\x85\u2028")
@example("2024-01-01")
def test_any_text_survives_showing_and_reading(text: str) -> None:
    recipe = parse_recipe(LEAST, "x")
    recipe = replace(recipe, title=text, corpus=replace(recipe.corpus, leave_out=text))
    shown = show_recipe(recipe)
    assert parse_recipe(shown, "shown") == recipe
    assert len(shown.splitlines()) >= len(SETTINGS)


def test_without_comments_there_are_none(parse: Parse) -> None:
    recipe = parse()
    shown = show_recipe(recipe, comments=False)
    assert "#" not in shown
    assert yaml.safe_load(shown)["model"]["cell"] == "lstm"


def test_showing_what_was_shown_changes_nothing(parse: Parse) -> None:
    shown = show_recipe(parse("model: {cell: rnn}"))
    assert show_recipe(parse_recipe(shown, "shown")) == shown
