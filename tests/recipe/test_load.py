"""From YAML and overrides to one checked Recipe."""

from pathlib import Path

import pytest
import yaml

from speechrnn.errors import RecipeError, UsageError
from speechrnn.recipe import Recipe
from speechrnn.recipe.load import load_recipe, parse_recipe
from tests.recipe.conftest import LEAST, Parse

ROOT = Path(__file__).parents[2]


def faults_of(text: str, *overrides: str) -> tuple[str, ...]:
    with pytest.raises(RecipeError, match=r"^tiny\.yaml: ") as caught:
        parse_recipe(text, "tiny.yaml", overrides)
    return caught.value.faults


def test_name_and_corpus_are_all_a_recipe_needs(parse: Parse) -> None:
    recipe = parse()
    assert (recipe.name, recipe.corpus.name) == ("tiny", "fsdd")
    assert (recipe.model.cell, recipe.training.epochs, recipe.seed) == ("lstm", 30, 1)


def test_settings_of_the_file_are_taken(parse: Parse) -> None:
    recipe = parse(
        "model: {cell: gru, bidirectional: false}\ntraining: {epochs: 7}\naugment: {speed_factors: [0.9, 1]}"
    )
    assert (recipe.model.cell, recipe.model.bidirectional, recipe.training.epochs) == ("gru", False, 7)
    assert recipe.augment.speed_factors == (0.9, 1.0)


def test_every_fault_of_a_recipe_is_reported_at_once() -> None:
    text = LEAST + "modle: {cell: lstm}\nmodel: {cell: lsmt, layers: 0}\ntraining: {epochs: many}\n"
    faults = faults_of(text, "features.deltas=7", "nonsense")
    assert sorted(fault.split(":")[0] for fault in faults) == [
        "features.deltas",
        "model.cell",
        "model.layers",
        "modle",
        "nonsense",
        "training.epochs",
    ]


def test_every_line_of_the_message_names_the_file_and_the_setting() -> None:
    with pytest.raises(RecipeError, match="layers") as caught:
        parse_recipe(LEAST + "model: {layers: 0, size: 0}\n", "some.yaml")
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert all(line.startswith("some.yaml: model.") for line in lines)
    assert caught.value.exit_code == 2


def test_a_fault_says_what_came_and_what_was_wanted() -> None:
    wanted = "'rnn', 'lstm', 'gru', 'ligru', 'lnlstm', 'mingru' or 'minlstm' was wanted"
    assert faults_of(LEAST + "model: {cell: lsmt}\n") == (f"model.cell: 'lsmt' came, {wanted}",)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("modle: {cell: lstm}", "modle: no such setting; did you mean 'model'?"),
        ("model: {cel: lstm}", "model.cel: no such setting; did you mean 'cell'?"),
        ("training: {learning_rte: 1}", "training.learning_rte: no such setting; did you mean 'learning_rate'?"),
        ("learning_rate: 1", "learning_rate: no such setting; did you mean 'training.learning_rate'?"),
        ("epochs: 1", "epochs: no such setting; did you mean 'training.epochs'?"),
        (
            "text: {zzzzzz: 1}",
            "text.zzzzzz: no such setting; known here: numbers, case, punctuation, remove, unit, alphabet, score_as",
        ),
    ],
)
def test_a_setting_that_does_not_exist_gets_a_suggestion(text: str, hint: str) -> None:
    assert faults_of(LEAST + text) == (hint,)


def test_what_has_no_default_must_be_given() -> None:
    assert faults_of("title: x") == ("name: missing; it has no default", "corpus: missing; it has no default")
    assert faults_of("name: x\ncorpus: {}") == ("corpus.name: missing; it has no default",)


@pytest.mark.parametrize(
    ("override", "section", "setting", "value"),
    [
        ("training.epochs=3", "training", "epochs", 3),
        ("training.learning_rate=2e-3", "training", "learning_rate", 0.002),
        ("training.early_stop_epochs=null", "training", "early_stop_epochs", None),
        ("model.bidirectional=false", "model", "bidirectional", False),
        ("augment.speed_factors=[0.9, 1.1]", "augment", "speed_factors", (0.9, 1.1)),
        ("text.remove='#='", "text", "remove", "#="),
        ("text.remove=a=b", "text", "remove", "a=b"),
    ],
)
def test_an_override_sets_one_setting(parse: Parse, override: str, section: str, setting: str, value: object) -> None:
    assert getattr(getattr(parse("", override), section), setting) == value


def test_overrides_win_over_the_file_and_the_last_over_the_first(parse: Parse) -> None:
    recipe = parse("training: {epochs: 5, batch_seconds: 9}", "training.epochs=6", "seed=4", "training.epochs=7")
    assert (recipe.training.epochs, recipe.training.batch_seconds, recipe.seed) == (7, 9.0, 4)


@pytest.mark.parametrize(
    ("override", "fault"),
    [
        ("epochs", r"^epochs: section.setting=value was wanted"),
        ("=5", r"^=5: section.setting=value was wanted"),
        ("name.x=1", r"^name.x: name is not a section"),
        ("title=[a", r"^title: '\[a' is not a YAML value"),
        ("training.epochs=", r"^training.epochs: None came"),
        ("training=5", r"^training: 5 came"),
        ("training.epoch=5", r"^training.epoch: no such setting; did you mean 'epochs'"),
    ],
)
def test_a_wrong_override_is_a_fault_like_any_other(override: str, fault: str) -> None:
    with pytest.raises(RecipeError, match="tiny.yaml: " + fault.removeprefix("^")):
        parse_recipe(LEAST, "tiny.yaml", [override])


@pytest.mark.parametrize("number", ["2e-3", "2E-3", "2.e-3", "2.0e-3", "0.002", "+2e-3", "20e-4"])
def test_numbers_in_scientific_notation_are_numbers_with_or_without_a_point(parse: Parse, number: str) -> None:
    assert parse(f"training: {{learning_rate: {number}}}").training.learning_rate == 0.002


@pytest.mark.parametrize("text", ["name: a\nname: b\n", LEAST + "training: {epochs: 1, epochs: 2}\n"])
def test_a_key_that_stands_twice_is_refused(text: str) -> None:
    (fault,) = faults_of(text)
    assert "a key stands twice" in fault


def test_a_mapping_merged_in_may_be_changed_by_keys_of_its_own(parse: Parse) -> None:
    recipe = parse("model: &m {cell: gru}\ntraining: {<<: {epochs: 3, batch_seconds: 4}, epochs: 5}")
    assert (recipe.training.epochs, recipe.training.batch_seconds) == (5, 4.0)


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['exit 1']",
        "!!python/name:os.system",
        "!!python/object/new:os.stat [.]",
        "!x y",
    ],
)
def test_yaml_that_would_build_objects_is_refused(tag: str) -> None:
    (fault,) = faults_of(LEAST + f"title: {tag}\n")
    assert fault.startswith("not YAML: could not determine a constructor for the tag")


@pytest.mark.parametrize(
    ("text", "came"),
    [
        ("", "NoneType came"),
        ("- a\n", "list came"),
        ("just words", "str came"),
        ("name: [", "not YAML: "),
        ("\0", "not YAML: "),
    ],
)
def test_what_is_no_mapping_is_refused(text: str, came: str) -> None:
    (fault,) = faults_of(text)
    assert fault.startswith(came)


def test_nesting_without_end_is_refused_like_any_other_fault() -> None:
    (fault,) = faults_of("name: " + "[" * 5000)
    assert fault.startswith("not YAML: ")


@pytest.mark.parametrize("text", ["1: 2", "training: {1: 2}", "training:", "training: 5", "training: [epochs]"])
def test_a_section_of_the_wrong_kind_is_a_fault(text: str) -> None:
    (fault,) = faults_of(LEAST + text)
    assert fault.startswith(text.split(":")[0])


@pytest.mark.parametrize(
    "setting",
    ["frame_length_ms: .inf", "frame_shift_ms: .inf", "high_hz: .nan", "low_hz: .inf", "sample_rate_hz: .inf"],
)
def test_numbers_that_are_not_finite_are_refused(setting: str) -> None:
    assert any(fault.startswith("features.") for fault in faults_of(LEAST + f"features: {{{setting}}}"))


@pytest.mark.parametrize(
    "setting", ["learning_rate: .inf", "batch_seconds: .nan", "clip_norm: .inf", "weight_decay: .inf"]
)
def test_steps_that_are_not_finite_are_refused(setting: str) -> None:
    (fault,) = faults_of(LEAST + f"training: {{{setting}}}")
    assert fault.startswith("training." + setting.split(":")[0])


def test_a_missing_file_is_told_from_a_bad_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="gone.yaml: no such recipe") as caught:
        load_recipe(tmp_path / "gone.yaml")
    assert caught.value.exit_code == 2
    with pytest.raises(UsageError, match="cannot be read as a recipe"):
        load_recipe(tmp_path)
    (tmp_path / "latin.yaml").write_bytes("name: caf\xe9".encode("latin-1"))
    with pytest.raises(UsageError, match="UTF-8"):
        load_recipe(tmp_path / "latin.yaml")


def test_a_byte_order_mark_is_no_part_of_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "bom.yaml").write_text("\ufeff" + LEAST, encoding="utf-8")
    assert load_recipe(tmp_path / "bom.yaml").name == "tiny"


def test_a_recipe_file_equals_its_text(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(LEAST, encoding="utf-8")
    recipe = load_recipe(tmp_path / "tiny.yaml", ["seed=3"])
    assert isinstance(recipe, Recipe)
    assert recipe == parse_recipe(LEAST + "seed: 3", "other name")
    assert yaml.safe_load(LEAST)["name"] == recipe.name
