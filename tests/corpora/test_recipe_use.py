from pathlib import Path

from speechrnn.corpora.recipe_use import recipes_by_corpus


def test_recipes_of_the_checkout_are_found_by_their_corpus() -> None:
    found = recipes_by_corpus()
    assert {"fsdd", "fsdd_loso"} <= set(found["fsdd"])
    assert "yesno" in found["yesno"]


def test_what_is_no_recipe_is_passed_over_and_no_folder_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: a\ncorpus: {name: fsdd}\n")
    for name, text in {"b": "- list", "c": "{", "d": "corpus: fsdd", "e": "name: e"}.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    assert recipes_by_corpus(tmp_path) == {"fsdd": ("a",)}
    assert recipes_by_corpus(tmp_path / "away") == {}
