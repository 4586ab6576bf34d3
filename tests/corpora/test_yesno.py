from collections.abc import Callable
from pathlib import Path

from lhotse.recipes.yesno import prepare_yesno

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.corpora.yesno import list_utterances
from speechrnn.recipe import CorpusConfig


def ids(data: Path, split: str, **options: int) -> list[str]:
    listing = list_utterances(data / "waves_yesno", CorpusConfig(name="yesno", **options))
    return [u.utterance_id for u in listing.utterances if u.split == split]


def test_the_test_part_is_the_one_lhotse_takes(yesno: Path) -> None:
    theirs = prepare_yesno(yesno / "waves_yesno")
    assert ids(yesno, "test") == [segment.id for segment in theirs["test"]["supervisions"]]
    assert sorted(ids(yesno, "train") + ids(yesno, "dev")) == [s.id for s in theirs["train"]["supervisions"]]


def test_texts_are_those_lhotse_reads(yesno: Path) -> None:
    theirs = prepare_yesno(yesno / "waves_yesno")["test"]["supervisions"]
    listing = list_utterances(yesno / "waves_yesno", CorpusConfig(name="yesno"))
    assert {u.utterance_id: u.text for u in listing.utterances if u.split == "test"} == {s.id: s.text for s in theirs}


def test_dev_is_three_of_the_thirty_and_the_rest_trains(yesno: Path) -> None:
    assert (len(ids(yesno, "train")), len(ids(yesno, "dev")), len(ids(yesno, "test"))) == (27, 3, 30)


def test_the_seed_redraws_dev_and_leaves_test_alone(yesno: Path) -> None:
    assert ids(yesno, "dev", split_seed=1) != ids(yesno, "dev", split_seed=2)
    assert ids(yesno, "dev", split_seed=1) == ids(yesno, "dev", split_seed=1)
    assert ids(yesno, "test", split_seed=1) == ids(yesno, "test", split_seed=2)


def test_a_file_with_another_name_is_set_aside_and_swaps_no_parts(yesno: Path) -> None:
    before = ids(yesno, "test")
    victim = yesno / "waves_yesno" / f"{before[5]}.wav"
    victim.rename(victim.with_name(f"{before[5]}_copy.wav"))
    listing = list_utterances(yesno / "waves_yesno", CorpusConfig(name="yesno"))
    assert [problem.kind for problem in listing.problems] == ["bad_name"]
    assert ids(yesno, "test") == before[:5] + before[6:]


def test_the_real_corpus_has_240_test_words(real_data: Callable[[str], Path]) -> None:
    data = real_data("yesno")
    prepared = prepare_corpus(CorpusConfig(name="yesno"), data)
    listing = list_utterances(data / "waves_yesno", CorpusConfig(name="yesno"))
    assert sum(len(u.text.split()) for u in listing.utterances if u.split == "test") == 240
    assert list(prepared.set_aside) == []
