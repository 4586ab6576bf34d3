from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from speechrnn.corpora.fsdd import list_utterances, split_of
from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

FOLDER = "free-spoken-digit-dataset-master"


def test_takes_0_to_4_are_test_and_takes_that_end_in_5_are_dev() -> None:
    by_split = {
        split: [take for take in range(50) if split_of("ann", take, None) == split] for split in ("test", "dev")
    }
    assert by_split == {"test": [0, 1, 2, 3, 4], "dev": [5, 15, 25, 35, 45]}


def test_a_left_out_speaker_is_all_of_test_and_in_no_other_split(fsdd: Path) -> None:
    listing = list_utterances(fsdd / FOLDER, CorpusConfig(name="fsdd", leave_out="bob"))
    speakers = {
        split: {u.speaker for u in listing.utterances if u.split == split} for split in ("train", "dev", "test")
    }
    assert speakers == {"train": {"ann", "cy"}, "dev": {"ann", "cy"}, "test": {"bob"}}
    assert Counter(u.split for u in listing.utterances) == {"train": 44, "dev": 4, "test": 24}


def test_text_is_the_english_word_of_the_digit_in_the_name(fsdd: Path) -> None:
    listing = list_utterances(fsdd / FOLDER, CorpusConfig(name="fsdd"))
    assert {(u.utterance_id[0], u.text) for u in listing.utterances} == {("3", "three"), ("7", "seven")}


def test_leaving_out_somebody_unknown_lists_who_is_known(fsdd: Path) -> None:
    with pytest.raises(CorpusError, match="no speaker 'dan' to leave out; choose from ann, bob, cy"):
        list_utterances(fsdd / FOLDER, CorpusConfig(name="fsdd", leave_out="dan"))


def test_a_recording_with_another_name_is_set_aside(fsdd: Path) -> None:
    (fsdd / FOLDER / "recordings" / "hello.wav").write_bytes(b"")
    listing = list_utterances(fsdd / FOLDER, CorpusConfig(name="fsdd"))
    assert [(p.utterance_id, p.kind) for p in listing.problems] == [("hello", "bad_name")]
    assert len(listing.utterances) == 72


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"recordings holds no \.wav files"):
        list_utterances(tmp_path, CorpusConfig(name="fsdd"))


@pytest.mark.parametrize("folder", ["free-spoken-digit-dataset", "free-spoken-digit-dataset-1.0.10"])
def test_other_names_of_the_unpacked_folder_are_found(folder: str, fsdd: Path) -> None:
    (fsdd / FOLDER).rename(fsdd / folder)
    assert prepare_corpus(CorpusConfig(name="fsdd"), fsdd).info["source"].endswith(folder)


def test_the_real_corpus_has_its_published_sizes(real_data: Callable[[str], Path]) -> None:
    prepared = prepare_corpus(CorpusConfig(name="fsdd"), real_data("fsdd"))
    sizes = {split: summary["utterances"] for split, summary in prepared.info["splits"].items()}
    assert sizes == {"train": 2400, "dev": 300, "test": 300}
    assert list(prepared.set_aside) == []
