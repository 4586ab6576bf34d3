"""Decode a split of a trained model's corpus."""

import json
from pathlib import Path

import jiwer
import pytest

from speechrnn.bundle.decoder_options import DecoderOptions
from speechrnn.errors import UsageError
from speechrnn.training import own_split
from speechrnn.training.decode import Decoding, How, decode_split
from tests.conftest import Mini
from tests.mini_corpus import Silent

Rows = list[list[str]]


@pytest.fixture(scope="module")
def decoding(mini: Mini, trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Decoding:
    """The train part, decoded."""
    output = tmp_path_factory.mktemp("decoded") / "deep" / "h.tsv"
    return decode_split(trained / "model.srnn", "train", mini.data, output, Silent())


def rows(path: Path) -> Rows:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_score_is_that_of_jiwer_on_the_written_hypotheses(decoding: Decoding) -> None:
    header, *lines = rows(decoding.hypotheses)
    said = [line[header.index("reference")] for line in lines]
    heard = [line[header.index("hypothesis")] for line in lines]
    words = jiwer.process_words(said, heard)
    result = decoding.result
    assert result.utterances == len(lines) == 24
    assert result.errors == words.substitutions + words.deletions + words.insertions
    assert result.errors == sum(int(line[header.index("word_errors")]) for line in lines)
    assert result.wer == pytest.approx(100 * words.wer)
    assert result.cer == pytest.approx(100 * jiwer.cer(said, heard))
    assert result.ser == pytest.approx(100 * sum(one != other for one, other in zip(said, heard, strict=True)) / 24)


def test_the_json_object_has_everything_a_script_wants(decoding: Decoding) -> None:
    values = json.loads(decoding.json_text())
    wanted = {"split", "utterances", "words", "errors", "wer", "cer", "ser", "seconds", "rtf", "signature"}
    assert wanted <= values.keys()
    assert (values["split"], values["utterances"], values["unreadable"]) == ("train", 24, 0)
    assert values["hypotheses"] == str(decoding.hypotheses)
    assert "split:train" in values["signature"]


def test_the_decoding_at_the_end_of_training_is_the_one_of_later(mini: Mini, trained: Path, tmp_path: Path) -> None:
    later = decode_split(trained / "model.srnn", "test", mini.data, tmp_path / "h.tsv", Silent())
    assert [row[3:] for row in rows(tmp_path / "h.tsv")] == [row[3:] for row in rows(trained / "hypotheses_test.tsv")]
    trained_result = json.loads((trained / "result.json").read_text())["result"]
    assert {**later.result.to_json(), "seconds": 0, "rtf": 0} == {**trained_result, "seconds": 0, "rtf": 0}


def test_lines_for_people_name_the_worst_utterances_and_the_commonest_confusions(
    mini: Mini, trained: Path, tmp_path: Path, own_mini: Mini
) -> None:
    (own_mini.corpus / "test" / "01.txt").write_text("abcd abcd")
    model = tmp_path / "model.srnn"
    model.write_bytes((trained / "model.srnn").read_bytes())
    honest = own_split.prepare_corpus
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            own_split, "prepare_corpus", lambda config, data: honest(own_mini.recipe().corpus, own_mini.data)
        )
        spoiled = decode_split(model, "test", own_mini.data, None, Silent())
    assert spoiled.hypotheses == tmp_path / "hypotheses_test.tsv"
    text = "\n".join(spoiled.lines(5))
    assert "worst of 5 utterances" in text
    assert "  test/01\n       said   abcd abcd\n" in text
    assert "confusions (count, said, heard; - is nothing):" in text
    assert "worst of" not in "\n".join(spoiled.lines(0))


def test_a_split_that_is_not_there_is_named_with_those_that_are(mini: Mini, trained: Path) -> None:
    with pytest.raises(UsageError, match="no split 'eval'; --split takes train, dev, test"):
        decode_split(trained / "model.srnn", "eval", mini.data, None, Silent())


def test_a_beam_search_is_reported_beside_greedy_decoding_with_all_its_hypotheses(
    mini: Mini, trained: Path, tmp_path: Path
) -> None:
    how = How(options=DecoderOptions(beam=20, hotwords="abc:9"), nbest=3)
    decoding = decode_split(trained / "model.srnn", "dev", mini.data, tmp_path / "h.tsv", Silent(), how)
    assert decoding.nbest == tmp_path / "h.nbest.tsv"
    header, *lines = rows(decoding.nbest)
    assert header == ["utterance", "rank", "log_score", "acoustic", "hotwords", "hypothesis"]
    assert {line[1] for line in lines} == {"1", "2", "3"}
    best = {line[0]: line[-1] for line in lines if line[1] == "1"}
    assert best == {one.utterance_id: one.hypothesis for one in decoding.decoded}
    for line in lines:
        assert float(line[2]) == pytest.approx(float(line[3]) + float(line[4]), abs=2e-4)
    values = json.loads(decoding.json_text())
    assert "decoder:beam|beam:20|" in values["signature"]
    assert "hotwords:abc:9" in values["signature"]
    assert "decoder:greedy|lm:none" in values["greedy"]["signature"]
    assert values["nbest"] == str(decoding.nbest)
    text = "\n".join(decoding.lines(0))
    assert "\ngreedy dev: WER " in text
    assert str(decoding.nbest) in text


def test_greedy_decoding_has_no_list_of_hypotheses(mini: Mini, trained: Path) -> None:
    with pytest.raises(UsageError, match="--nbest: 2 came, and greedy decoding gives one hypothesis; add --beam"):
        decode_split(trained / "model.srnn", "dev", mini.data, None, Silent(), How(nbest=2))
