"""Decode a split and score it."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import jiwer
import numpy as np
import pytest
import torch
from lhotse import CutSet

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data.cuts import load_split, utterance_path
from speechrnn.data.loader import Loader
from speechrnn.decoding.decoder import build_decoder
from speechrnn.decoding.greedy import greedy
from speechrnn.losses.ctc import ctc_losses
from speechrnn.recipe import DecodingConfig
from speechrnn.training import evaluate as evaluate_module
from speechrnn.training.evaluate import Evaluation, Search, evaluate
from speechrnn.training.system import System, load_system
from tests.conftest import Mini

Setting = tuple[System, CutSet]


@pytest.fixture
def setting(mini: Mini, trained: Path) -> Setting:
    """A trained system made unsure of itself, so that it makes mistakes, and the test part."""
    system = load_system(trained / "model.srnn")
    with torch.no_grad():
        system.model.head.weight.mul_(0.1)
        system.model.head.bias[2] += 0.2
    return system, load_split(prepare_corpus(mini.recipe().corpus, mini.data).directory, "test")


def evaluated(setting: Setting, batch_seconds: float = 3.0) -> Evaluation:
    system, cuts = setting
    return evaluate(system.model, Loader(system.recipe, system.extractor, system.alphabet), cuts, batch_seconds)


def test_utterances_come_out_in_the_order_of_the_corpus_with_their_texts(setting: Setting) -> None:
    decoded = evaluated(setting).decoded
    assert [one.utterance_id for one in decoded] == [cut.id for cut in setting[1]]
    for one, cut in zip(decoded, setting[1], strict=True):
        assert one.reference == utterance_path(cut).with_suffix(".txt").read_text().strip()


def test_the_score_is_that_of_jiwer_on_the_decoded_texts(setting: Setting) -> None:
    evaluation = evaluated(setting)
    said, heard = [d.reference for d in evaluation.decoded], [d.hypothesis for d in evaluation.decoded]
    assert said != heard
    assert evaluation.score.wer == pytest.approx(100 * jiwer.wer(said, heard))
    assert evaluation.score.cer == pytest.approx(100 * jiwer.cer(said, heard))


def test_neither_the_size_of_batches_nor_their_order_changes_a_result(setting: Setting) -> None:
    system, cuts = setting
    one, other = evaluated(setting, 0.1), evaluated((system, CutSet.from_cuts(reversed(list(cuts)))), 100.0)
    by_id = {decoded.utterance_id: decoded for decoded in other.decoded}
    for decoded in one.decoded:
        assert by_id[decoded.utterance_id].hypothesis == decoded.hypothesis
        assert by_id[decoded.utterance_id].log_score == pytest.approx(decoded.log_score, abs=1e-3)
    assert one.loss == pytest.approx(other.loss, rel=1e-4)
    assert one.blank_rate == pytest.approx(other.blank_rate)


@torch.no_grad()
def test_loss_and_blanks_are_those_of_the_utterances_one_by_one(setting: Setting) -> None:
    system, cuts = setting
    loader = Loader(system.recipe, system.extractor, system.alphabet)
    losses, labels, blanks, frames = 0.0, 0, 0, 0
    system.model.eval()
    for cut in cuts:
        batch = loader.load(CutSet.from_cuts([cut]))
        assert batch is not None
        log_probs, lengths = system.model(batch.features, batch.feature_lengths)
        losses += float(ctc_losses(log_probs.transpose(0, 1), batch.labels, lengths, batch.label_lengths).sum())
        labels += batch.labels.shape[1]
        best = log_probs[0].argmax(1)
        blanks, frames = blanks + int((best == 0).sum()), frames + len(best)
        text = system.alphabet.decode(greedy(log_probs[0].numpy())[0].labels)
        assert " ".join(text.split()) in {decoded.hypothesis for decoded in evaluated(setting).decoded}
    evaluation = evaluated(setting)
    assert evaluation.loss == pytest.approx(losses / labels, rel=1e-4)
    assert evaluation.blank_rate == pytest.approx(blanks / frames)


def test_the_mode_of_the_model_is_left_as_it_was(setting: Setting) -> None:
    for training in (True, False):
        setting[0].model.train(training)
        evaluated(setting)
        assert setting[0].model.training is training


def test_what_cannot_be_spelled_counts_as_an_error_and_not_in_the_loss(setting: Setting, mini: Mini) -> None:
    system, cuts = setting
    spoiled = []
    for number, cut in enumerate(cuts):
        text = {0: "zz", 1: "abcdabcdabcd" * 30}.get(number, cut.supervisions[0].text)
        spoiled.append(replace(cut, supervisions=[replace(cut.supervisions[0], text=text)]))
    evaluation = evaluated((system, CutSet.from_cuts(spoiled)))
    assert evaluation.score.utterances == len(spoiled)
    assert evaluation.score.wrong_utterances >= 2
    assert evaluation.loss < 100


def test_seconds_of_audio_are_those_that_were_decoded(setting: Setting) -> None:
    evaluation = evaluated(setting)
    assert evaluation.audio_seconds == pytest.approx(sum(cut.duration for cut in setting[1]))
    assert evaluation.real_time_factor == pytest.approx(evaluation.seconds / evaluation.audio_seconds)
    assert replace(evaluation, audio_seconds=0.0).real_time_factor == 0.0


def test_every_batch_is_counted(setting: Setting) -> None:
    system, cuts = setting
    counted: list[int] = []
    loader = Loader(system.recipe, system.extractor, system.alphabet)
    evaluate(system.model, loader, cuts, 1.0, counted.append)
    assert sum(counted) == len(cuts)
    assert len(counted) > 1


def test_a_search_is_scored_and_greedy_decoding_stands_beside_it(setting: Setting) -> None:
    system, cuts = setting
    loader = Loader(system.recipe, system.extractor, system.alphabet)
    config = DecodingConfig(kind="beam", hotwords="abcd:20")
    search = Search(decoder=build_decoder(config, system.alphabet), nbest=4)
    plain, searched = evaluated(setting), evaluate(system.model, loader, cuts, 3.0, search=search)
    assert searched.greedy == plain.greedy == plain.decoded
    assert searched.of_greedy().score == plain.score
    assert searched.score != plain.score
    assert (searched.loss, searched.blank_rate) == (pytest.approx(plain.loss), pytest.approx(plain.blank_rate))
    for one, hypotheses in zip(searched.decoded, searched.hypotheses, strict=True):
        assert 1 < len(hypotheses) <= 4
        assert (one.hypothesis, one.log_score) == (search.decoder.text(hypotheses[0]), hypotheses[0].score)
    assert searched.settings == search.decoder.settings()
    assert 0 < searched.decoder_seconds < searched.seconds
    assert searched.decoder_real_time_factor == searched.decoder_seconds / searched.audio_seconds


def test_the_search_is_spread_over_the_processes_asked_for(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    system, cuts = setting
    asked: list[int] = []

    def here(decode: Search, utterances: Iterable[tuple[str, np.ndarray]], jobs: int) -> list[object]:
        asked.append(jobs)
        return [decode(log_probs) for _, log_probs in utterances]

    monkeypatch.setattr(evaluate_module, "decode_all", here)
    search = Search(decoder=build_decoder(DecodingConfig(kind="beam"), system.alphabet), jobs=3)
    evaluate(system.model, Loader(system.recipe, system.extractor, system.alphabet), cuts, 3.0, search=search)
    assert asked == [3]
