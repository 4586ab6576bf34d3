from pathlib import Path

import pytest

from speechrnn.corpora.problem import Problem
from speechrnn.corpora.tidigits import list_utterances
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

CONFIG = CorpusConfig(name="tidigits", dev_fraction=0.3)
SPEAKERS = ("man/ae", "woman/ae", "boy/bc")


@pytest.fixture
def tidigits(tmp_path: Path) -> Path:
    """Three speakers a part, of whom a man and a woman share their initials; names in capitals in test."""
    for part in ("train", "TEST"):
        for speaker in SPEAKERS:
            for name in ("zo9a.wav", "1b.wav"):
                path = tmp_path / part / speaker / (name.upper() if part == "TEST" else name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
    return tmp_path


def utterances(source: Path, config: CorpusConfig = CONFIG) -> list[Utterance]:
    found = [item for item in list_utterances(source, config).utterances if isinstance(item, Utterance)]
    assert found
    return found


def test_file_names_spell_what_is_said(tidigits: Path) -> None:
    texts = {item.utterance_id: item.text for item in utterances(tidigits)}
    assert texts["man-ae-zo9a"] == "zero oh nine"
    assert texts["boy-bc-1b"] == "one"


def test_test_speakers_are_the_published_ones_and_dev_is_drawn_from_train(tidigits: Path) -> None:
    splits = {(item.speaker, item.path.parts[-4].lower()): item.split for item in utterances(tidigits)}
    assert {split for (_, part), split in splits.items() if part == "test"} == {"test"}
    drawn = sorted(split for (_, part), split in splits.items() if part == "train")
    assert drawn == ["dev", "train", "train"]


def test_the_seed_moves_dev(tidigits: Path) -> None:
    def dev(seed: int) -> str:
        config = CorpusConfig(name="tidigits", dev_fraction=0.3, split_seed=seed)
        (speaker,) = {str(item.speaker) for item in utterances(tidigits, config) if item.split == "dev"}
        return speaker

    assert len({dev(seed) for seed in range(8)}) > 1


def test_initials_shared_by_a_man_and_a_woman_are_two_speakers(tidigits: Path) -> None:
    assert {item.speaker for item in utterances(tidigits)} == {"man-ae", "woman-ae", "boy-bc"}


def test_a_name_that_says_no_digits_is_set_aside(tidigits: Path) -> None:
    (tidigits / "train" / "man" / "ae" / "hello.wav").touch()
    (wrong,) = [item for item in list_utterances(tidigits, CONFIG).utterances if isinstance(item, Problem)]
    assert (wrong.utterance_id, wrong.kind) == ("hello", "bad_name")


def test_a_folder_without_recordings_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"^corpus tidigits: .* holds no recordings; wanted train/man/ae/1za\.wav"):
        list_utterances(tmp_path, CONFIG)
