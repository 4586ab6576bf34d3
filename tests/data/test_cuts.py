"""Splits of a prepared corpus as cuts."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data.cuts import check_kind, load_split, total_seconds, utterance_path, utterance_text
from speechrnn.errors import CorpusError, FeatureError
from speechrnn.recipe import CorpusConfig, FeaturesConfig
from speechrnn.training.material import gather
from tests.conftest import Mini
from tests.mini_corpus import Silent
from tests.stored_corpus import write_stored_corpus


@pytest.fixture
def prepared(mini: Mini) -> Path:
    """The folder of manifests of the small corpus."""
    return prepare_corpus(mini.recipe().corpus, mini.data).directory


def test_every_utterance_is_one_cut_with_its_text_and_file(mini: Mini, prepared: Path) -> None:
    cuts = list(load_split(prepared, "test"))
    files = sorted((mini.corpus / "test").glob("*.wav"))
    assert [cut.id for cut in cuts] == [f"test/{file.stem}" for file in files]
    assert [utterance_path(cut) for cut in cuts] == files
    assert [utterance_text(cut) for cut in cuts] == [file.with_suffix(".txt").read_text().strip() for file in files]


def test_seconds_are_those_of_the_files(mini: Mini, prepared: Path) -> None:
    seconds = sum(soundfile.info(file).duration for file in (mini.corpus / "dev").glob("*.wav"))
    assert total_seconds(load_split(prepared, "dev")) == pytest.approx(seconds, abs=1e-6)


def test_parts_of_one_long_file_are_cut_out_each_with_its_own_text(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    soundfile.write(tmp_path / "long.wav", rng.uniform(-0.1, 0.1, 8000 * 4), 8000)
    lines = ["audio,text,start,end,split"]
    # Neighbours overlap by half a second, and do not stand in the order of time.
    parts = {"third": (2.0, 3.0), "first": (0.0, 1.5), "second": (1.0, 2.5)}
    lines += [f"long.wav,{text},{start},{end},train" for text, (start, end) in parts.items()]
    (tmp_path / "table.csv").write_text("\n".join([*lines, "long.wav,dev,3,3.5,dev"]))
    corpus = CorpusConfig(name="folder", path=str(tmp_path / "table.csv"))
    cuts = list(load_split(prepare_corpus(corpus, tmp_path / "data").directory, "train"))
    assert {utterance_text(cut): (cut.start, cut.end) for cut in cuts} == parts
    assert len({cut.id for cut in cuts}) == 3
    assert all(len(cut.supervisions) == 1 for cut in cuts)


def test_a_split_that_is_not_there_is_named_with_those_that_are(prepared: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no split 'eval' among dev, test, train"):
        load_split(prepared, "eval")
    with pytest.raises(CorpusError, match="no split 'dev' among none"):
        load_split(tmp_path, "dev")


def test_a_corpus_must_hold_what_the_recipe_trains_on(mini: Mini, prepared: Path, tmp_path: Path) -> None:
    write_stored_corpus(tmp_path, {"one": ("ab", 30)}, num_ceps=13, split="train")
    for cuts, stored in ((load_split(prepared, "train"), False), (load_split(tmp_path, "train"), True)):
        check_kind(cuts, FeaturesConfig(stored=stored), "mini")
        said = (
            "set features.stored=false$" if not stored else "stored cepstra and no sound .*; set features.stored=true"
        )
        with pytest.raises(FeatureError, match=f"^corpus mini: holds .*{said}"):
            check_kind(cuts, FeaturesConfig(stored=not stored), "mini")


def test_training_on_the_other_kind_ends_before_any_work(mini: Mini) -> None:
    recipe = mini.recipe("features.stored=true")
    with pytest.raises(FeatureError, match=r"holds sound \(.*\.wav\), and features\.stored=true wants stored cepstra"):
        gather(recipe, mini.data, Silent())
