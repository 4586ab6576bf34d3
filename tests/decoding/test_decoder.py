"""Settings to hypotheses: each setting does what it says, and what is fused is what was named."""

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from speechrnn.decoding.allowed import Allowed
from speechrnn.decoding.decoder import build_decoder
from speechrnn.decoding.fusion import Graph
from speechrnn.decoding.grammar import GrammarGraph
from speechrnn.decoding.greedy import greedy
from speechrnn.decoding.hotword_graph import HotWordGraph
from speechrnn.decoding.label_lm import LabelLm
from speechrnn.decoding.language_model import LanguageModel
from speechrnn.decoding.ngram import UNKNOWN_ID
from speechrnn.decoding.ngram_io import write_ngram
from speechrnn.decoding.prefix_beam import BeamOptions, prefix_beam
from speechrnn.decoding.recurrent_graph import RecurrentGraph
from speechrnn.decoding.resources import Resources
from speechrnn.decoding.word_lm import WordLm
from speechrnn.errors import GrammarError, UsageError
from speechrnn.recipe import DecodingConfig
from speechrnn.text.alphabet import Alphabet
from tests.decoding.graph_walk import walk
from tests.decoding.toy_ngram import toy_bigram
from tests.decoding.toy_recurrent import toy_lm

LETTERS = Alphabet((" ", "a", "b", "c"))
WORDS = Alphabet(("a", "ab", "cab"), "word")
OF_WORDS = toy_bigram(["a", "ab", "cab"])
OF_LETTERS = toy_bigram(["<space>", "a", "b", "c"])
EXACT = DecodingConfig(kind="beam", beam_threshold=None, token_threshold=None, blank_skip=1.0)


def log_probs(frames: int = 12, seed: int = 3, peaks: float = 0.3, vocab: int = LETTERS.size) -> NDArray[np.float64]:
    return np.log(np.random.default_rng(seed).dirichlet(np.full(vocab, peaks), size=frames) + 1e-12)


def test_greedy_settings_read_the_best_path() -> None:
    decoder = build_decoder(DecodingConfig(), LETTERS)
    assert decoder.decode(log_probs()) == greedy(log_probs())
    assert decoder.settings() == {"decoder": "greedy", "lm": "none"}


def test_a_beam_that_leaves_nothing_out_is_the_exact_search() -> None:
    decoder = build_decoder(replace(EXACT, beam_size=7), LETTERS)
    assert decoder.decode(log_probs(), nbest=5) == prefix_beam(log_probs(), options=BeamOptions(beam_size=7), nbest=5)


@pytest.mark.parametrize(
    "change", [{"beam_size": 2}, {"beam_threshold": 0.5}, {"token_threshold": 0.5}, {"blank_skip": 0.5}]
)
def test_every_setting_of_the_search_changes_what_is_found(change: dict[str, Any]) -> None:
    plain, changed = (build_decoder(config, LETTERS) for config in (EXACT, replace(EXACT, **change)))
    found = [decoder.decode(log_probs(), nbest=50) for decoder in (plain, changed)]
    assert [one.score for one in found[0]] != [one.score for one in found[1]]


@pytest.mark.parametrize(
    ("alphabet", "lm", "words", "kinds"),
    [
        (LETTERS, OF_WORDS, None, {"lm": WordLm}),
        (LETTERS, OF_WORDS, "a\nab\n", {"lm": WordLm}),
        (LETTERS, OF_LETTERS, None, {"lm": LabelLm}),
        (LETTERS, OF_LETTERS, "a\nab\n", {"lm": LabelLm, "lexicon": WordLm}),
        (LETTERS, toy_lm(("<space>", "a", "b", "c")), None, {"lm": RecurrentGraph}),
        (LETTERS, toy_lm(("a", "ab"), unit="word"), None, {"lm": WordLm}),
        (LETTERS, None, "a\nab\n", {"lexicon": WordLm}),
        (WORDS, OF_WORDS, "a\nab\n", {"lm": LabelLm, "lexicon": Allowed}),
        (WORDS, toy_lm(("a", "ab"), unit="word"), None, {"lm": RecurrentGraph}),
    ],
)
def test_every_language_model_and_lexicon_is_fused_in_its_way(
    tmp_path: Path, alphabet: Alphabet, lm: Any, words: str | None, kinds: dict[str, type]
) -> None:
    lexicon = None
    if words is not None:
        (tmp_path / "words.txt").write_text(words)
        lexicon = str(tmp_path / "words.txt")
    config = replace(EXACT, lexicon=lexicon)
    opened = build_decoder(config, alphabet).resources.words if lexicon else None
    decoder = build_decoder(config, alphabet, Resources(lm and LanguageModel(lm, "toy"), opened))
    assert {name: type(table.graph) for name, table in decoder.tables.items()} == kinds
    best = decoder.decode(log_probs(vocab=alphabet.size), nbest=10)
    assert len(best) > 1
    for one in best:
        graphs: list[Graph] = [table.graph for table in decoder.tables.values()]
        assert one.parts == pytest.approx([walk(graph, one.labels) for graph in graphs])
        assert lexicon is None or set(decoder.text(one).split()) <= {"a", "ab"}


def test_grammar_and_hot_words_are_fused_too(tmp_path: Path) -> None:
    (tmp_path / "g.txt").write_text("a | cab\n")
    config = replace(EXACT, grammar=str(tmp_path / "g.txt"), hotwords="cab:4")
    decoder = build_decoder(config, LETTERS)
    assert {name: type(table.graph) for name, table in decoder.tables.items()} == {
        "grammar": GrammarGraph,
        "hotwords": HotWordGraph,
    }
    assert {decoder.text(one) for one in decoder.decode(log_probs(), nbest=50)} == {"a", "cab"}
    assert decoder.settings().items() >= {"grammar": "g.txt", "hotwords": "cab:4"}.items()


def test_a_threshold_rejects_what_scores_less_a_label_and_stands_in_the_signature(tmp_path: Path) -> None:
    (tmp_path / "g.txt").write_text("a | cab\n")
    free = build_decoder(replace(EXACT, grammar=str(tmp_path / "g.txt")), LETTERS)
    found = free.decode(log_probs())
    a_label = found[0].score / len(found[0].labels)
    assert free.refusal(found, 0.02) == ""
    assert "reject_below" not in free.settings()
    for below, rejected in ((a_label - 0.01, False), (a_label + 0.01, True)):
        decoder = replace(free, config=replace(free.config, reject_below=below))
        assert bool(decoder.refusal(decoder.decode(log_probs()), 0.02)) == rejected
        assert decoder.settings()["reject_below"] == below
    assert build_decoder(replace(EXACT, reject_below=0.0), LETTERS).rejection is None


@pytest.mark.parametrize(
    ("hotwords", "unknown_penalty", "paid"),
    [
        ("", 2.0, 2 * 4),
        ("bb:3", 2.0, 2 * 2),
        ("cc bb:3", 2.0, 0),
        ("cc bb:-3", 2.0, 2 * 4),
        ("cc bb:3", None, np.inf),
    ],
)
def test_hot_words_need_no_penalty_to_be_written(hotwords: str, unknown_penalty: float | None, paid: float) -> None:
    config = replace(EXACT, lm="toy", alpha=0.7, beta=1.5, hotwords=hotwords, unknown_penalty=unknown_penalty)
    decoder = build_decoder(config, LETTERS, Resources(LanguageModel(OF_WORDS, "toy")))
    model = 0.7 * sum(OF_WORDS.sentence([OF_WORDS.word_id("a"), UNKNOWN_ID, UNKNOWN_ID])) + 3 * 1.5
    assert walk(decoder.tables["lm"].graph, LETTERS.encode("a bb cc")) == pytest.approx(model - paid)


def test_the_files_that_settings_name_are_opened(tmp_path: Path) -> None:
    write_ngram(tmp_path / "lm.arpa", OF_WORDS)
    decoder = build_decoder(replace(EXACT, lm=str(tmp_path / "lm.arpa"), alpha=0.7), LETTERS)
    assert str(decoder.settings()["lm"]).startswith("lm.arpa@")
    assert decoder.settings().items() >= {"alpha": 0.7, "beta": 1.0, "unknown_penalty": 2.0}.items()


@pytest.mark.parametrize(
    ("setting", "error", "message"),
    [("lm", UsageError, "gone"), ("lexicon", UsageError, "gone"), ("grammar", GrammarError, "gone")],
)
def test_a_file_that_is_not_there_is_named(setting: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        build_decoder(replace(EXACT, **{setting: "gone"}), LETTERS)  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{"alpha": 3.0}, {"beta": 4.0}, {"unknown_penalty": None}])
def test_every_weight_changes_what_is_found(change: dict[str, Any]) -> None:
    lm = Resources(LanguageModel(OF_WORDS, "toy"))
    plain, changed = (build_decoder(config, LETTERS, lm) for config in (EXACT, replace(EXACT, **change)))
    found = [[decoder.text(one) for one in decoder.decode(log_probs(), nbest=50)] for decoder in (plain, changed)]
    assert found[0] != found[1]


def test_where_nothing_is_allowed_nothing_is_heard(tmp_path: Path) -> None:
    (tmp_path / "g.txt").write_text("cab\n")
    decoder = build_decoder(replace(EXACT, grammar=str(tmp_path / "g.txt")), LETTERS)
    (nothing,) = decoder.decode(np.zeros((0, LETTERS.size)))
    assert (nothing.labels, nothing.frames, nothing.parts, nothing.score) == ((), (), (0.0,), 0.0)
    (short,) = decoder.decode(log_probs(2))
    assert short.score == pytest.approx(log_probs(2)[:, 0].sum())


def test_frames_are_left_out_on_request_only() -> None:
    decoder = build_decoder(EXACT, LETTERS)
    with_frames, without = decoder.decode(log_probs())[0], decoder.decode(log_probs(), align=False)[0]
    assert len(with_frames.frames) == len(with_frames.labels) > 0
    assert without == replace(with_frames, frames=())


def test_it_decodes_the_same_in_another_process() -> None:
    decoder = build_decoder(EXACT, LETTERS, Resources(LanguageModel(OF_WORDS, "toy")))
    before = decoder.decode(log_probs(), nbest=5)
    assert pickle.loads(pickle.dumps(decoder)).decode(log_probs(), nbest=5) == before
