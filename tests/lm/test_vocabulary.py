"""Which words an n-gram model knows."""

import pytest

from speechrnn.decoding.ngram import MARKERS
from speechrnn.errors import LanguageModelError
from speechrnn.lm.vocabulary import cut_lines, make_vocabulary, number_sentences

SENTENCES = [["b", "a", "b"], ["c", "b", "a"]]


def test_words_stand_in_sorted_order_after_the_markers() -> None:
    assert make_vocabulary(SENTENCES, "word") == [*MARKERS, "a", "b", "c"]


def test_rare_words_are_cut_by_count_and_by_number() -> None:
    assert make_vocabulary(SENTENCES, "word", min_count=2) == [*MARKERS, "a", "b"]
    assert make_vocabulary(SENTENCES, "word", vocab_size=1) == [*MARKERS, "b"]
    assert make_vocabulary(SENTENCES, "word", min_count=9) == [*MARKERS]


def test_of_words_equally_common_the_first_in_order_is_kept() -> None:
    assert make_vocabulary([["d", "c", "a", "b"]], "word", vocab_size=2) == [*MARKERS, "a", "b"]


def test_a_model_of_characters_knows_the_space_even_where_none_came() -> None:
    assert make_vocabulary(cut_lines(["ab"], "character"), "character") == [*MARKERS, "<space>", "a", "b"]


def test_what_is_not_known_is_numbered_as_unknown() -> None:
    assert number_sentences([["b", "z"], []], [*MARKERS, "a", "b"]).tolist() == [1, 4, 0, 2, 1, 2]


def test_unk_in_a_text_is_an_unknown_word() -> None:
    vocabulary = make_vocabulary([["a", "<unk>"]], "word")
    assert vocabulary == [*MARKERS, "a"]
    assert number_sentences([["<unk>"]], vocabulary).tolist() == [1, 0, 2]


def test_sentence_marks_within_a_text_are_refused() -> None:
    with pytest.raises(LanguageModelError, match="<s> and </s> came as a word"):
        make_vocabulary([["<s>", "a", "</s>"]], "word")


def test_lines_are_cut_into_words_or_characters() -> None:
    assert cut_lines(["a b"], "word") == [["a", "b"]]
    assert cut_lines(["a b"], "character") == [["a", "<space>", "b"]]
