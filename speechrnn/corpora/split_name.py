"""Which split a published part, a folder or a file stands for, by the words in its name."""

import re
from collections.abc import Mapping
from typing import Final

# In this order: `train_dev` and `test_dev93` are dev, as their makers use them.
_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "dev": frozenset({"dev", "devel", "development", "valid", "validation", "val", "cv"}),
    "test": frozenset({"test", "tst", "eval", "evaluation"}),
    "train": frozenset({"train", "training", "trn", "tr"}),
}


def split_of(name: str) -> str | None:
    """Tell the split, or None where the name says nothing.

    >>> split_of("train-clean-100"), split_of("test_eval92"), split_of("train_dev"), split_of("monday")
    ('train', 'test', 'dev', None)
    """
    words = set(re.split(r"[^a-z]+", name.lower()))
    return next((split for split, names in _WORDS.items() if names & words), None)
