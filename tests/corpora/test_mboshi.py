from pathlib import Path

import pytest

from speechrnn.corpora.mboshi import list_utterances
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

CONFIG = CorpusConfig(name="mboshi")


def write_part(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True)
    for name in names:
        (folder / f"{name}.wav").write_bytes(b"")
        (folder / f"{name}.mb.cleaned").write_text(f"wáre {name[-1]}\n", encoding="utf-8")
        (folder / f"{name}.mb").write_text("not this one", encoding="utf-8")
        (folder / f"{name}.fr").write_text("ni celle-ci", encoding="utf-8")


@pytest.fixture
def mboshi(tmp_path: Path) -> Path:
    write_part(tmp_path / "full_corpus_newsplit" / "train", [f"abiayi_2015_Dico18_{n}" for n in range(20)])
    return tmp_path


def test_text_is_the_cleaned_transcript_and_speaker_the_first_part_of_the_name(mboshi: Path) -> None:
    utterance = list_utterances(mboshi, CONFIG).utterances[0]
    assert (utterance.text, utterance.speaker) == ("wáre 0", "abiayi")


def test_a_tenth_of_train_is_dev(mboshi: Path) -> None:
    splits = [u.split for u in list_utterances(mboshi, CONFIG).utterances]
    assert (splits.count("train"), splits.count("dev"), splits.count("test")) == (18, 2, 0)


def test_the_published_dev_part_is_test_where_it_is(mboshi: Path) -> None:
    before = [(u.utterance_id, u.split) for u in list_utterances(mboshi, CONFIG).utterances]
    write_part(mboshi / "full_corpus_newsplit" / "dev", ["martial_2015_Dico1_1"])
    after = [(u.utterance_id, u.split) for u in list_utterances(mboshi, CONFIG).utterances]
    assert after == [*before, ("martial_2015_Dico1_1", "test")]


def test_a_recording_without_transcript_is_set_aside_and_a_transcript_without_recording_is_listed(mboshi: Path) -> None:
    train = mboshi / "full_corpus_newsplit" / "train"
    (train / "abiayi_2015_Dico18_3.mb.cleaned").unlink()
    (train / "abiayi_2015_Dico18_4.wav").unlink()
    listing = list_utterances(mboshi, CONFIG)
    assert [(p.utterance_id, p.kind) for p in listing.problems] == [("abiayi_2015_Dico18_3", "missing_text")]
    # checking the files then reports it as missing audio
    assert "abiayi_2015_Dico18_4" in {u.utterance_id for u in listing.utterances}


def test_a_folder_without_train_part_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="train holds no recordings"):
        list_utterances(tmp_path, CONFIG)
