"""A run folder, from nothing to the model file."""

import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from matplotlib.image import imread
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from speechrnn.bundle.check import check_bundle
from speechrnn.bundle.read import read_bundle
from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.decoding.ngram_io import write_ngram
from speechrnn.errors import CorpusError, MissingDependencyError, TrainingError, UsageError
from speechrnn.lm.build import BuildOptions, estimate_lm
from speechrnn.recipe.load import load_recipe
from speechrnn.training import loop
from speechrnn.training.checkpoint import load_checkpoint
from speechrnn.training.decode import decode_split
from speechrnn.training.log import read_log
from speechrnn.training.loop import CHECKPOINTS
from speechrnn.training.run import train
from speechrnn.training.run_folder import RESULT_FILE, differences, finished_run
from tests.conftest import Mini
from tests.mini_corpus import Silent
from tests.training.conftest import Train, history, same_bits, tensors_of


def test_the_small_corpus_is_learnt_and_everything_is_left_in_the_run_folder(mini: Mini, trained: Path) -> None:
    there = {path.name for path in trained.iterdir() if not path.name.startswith(".")}
    assert there == {
        "checkpoints", "curves.png", "hypotheses_test.tsv", "log.jsonl", "model.srnn", "recipe.yaml", "result.json",
        "tensorboard",
    }  # fmt: skip
    result = json.loads((trained / "result.json").read_text())
    assert result["result"]["split"] == "test"
    assert result["result"]["cer"] <= 10
    assert result["unreadable"] == 0
    assert load_recipe(trained / "recipe.yaml") == mini.recipe()


def test_the_log_has_one_record_an_epoch_and_the_loss_falls(trained: Path) -> None:
    records = read_log(trained)
    assert [record.epoch for record in records] == list(range(1, 13))
    assert records[-1].loss < 0.2 * records[0].loss
    assert all(record.audio_seconds == pytest.approx(records[0].audio_seconds) for record in records)
    assert all(0 <= record.blank_rate <= 100 and record.gradient_norm > 0 for record in records)


def test_the_curves_are_a_picture(trained: Path) -> None:
    picture = imread(trained / "curves.png")
    assert picture.shape[0] > 200
    assert picture.shape[1] > 600
    assert picture[..., :3].std() > 0.02


def test_tensorboard_has_every_figure_of_every_epoch(trained: Path) -> None:
    board = EventAccumulator(str(trained / "tensorboard")).Reload()
    records = read_log(trained)
    assert {"loss", "dev_cer", "dev_wer", "blank_rate", "gradient_norm", "learning_rate"} <= set(
        board.Tags()["scalars"]
    )
    for name in ("loss", "dev_cer", "learning_rate"):
        points = [(event.step, event.value) for event in board.Scalars(name)]
        expected = [(record.epoch, pytest.approx(getattr(record, name), rel=1e-5)) for record in records]
        assert points == expected


def test_the_model_holds_the_best_weights_not_the_last(trained: Path) -> None:
    loaded = load_checkpoint(trained / CHECKPOINTS, "best")
    assert loaded is not None
    tensors, state = loaded
    records = read_log(trained)
    best = min(records, key=lambda record: (record.dev_cer, record.dev_loss))
    assert state["epoch"] == state["best_epoch"] == best.epoch
    weights = read_bundle(trained / "model.srnn").weights()
    assert weights.keys() == tensors.keys()
    assert all((weights[name] == tensor.numpy()).all() for name, tensor in tensors.items())


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(train_mini: Train) -> None:
    one, again, other = train_mini(run="a"), train_mini(run="b"), train_mini("seed=2", run="c")
    assert same_bits(one.run, again.run)
    assert history(one.run) == history(again.run)
    first, second = tensors_of(one.run), tensors_of(other.run)
    assert first.keys() == second.keys()
    matrices = [name for name in first if name.startswith("model.") and name.endswith(("weight_hh_l0", "head.weight"))]
    assert len(matrices) == 3
    assert not any(first[name].equal(second[name]) for name in matrices)


def test_a_run_of_another_recipe_is_refused_naming_the_setting(train_mini: Train) -> None:
    train_mini()
    with pytest.raises(TrainingError, match=r"other settings \(size: 24 there, size: 25 here\).*--run.*--restart"):
        train_mini("model.size=25")
    with pytest.raises(TrainingError, match=r"seed: 1 there, seed: 2 here; epochs: 2 there, epochs: 3 here"):
        train_mini("seed=2", "training.epochs=3")


def test_settings_that_do_not_move_the_weights_may_change_in_a_run(mini: Mini) -> None:
    plain = mini.recipe()
    for override in (
        "title=other",
        "card=other",
        "training.checkpoint_minutes=1",
        "training.threads=2",
        "expected.at_most=3",
    ):
        assert differences(plain, mini.recipe(override)) == []
    assert differences(plain, mini.recipe("training.batch_seconds=4")) == [
        "batch_seconds: 3.0 there, batch_seconds: 4.0 here"
    ]


def test_restart_starts_over_and_leaves_what_others_put_there(train_mini: Train) -> None:
    first = train_mini("model.size=10")
    (first.run / "notes.txt").write_text("mine")
    again = train_mini("model.size=12", restart=True)
    assert again.run == first.run
    assert (again.run / "notes.txt").read_text() == "mine"
    assert tensors_of(again.run)["model.encoder.layers.0.forward_cell.weight_hh_l0"].shape == (36, 12)
    assert [record.epoch for record in read_log(again.run)] == [1, 2]


def test_a_finished_run_is_not_trained_again(train_mini: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    first, reporter = train_mini(), Silent()
    monkeypatch.setattr(loop.Trainer, "_step", None)
    made = [path for path in first.run.rglob("*") if path.is_file() and path.name not in ("recipe.yaml", ".lock")]
    before = {path: path.stat().st_mtime_ns for path in made}
    assert len(before) > 6
    second = train_mini(reporter=reporter)
    assert second == first == finished_run(first.run)
    assert reporter.lines == [f"{first.run}: already trained; --restart trains again"]
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_run_that_lost_only_its_model_file_is_scored_again_without_training(
    train_mini: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = train_mini()
    first.model.unlink()
    monkeypatch.setattr(loop.Trainer, "_step", None)
    second = train_mini()
    assert second.model.is_file()
    assert (second.result.errors, second.result.cer) == (first.result.errors, first.result.cer)


def test_a_finished_run_asked_for_another_split_is_scored_on_that_one(
    train_mini: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert train_mini().result.split == "test"
    monkeypatch.setattr(loop.Trainer, "_step", None)
    assert train_mini("expected.split=dev").result.split == "dev"


def test_where_a_corpus_has_no_test_part_dev_is_scored(own_mini: Mini, tmp_path: Path, fast: None) -> None:
    shutil.rmtree(own_mini.corpus / "test")
    result = train(own_mini.recipe("training.epochs=1"), own_mini.data, tmp_path / "run", Silent()).result
    assert result.split == "dev"
    assert "split:dev" in result.signature


def test_corrupt_files_are_named_and_training_goes_on(own_mini: Mini, tmp_path: Path, fast: None) -> None:
    (own_mini.corpus / "train" / "03.wav").write_bytes(b"not a sound")
    (own_mini.corpus / "train" / "05.wav").write_bytes((own_mini.corpus / "train" / "05.wav").read_bytes()[:-400])
    reporter = Silent()
    finished = train(own_mini.recipe("training.epochs=1"), own_mini.data, tmp_path / "run", reporter)
    assert finished.unreadable == 2
    for name in ("03", "05"):
        assert [line for line in reporter.lines if line.startswith(f"warning: {own_mini.corpus}/train/{name}.wav: ")]
    assert any("22 train utterances" in line for line in reporter.lines)
    assert finished.model.is_file()


def test_files_that_break_after_preparation_are_named_at_the_end(own_mini: Mini, tmp_path: Path, fast: None) -> None:
    recipe = own_mini.recipe("training.epochs=2")
    prepare_corpus(recipe.corpus, own_mini.data)
    broken = own_mini.corpus / "train" / "03.wav"
    before = broken.stat()
    broken.write_bytes(b"\0" * before.st_size)
    # The same size and time: nothing tells that the corpus should be prepared again.
    os.utime(broken, ns=(before.st_atime_ns, before.st_mtime_ns))
    reporter = Silent()
    finished = train(recipe, own_mini.data, tmp_path / "run", reporter)
    assert finished.unreadable == 1
    assert [line for line in reporter.lines if line.startswith("warning: train/03: ") and str(broken) in line]


def test_when_no_training_file_can_be_read_the_run_ends(own_mini: Mini, tmp_path: Path, fast: None) -> None:
    for file in (own_mini.corpus / "train").glob("*.wav"):
        file.write_bytes(b"not a sound")
    with pytest.raises(CorpusError, match="nothing of its train part can be used"):
        train(own_mini.recipe(), own_mini.data, tmp_path / "run", Silent())


def test_utterances_without_a_path_are_named_with_their_files(own_mini: Mini, tmp_path: Path, fast: None) -> None:
    (own_mini.corpus / "train" / "02.txt").write_text("abcd" * 50)
    reporter = Silent()
    finished = train(own_mini.recipe("training.epochs=1"), own_mini.data, tmp_path / "run", reporter)
    (line,) = [line for line in reporter.lines if "frames after subsampling" in line]
    assert line.startswith(f"warning: {own_mini.corpus}/train/02.wav: train/02: ")
    assert "warning: train: set aside: 1 utterances" in reporter.lines
    assert finished.unreadable == 0


def test_a_corpus_that_changed_under_a_run_is_refused(own_mini: Mini, tmp_path: Path, fast: None) -> None:
    recipe = own_mini.recipe("training.epochs=1")
    first = train(recipe, own_mini.data, tmp_path / "run", Silent())
    first.model.unlink()  # so that the run is opened again
    (own_mini.corpus / "train" / "00.txt").write_text("abz")
    with pytest.raises(TrainingError, match="alphabet"):
        train(recipe, own_mini.data, tmp_path / "run", Silent())


def test_a_dev_utterance_too_short_for_one_frame_counts_as_not_heard(
    own_mini: Mini, tmp_path: Path, fast: None
) -> None:
    for split in ("dev", "test"):
        soundfile.write(own_mini.corpus / split / "00.wav", np.full(280, 0.1), 8000)  # 35 ms
    recipe = own_mini.recipe(
        "training.epochs=1", "training.batch_seconds=0.3", "features.frame_length_ms=50", "features.frame_shift_ms=25"
    )
    result = train(recipe, own_mini.data, tmp_path / "run", Silent()).result
    assert result.utterances == 5


def test_describing_a_run_counts_what_it_trains_on(train_mini: Train) -> None:
    reporter = Silent()
    train_mini(reporter=reporter)
    assert reporter.lines[0].startswith("mini: 24 train utterances (")
    assert ", 5 dev, 5 test; 1 x 24 gru" in reporter.lines[0]
    assert RESULT_FILE == "result.json"


def test_a_run_that_failed_before_it_trained_does_not_bind_the_next(mini: Mini, tmp_path: Path, fast: None) -> None:
    run = tmp_path / "run"
    with pytest.raises(UsageError, match="does not exist"):
        train(mini.recipe("training.epochs=1", "corpus.path=misspelt"), mini.data, run, Silent())
    assert train(mini.recipe("training.epochs=1"), mini.data, run, Silent()).model.exists()


def test_a_teacher_that_is_missing_is_told_before_the_corpus_is_asked_for(mini: Mini, tmp_path: Path) -> None:
    recipe = mini.recipe("distill.teacher=absent.srnn")
    with pytest.raises(UsageError, match=r"absent\.srnn"):
        train(recipe, tmp_path / "data", tmp_path / "run", Silent())
    assert not (tmp_path / "data").exists()


def test_the_decoder_of_a_recipe_scores_the_run_and_goes_into_the_model_file(
    train_mini: Train, mini: Mini, tmp_path: Path
) -> None:
    write_ngram(tmp_path / "lm.bin", estimate_lm(["ab cd", "abc d"], BuildOptions(unit="character")))
    finished = train_mini("decoding.kind=beam", f"decoding.lm={tmp_path / 'lm.bin'}", "decoding.beam_size=9")
    assert "decoder:beam|beam:9|" in finished.result.signature
    assert "lm:lm.bin@" in finished.result.signature
    (tmp_path / "lm.bin").unlink()
    assert [result.ok for result in check_bundle(finished.model)] == [True] * 6
    later = decode_split(finished.model, "test", mini.data, tmp_path / "h.tsv", Silent())
    assert later.result.signature == finished.result.signature
    assert later.result.errors == finished.result.errors


def test_a_language_model_that_is_not_there_shows_before_training(train_mini: Train, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.bin: no such file"):
        train_mini("decoding.kind=beam", "decoding.lm=gone.bin")
    assert not (tmp_path / "run" / CHECKPOINTS / "last.json").exists()


def test_numbers_that_nobody_can_write_out_are_refused_before_any_work(mini: Mini, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^text.numbers: 'sw' came"):
        train(mini.recipe("text.numbers=sw"), tmp_path / "data", tmp_path / "run", Silent())
    assert not [*tmp_path.iterdir()]


def test_a_missing_num2words_is_said_before_any_work(
    mini: Mini, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "num2words", None)
    with pytest.raises(MissingDependencyError, match=r"^text.numbers: num2words is not there.*speechrnn\[numbers\]"):
        train(mini.recipe("text.numbers=fi"), tmp_path / "data", tmp_path / "run", Silent())
    assert not [*tmp_path.iterdir()]
