"""The model file at the end of a run, proven on the recordings it was scored on."""

from pathlib import Path

import numpy as np
import pytest

from speechrnn.audio.read import read_audio
from speechrnn.bundle.check import CheckResult, check_bundle
from speechrnn.bundle.read import read_bundle
from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data.cuts import load_split
from speechrnn.errors import BundleError
from speechrnn.features.frames import min_samples
from speechrnn.training import finish, material
from speechrnn.training.run import train
from speechrnn.training.system import load_system
from speechrnn.transcription.recognizer import Recognizer
from tests.conftest import Mini
from tests.mini_corpus import Silent
from tests.stored_corpus import write_stored_corpus
from tests.training.conftest import Train


def test_the_model_file_passes_its_own_check_on_recordings_of_the_scored_split(trained: Path) -> None:
    results = check_bundle(trained / "model.srnn")
    assert [result.name for result in results] == ["test/00", "test/01", "test/02"]
    assert all(result.ok for result in results)
    assert any(len(result.expected) > 12 for result in results)


@pytest.mark.parametrize("split", ["train", "test"])
def test_without_torch_it_hears_what_was_said(mini: Mini, trained: Path, split: str) -> None:
    recognizer = Recognizer.load(trained / "model.srnn")
    files = sorted((mini.corpus / split).glob("*.wav"))
    said = [file.with_suffix(".txt").read_text().strip() for file in files]
    heard = [recognizer.transcribe(read_audio(file)).text for file in files]
    wrong = [pair for pair in zip(said, heard, strict=True) if pair[0] != pair[1]]
    assert len(files) >= 5
    assert len(wrong) <= len(files) // 5


def test_it_says_what_its_input_and_output_are(mini: Mini, trained: Path) -> None:
    model = read_bundle(trained / "model.srnn").model
    recipe = mini.recipe()
    assert (model.name, model.sample_rate_hz, "".join(model.alphabet.symbols)) == ("mini", 8000, " abcd")
    assert model.output_step_seconds == pytest.approx(0.02)  # 10 ms, two frames a step
    assert model.min_samples == min_samples(recipe.features)


def test_its_card_names_corpus_licence_result_and_size(mini: Mini, trained: Path) -> None:
    bundle = read_bundle(trained / "model.srnn")
    card = bundle.read("card.md").decode()
    for words in (
        "# mini",
        "trained on folder",
        "licence of the corpus: yours to know",
        "test: WER",
        "seed 1",
        "' abcd'",
    ):
        assert words in card
    parameters = sum(int(np.prod(array.shape)) for name, array in bundle.weights().items() if name.startswith("model."))
    assert f" {parameters} parameters" in card
    assert str(mini.corpus) not in card  # it travels with the model, and where the corpus lay is nobody's business


def test_its_card_holds_what_the_recipe_says_of_it(train_mini: Train) -> None:
    run = train_mini("card='Spoken by nobody.'", "training.epochs=1").run
    assert "\n\nSpoken by nobody.\n\n- " in read_bundle(run / "model.srnn").card()


def test_a_graph_that_does_not_do_what_training_did_is_refused(
    train_mini: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = CheckResult("test/00", "'ab' at -1.0000", "'ba' at -1.0000", ok=False)
    monkeypatch.setattr(finish, "check_bundle", lambda path: [wrong])
    with pytest.raises(BundleError, match="self-test test/00 gave \"'ba' at -1.0000\".*is not the trained model"):
        train_mini("training.epochs=1")


def test_a_corpus_of_stored_cepstra_is_trained_scored_and_bundled_too(
    mini: Mini, tmp_path: Path, fast: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    texts = {
        f"{split}{number}": ("ab" if number % 2 else "c", 30 + int(rng.integers(20)))
        for split in ("train", "dev", "test")
        for number in range(4)
    }
    for split in ("train", "dev", "test"):
        chosen = {name: value for name, value in texts.items() if name.startswith(split)}
        write_stored_corpus(tmp_path, chosen, num_ceps=10, split=split)
    prepared = prepare_corpus(mini.recipe().corpus, mini.data)
    stored = type(prepared)("stored", tmp_path, ("train", "dev", "test"), (), {})
    monkeypatch.setattr(material, "prepare_corpus", lambda *arguments, **options: stored)
    recipe = mini.recipe("features.stored=true", "features.convention=sphinx", "training.epochs=1")
    model = train(recipe, tmp_path, tmp_path / "run", Silent()).model
    results = check_bundle(model)
    assert [(result.name, result.ok) for result in results] == [(f"test{number}", True) for number in range(3)]
    assert {"model.onnx", "acoustic.onnx"} <= read_bundle(model).manifest.digests.keys()
    assert len(load_split(tmp_path, "test")) == 4
    assert load_system(model).recipe.features.stored
