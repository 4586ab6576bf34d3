from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from matplotlib.image import imread

from speechrnn.corpora.describe import describe
from speechrnn.corpora.describe_picture import draw_description
from speechrnn.corpora.prepare import PreparedCorpus, prepare_corpus
from speechrnn.recipe import CorpusConfig

WriteWav = Callable[..., Path]


@pytest.fixture
def prepared(tmp_path: Path) -> PreparedCorpus:
    """Two utterances of train and one each of dev and test; the test one is half as loud and has new letters."""
    rows = [
        ("a", "train", "ab ab", 1.0),
        ("b", "train", "abc", 2.0),
        ("c", "dev", "ab", 0.5),
        ("d", "test", "ab xyx", 1),
    ]
    for seed, (name, split, _, seconds) in enumerate(rows):
        signs = np.random.default_rng(seed).choice([-1.0, 1.0], round(8000 * seconds))
        soundfile.write(tmp_path / f"{name}.wav", signs * (0.05 if split == "test" else 0.1), 8000, subtype="FLOAT")
    lines = [f"{name}.wav,{text},{split}" for name, split, text, _ in rows]
    (tmp_path / "mine.csv").write_text("audio,text,split\n" + "\n".join(lines))
    return prepare_corpus(CorpusConfig(name="folder", path=str(tmp_path / "mine.csv")), tmp_path)


def test_every_number_of_a_split_is_the_one_worked_by_hand(prepared: PreparedCorpus) -> None:
    train, dev, test = describe(prepared)
    assert [split.split for split in (train, dev, test)] == ["train", "dev", "test"]
    assert (train.utterances, train.seconds, train.words) == (2, 3.0, 3)
    assert train.word_counts == {"ab": 2, "abc": 1}
    assert train.character_counts == {"a": 3, "b": 3, " ": 1, "c": 1}
    assert (train.unseen_words, train.unseen_characters) == (0, Counter())
    assert train.durations == {1.0: 1, 2.0: 1}
    assert train.rates == {5.0: 1, 1.5: 1}
    assert (train.characters_per_second, train.words_per_minute) == (pytest.approx(8 / 3), pytest.approx(60.0))
    assert (dev.unseen_words, dev.rates) == (0, {4.0: 1})
    assert (test.unseen_words, test.unseen_characters) == (1, {"x": 2, "y": 1})


def test_levels_are_those_of_the_files_in_db_of_full_scale(prepared: PreparedCorpus) -> None:
    assert [split.levels for split in describe(prepared)] == [{-20: 2}, {-20: 1}, {-26: 1}]


def test_the_picture_is_a_png_that_changes_with_what_it_shows(prepared: PreparedCorpus, tmp_path: Path) -> None:
    splits = describe(prepared)
    for name, shown in (("all", splits), ("train", splits[:1])):
        draw_description(tmp_path / f"{name}.png", "mine", shown)
    full, part = (imread(tmp_path / f"{name}.png") for name in ("all", "train"))
    assert full.shape == part.shape
    assert full.shape[0] > 300
    assert (full != part).any()


def test_a_corpus_prepared_by_an_older_version_is_drawn_without_levels(
    prepared: PreparedCorpus, tmp_path: Path
) -> None:
    del prepared.info["levels"]
    splits = describe(prepared)
    assert not any(split.levels for split in splits)
    draw_description(tmp_path / "old.png", "mine", splits)
    assert imread(tmp_path / "old.png").size
