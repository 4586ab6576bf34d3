import pytest

from speechrnn.corpora.split_name import split_of

# Names that recipes of Kaldi, ESPnet, NeMo and lhotse publish.
NAMES = {
    "train": [
        "train",
        "train_clean_5",
        "train-clean-100",
        "train_nodev",
        "train_si284",
        "TRAIN",
        "tr",
        "train_manifest",
    ],
    "dev": ["dev", "dev-other", "train_dev", "test_dev93", "valid", "validation", "cv", "dev_clean_2"],
    "test": ["test", "test-clean", "eval1", "test_eval92", "tst-COMMON"],
}


@pytest.mark.parametrize(("split", "name"), [(split, name) for split, names in NAMES.items() for name in names])
def test_the_names_of_public_recipes_say_their_split(split: str, name: str) -> None:
    assert split_of(name) == split


@pytest.mark.parametrize("name", ["trainer", "monday", "latest", "all", "s5", "device", ""])
def test_a_word_that_only_contains_the_name_of_a_split_says_nothing(name: str) -> None:
    assert split_of(name) is None
