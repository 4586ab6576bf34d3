"""A grammar and its threshold go into the model file, and what decodes afterwards keeps to them."""

import shutil
from pathlib import Path

import pytest
import torch

from speechrnn.audio import read_audio
from speechrnn.bundle.decoding import read_decoding
from speechrnn.bundle.read import read_bundle
from speechrnn.bundle.store_decoder import store_decoder
from speechrnn.decoding.decoder import build_decoder
from speechrnn.decoding.ngram_io import write_ngram
from speechrnn.errors import UsageError
from speechrnn.recipe import DecodingConfig
from speechrnn.training.calibrate_model import calibrate_model
from speechrnn.training.calibrate_rejection import ChosenRejection, calibrate_rejection
from speechrnn.training.decode import decode_split
from speechrnn.transcription.recognizer import Recognizer
from tests.conftest import Mini
from tests.decoding.toy_ngram import toy_bigram
from tests.mini_corpus import Silent


@pytest.fixture
def model(trained: Path, tmp_path: Path) -> Path:
    """A model file of one's own."""
    return Path(shutil.copy(trained / "model.srnn", tmp_path / "model.srnn"))


def phrases(mini: Mini, count: int = 5) -> list[str]:
    """Give what is said in the first recordings of dev."""
    return [(mini.corpus / "dev" / f"{number:02}.txt").read_text().strip() for number in range(count)]


def chosen(mini: Mini, model: Path, texts: list[str], false_rejection: float | None = None) -> ChosenRejection:
    grammar = model.with_name("g.txt")
    grammar.write_text("\n".join(texts) + "\n")
    return calibrate_rejection(model, grammar, "dev", mini.data, Silent(), false_rejection=false_rejection)


def ratios(mini: Mini, model: Path, texts: list[str]) -> list[float]:
    """Score the best phrase for every recording of dev with torch's CTC loss, per label."""
    recognizer, found = Recognizer.load(model), []
    for number in range(5):
        log_probs = torch.from_numpy(recognizer.score_audio(read_audio(mini.corpus / "dev" / f"{number:02}.wav")))
        scored = []
        for text in texts:
            labels = torch.tensor(recognizer.model.alphabet.encode(text))
            lengths = torch.tensor(len(log_probs)), torch.tensor(len(labels))
            loss = torch.nn.functional.ctc_loss(log_probs, labels, *lengths, reduction="none")
            scored.append((-float(loss), -float(loss) / len(labels)))
        found.append(max(scored)[1])
    return found


def test_the_threshold_is_the_ratio_that_loses_the_share_asked_for(mini: Mini, model: Path) -> None:
    texts = phrases(mini)
    expected = sorted(ratios(mini, model, texts))
    none_lost, one_lost = chosen(mini, model, texts), chosen(mini, model, texts, 0.34)
    assert none_lost.threshold == pytest.approx(expected[0], abs=2e-3)
    assert one_lost.threshold == pytest.approx(expected[1], abs=2e-3)
    assert (none_lost.inside, none_lost.inside_rejected, none_lost.outside) == (5, 0, 0)
    assert one_lost.inside_rejected == 1
    assert "note: 5 utterances cannot vouch for less than 16.7 % lost, 1 % was asked for" in "\n".join(
        none_lost.lines()
    )
    assert "note:" not in "\n".join(one_lost.lines())


def test_what_the_grammar_lacks_is_counted_apart_and_decoding_rejects_the_same(mini: Mini, model: Path) -> None:
    counted = chosen(mini, model, phrases(mini, 3))
    assert (counted.inside, counted.inside_rejected, counted.outside, counted.outside_rejected) == (3, 0, 2, 2)
    decoding = decode_split(model, "dev", mini.data, None, Silent())
    assert decoding.refusals is not None
    heard = {one.utterance_id: one.hypothesis for one in decoding.decoded}
    assert len(decoding.refusals) == 2
    assert {heard[name] for name in decoding.refusals} == {""}
    lost = sum(len(one.reference.split()) for one in decoding.decoded if one.utterance_id in decoding.refusals)
    assert decoding.result.deletions == lost
    assert "rejected: 2 of 5 utterances, not in the grammar" in "\n".join(decoding.lines(0))


def test_confidence_is_fitted_to_the_decoder_that_rejects(mini: Mini, model: Path) -> None:
    counted = chosen(mini, model, phrases(mini, 3))
    confidence = calibrate_model(model, "dev", mini.data, Silent())
    assert confidence is not None
    assert confidence.fitted_to.endswith(f"grammar g.txt, reject_below {counted.threshold}")
    assert confidence.measured["words"] == sum(len(text.split()) for text in phrases(mini, 3))


def test_a_tuned_language_model_stays(mini: Mini, model: Path, tmp_path: Path) -> None:
    write_ngram(tmp_path / "lm.arpa", toy_bigram(["ab", "cd"]))
    config = DecodingConfig(kind="beam", lm=str(tmp_path / "lm.arpa"), alpha=0.3, beta=0.7)
    store_decoder(model, build_decoder(config, read_bundle(model).model.alphabet), {"wer": 1.5})
    counted = chosen(mini, model, phrases(mini))
    stored = read_decoding(read_bundle(model))
    assert (stored.config.lm or "").startswith("lm.arpa@")
    assert (stored.config.alpha, stored.config.beta) == (0.3, 0.7)
    assert (stored.config.grammar, stored.config.reject_below) == ("g.txt", counted.threshold)
    assert (stored.measured["wer"], stored.measured["rejection"]["inside"]) == (1.5, 5)


def test_the_grammar_inside_gets_another_threshold(mini: Mini, model: Path) -> None:
    with pytest.raises(UsageError, match="--false-rejection: .* holds no grammar to reject by"):
        calibrate_rejection(model, None, "dev", mini.data, Silent(), false_rejection=0.34)
    first = chosen(mini, model, phrases(mini))
    second = calibrate_rejection(model, None, "dev", mini.data, Silent(), false_rejection=0.34)
    assert second.threshold > first.threshold


def test_a_grammar_that_holds_nothing_of_dev_is_refused(mini: Mini, model: Path) -> None:
    before = model.read_bytes()
    with pytest.raises(UsageError, match=r"g\.txt: holds none of the 5 utterances of dev"):
        chosen(mini, model, ["abcdabcd"])
    assert model.read_bytes() == before
