"""`NgramModel` scores as the definition of back-off says, word by word and in rows."""

import math
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.decoding.arpa import parse_arpa
from speechrnn.decoding.ngram import END_ID, MARKERS, START_ID, UNKNOWN_ID, NgramModel, tokens
from speechrnn.decoding.ngram_io import write_ngram
from speechrnn.decoding.ngram_trie import Level
from tests.decoding.arpa_oracle import Ngrams, predict_sentence, read_plainly

LN_10 = math.log(10)
WORDS = "abcd"

# Worked by hand: `b` after `a` is a bigram; `c` after `a b` a trigram; everything else backs off.
SMALL = r"""
\data\
ngram 1=6
ngram 2=3
ngram 3=1

\1-grams:
-2.0 <unk>
-99 <s> -0.5
-0.6 </s>
-0.7 a -0.3
-0.8 b -0.2
-0.9 c

\2-grams:
-0.1 <s> a -0.05
-0.25 a b -0.15
-0.35 b c

\3-grams:
-0.01 a b c

\end\
"""


@pytest.fixture
def small() -> NgramModel:
    return parse_arpa(SMALL.encode(), "small")


@pytest.mark.parametrize(
    ("text", "log10"),
    [
        ("", -0.5 - 0.6),
        ("a", -0.1 + (-0.05 - 0.3 - 0.6)),
        ("a b c", -0.1 + (-0.05 - 0.25) + -0.01 + -0.6),
        ("b c", (-0.5 - 0.8) + -0.35 + -0.6),
        ("a b a", -0.1 + (-0.05 - 0.25) + (-0.15 - 0.2 - 0.7) + (-0.3 - 0.6)),
        ("zebra", (-0.5 - 2.0) + -0.6),
    ],
)
def test_scores_worked_by_hand(small: NgramModel, text: str, log10: float) -> None:
    assert small.score_text(text) == pytest.approx(log10 * LN_10, abs=1e-5)


def test_a_state_is_forgotten_once_it_can_no_longer_matter(small: NgramModel) -> None:
    _, after_c = small.score(small.start, small.word_id("c"))
    assert after_c == small.empty
    _, after_a = small.score(small.start, small.word_id("a"))
    assert after_a not in (small.empty, small.score(small.empty, small.word_id("a"))[1])


def test_the_markers_come_first_and_unknown_words_are_one_of_them(small: NgramModel) -> None:
    assert small.vocabulary[:3] == MARKERS
    assert small.ids([*MARKERS, "zebra", "a"]) == [UNKNOWN_ID, START_ID, END_ID, UNKNOWN_ID, 3]
    assert "a" in small
    assert "zebra" not in small
    assert (len(small), small.order, small.unit) == (6, 3, "word")


def test_no_word_id_past_the_vocabulary_is_scored(small: NgramModel) -> None:
    with pytest.raises(IndexError, match="out of bounds"):
        small.score(small.start, 10**6)


def test_a_vocabulary_that_does_not_fit_its_trie_is_refused(small: NgramModel) -> None:
    with pytest.raises(ValueError, match="7 words .* 6 unigrams"):
        NgramModel([*small.vocabulary, "more"], small.trie)


def test_ngrams_out_of_order_are_refused() -> None:
    unigrams = Level(np.zeros(3, np.int64), np.arange(3), np.zeros(3), np.zeros(3))
    twice = Level(np.array([1, 1]), np.array([2, 2]), np.zeros(2), np.zeros(2))
    with pytest.raises(ValueError, match="out of order or twice"):
        NgramModel.of_levels(MARKERS, [unigrams, twice])


def test_a_model_travels_to_another_process(small: NgramModel) -> None:
    again = pickle.loads(pickle.dumps(small))
    assert again.vocabulary == small.vocabulary
    assert again.score_text("a b c b") == small.score_text("a b c b")


def test_a_space_makes_it_a_model_of_characters() -> None:
    model = parse_arpa(SMALL.replace(" c", " <space>").encode(), "small")
    assert model.unit == "character"
    assert model.score_text("ab ") == pytest.approx((-0.1 - 0.3 - 0.01 - 0.6) * LN_10, abs=1e-5)
    assert tokens("ab ", "character") == ["a", "b", "<space>"]


@st.composite
def arpa_models(draw: st.DrawFn) -> tuple[str, Ngrams]:
    """A random model of up to four words an n-gram, some of whose shorter n-grams are missing, in any order."""
    number = st.integers(-300, 0).map(lambda value: value / 100)
    words = [*WORDS, "</s>"]
    levels: list[list[tuple[str, ...]]] = [[("<unk>",), ("<s>",), *((word,) for word in words)]]
    for _ in range(draw(st.integers(0, 3))):
        longer = [(*history, word) for history in levels[-1] if history[-1] != "</s>" for word in words]
        drawn = draw(st.lists(st.sampled_from(longer), unique=True, max_size=12)) if longer else []
        if not drawn:
            break
        levels.append(drawn)
    header = [f"ngram {order}={len(level)}" for order, level in enumerate(levels, start=1)]
    lines = ["\\data\\", *header]
    for order, level in enumerate(levels, start=1):
        lines += [f"\\{order}-grams:", *(f"{draw(number)} {' '.join(ngram)} {draw(number)}" for ngram in level)]
    text = "\n".join([*lines, "\\end\\"])
    return text, read_plainly(text)


@settings(max_examples=80, deadline=None)
@given(arpa_models(), st.lists(st.sampled_from([*WORDS, "zebra"]), max_size=8))
def test_any_model_scores_as_the_recursion_does(made: tuple[str, Ngrams], words: list[str]) -> None:
    text, ngrams = made
    model = parse_arpa(text.encode(), "drawn")
    longest = max(map(len, ngrams))
    # The longest n-grams are no histories: the weights drawn for them do not count.
    ngrams = {ngram: (prob, 0.0 if len(ngram) == longest else weight) for ngram, (prob, weight) in ngrams.items()}
    got = model.sentence(model.ids(words))
    assert got == pytest.approx([LN_10 * score for score in predict_sentence(ngrams, words)], abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(arpa_models(), st.lists(st.sampled_from(WORDS), max_size=5))
def test_a_row_holds_the_score_and_the_state_of_every_word(made: tuple[str, Ngrams], words: list[str]) -> None:
    model = parse_arpa(made[0].encode(), "drawn")
    state = model.start
    for word in model.ids(words):
        state = model.score(state, word)[1]
    scores, states = model.row(state)
    singly = [model.score(state, word) for word in range(len(model))]
    assert scores == pytest.approx(np.array([score for score, _ in singly]))
    assert states.tolist() == [after for _, after in singly]


def test_the_same_numbers_as_kenlm(tmp_path: Path, small: NgramModel) -> None:
    kenlm = pytest.importorskip("kenlm", reason="kenlm is not installed: it is an oracle, no dependency")
    write_ngram(tmp_path / "small.arpa", small)
    theirs = kenlm.Model(str(tmp_path / "small.arpa"))
    for text in ["", "a", "a b c", "b c", "a b a", "zebra a b", "c c c"]:
        assert small.score_text(text) / LN_10 == pytest.approx(theirs.score(text), abs=1e-5)
