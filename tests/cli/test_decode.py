"""`speechrnn decode`."""

import json
import shutil
from pathlib import Path

import jiwer
import pytest

from speechrnn.bundle.read import read_bundle
from speechrnn.bundle.store_decoder import store_decoder
from speechrnn.decoding.decoder import build_decoder
from speechrnn.decoding.ngram_io import write_ngram
from speechrnn.errors import UsageError
from speechrnn.lm.build import BuildOptions, estimate_lm
from speechrnn.recipe import DecodingConfig
from speechrnn.training import decode, own_split
from tests.cli.conftest import Door, fresh
from tests.conftest import Mini

KEYS = {"split", "utterances", "words", "errors", "wer", "cer", "ser", "seconds", "rtf", "signature"}


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    """A run folder of one's own."""
    (tmp_path / "run").mkdir()
    shutil.copy(trained / "model.srnn", tmp_path / "run")
    return tmp_path / "run"


def test_json_is_one_object_on_stdout_whose_score_is_jiwers_on_the_file(mini: Mini, run: Path, tmp_path: Path) -> None:
    ended = fresh(
        "decode", run, "--split", "train", "--json", "--data", mini.data, "-o", tmp_path / "h.tsv", door="module"
    )
    assert (ended.code, ended.stderr) == (0, "")
    values = json.loads(ended.stdout)
    assert values.keys() >= KEYS
    lines = [line.split("\t") for line in (tmp_path / "h.tsv").read_text().splitlines()[1:]]
    words = jiwer.process_words([line[3] for line in lines], [line[4] for line in lines])
    assert values["errors"] == words.substitutions + words.deletions + words.insertions
    assert values["wer"] == pytest.approx(100 * words.wer)
    assert values["words"] == sum(len(line[3].split()) for line in lines)
    assert (values["split"], values["utterances"]) == ("train", 24)


@pytest.mark.parametrize("given", ["run", "run/model.srnn"])
def test_a_run_folder_and_its_model_file_are_the_same_to_it(main: Door, mini: Mini, run: Path, given: str) -> None:
    ended = main("decode", run.parent / given, "--data", mini.data)
    assert (ended.code, ended.stderr) == (0, "")
    assert ended.stdout.startswith("test: WER ")
    assert (run / "hypotheses_test.tsv").read_text().count("\n") == 6


def test_worst_limits_what_is_listed(main: Door, own_mini: Mini, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in (own_mini.corpus / "test").glob("*.txt"):
        file.write_text("dcba dcba")
    honest = own_split.prepare_corpus
    monkeypatch.setattr(
        own_split, "prepare_corpus", lambda config, data: honest(own_mini.recipe().corpus, own_mini.data)
    )
    for count in (0, 2, 4):
        text = main("decode", run, "--data", own_mini.data, "--worst", count).stdout
        assert text.count("said   ") == count


def test_a_file_that_cannot_be_read_is_named_the_others_scored_and_the_code_is_1(
    main: Door, own_mini: Mini, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = own_split.prepare_corpus(own_mini.recipe().corpus, own_mini.data)
    monkeypatch.setattr(own_split, "prepare_corpus", lambda config, data: prepared)
    broken = own_mini.corpus / "test" / "02.wav"
    broken.write_bytes(b"no sound")
    ended = main("decode", run, "--json", "--data", own_mini.data)
    assert ended.code == 1
    assert json.loads(ended.stdout)["utterances"] == 4
    assert json.loads(ended.stdout)["unreadable"] == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("error: test/02: ")
    assert str(broken) in line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["decode"], "Missing argument"),
        (["decode", "gone"], "gone: no such model file or run folder"),
        (["decode", "gone", "--beams", "4"], "No such option"),
        (["decode", "gone", "--beam", "0"], "Invalid value"),
        (["decode", "gone", "--alpha", "-1"], "Invalid value"),
        (["decode", "gone", "--worst", "-1"], "Invalid value"),
    ],
)
def test_wrong_usage_is_exit_2_and_no_traceback(door: Door, arguments: list[str], message: str) -> None:
    ended = door(*arguments)
    assert (ended.code, ended.stdout) == (2, "")
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_what_is_no_model_or_no_split_is_one_line(main: Door, mini: Mini, run: Path) -> None:
    for arguments, message in (
        ((mini.recipe_file,), "no speechrnn model"),
        ((run, "--split", "eval"), "no split 'eval'; --split takes train, dev, test"),
        ((run, "-o", run), "run"),
    ):
        ended = main("decode", *arguments, "--data", mini.data)
        assert ended.code == 2
        assert ended.stdout == ""
        (line,) = ended.stderr.splitlines()
        assert line.startswith("error: ")
        assert message in line


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """What decoding options name."""
    write_ngram(tmp_path / "lm.arpa", estimate_lm(["ab cd", "abc d"], BuildOptions()))
    (tmp_path / "words.txt").write_text("ab\ncd\n")
    (tmp_path / "g.txt").write_text("ab | cd\n")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--beam", "7"], "decoder:beam|beam:7|"),
        (["--lm", "lm.arpa"], "lm:lm.arpa@"),
        (["--lm", "lm.arpa", "--alpha", "0.25", "--beta", "3"], "alpha:0.25|beta:3|unknown_penalty:2|"),
        (["--rescore", "lm.arpa", "--rescore-weight", "0.25"], "rescore_weight:0.25|"),
        (["--lexicon", "words.txt"], "lexicon:2 words|"),
        (["--grammar", "g.txt"], "grammar:g.txt|"),
        (["--hotwords", "ab:3,cd ab:2"], "hotwords:ab:3,cd ab:2|"),
    ],
)
def test_every_decoding_option_stands_in_the_signature_beside_greedy_decoding(
    main: Door, mini: Mini, run: Path, files: Path, arguments: list[str], named: str
) -> None:
    words = [str(files / word) if (files / word).is_file() else word for word in arguments]
    ended = main("decode", run, "--split", "dev", "--data", mini.data, "--json", *words)
    assert (ended.code, ended.stderr) == (0, "")
    values = json.loads(ended.stdout)
    assert named in values["signature"]
    assert "decoder:greedy|lm:none" in values["greedy"]["signature"]
    assert values["decoder_rtf"] > 0
    heard = {line.split("\t")[4] for line in (run / "hypotheses_dev.tsv").read_text().splitlines()[1:]}
    if "--grammar" in arguments:
        assert heard <= {"", "ab", "cd"}
    if "--lexicon" in arguments:
        assert {word for text in heard for word in text.split()} <= {"ab", "cd"}


def test_the_language_model_in_the_model_file_is_used_unless_no_lm(
    main: Door, mini: Mini, run: Path, files: Path
) -> None:
    config = DecodingConfig(kind="beam", lm=str(files / "lm.arpa"))
    store_decoder(run / "model.srnn", build_decoder(config, read_bundle(run / "model.srnn").model.alphabet), {})
    plain, without = (main("decode", run, "--data", mini.data, "--json", *more) for more in ([], ["--no-lm"]))
    assert "lm:lm.arpa@" in json.loads(plain.stdout)["signature"]
    assert "decoder:greedy|lm:none" in json.loads(without.stdout)["signature"]
    assert "greedy" not in json.loads(without.stdout)


def test_hypotheses_and_processes_are_as_many_as_asked_for(
    main: Door, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[decode.How] = []

    def stop(*arguments: object) -> None:
        asked.append(arguments[-1])  # type: ignore[arg-type]
        raise UsageError("stopped")

    monkeypatch.setattr(decode, "decode_split", stop)
    assert main("decode", run, "--beam", "4", "--nbest", "5", "-j", "3").code == 2
    assert (asked[0].nbest, asked[0].jobs, asked[0].options.beam) == (5, 3, 4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--alpha", "1"], "--alpha: weighs a language model, and none is used here; name one with --lm"),
        (["--lm", "gone.bin"], "gone.bin: no such file"),
        (["--nbest", "3"], "--nbest: 3 came, and greedy decoding gives one hypothesis; add --beam"),
        (["--hotwords", "a:b"], "hot words, entry 1 ('a:b')"),
    ],
)
def test_a_decoding_option_that_cannot_be_used_is_one_line(
    main: Door, mini: Mini, run: Path, arguments: list[str], message: str
) -> None:
    ended = main("decode", run, "--data", mini.data, *arguments)
    assert (ended.code, ended.stdout) == (2, "")
    (line,) = ended.errors
    assert message in line
