"""Lines of text as a recurrent language model learns from them."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from speechrnn.decoding.ngram import END_ID, START_ID, UNKNOWN_ID
from speechrnn.errors import LanguageModelError
from speechrnn.lm.recurrent_config import RecurrentLmConfig
from speechrnn.lm.recurrent_text import (
    FEWEST_LINES,
    LONGEST_PIECE,
    Batch,
    draw_batches,
    make_batch,
    number_text,
    plan_batches,
)

WORDS = RecurrentLmConfig(unit="word", batch_lines=3)
LETTERS = RecurrentLmConfig(unit="character")
LINES = [f"one two line{number}" for number in range(40)]


def learnt(batches: list[Batch]) -> list[list[int]]:
    """The lines of batches, in sorted order."""
    rows = []
    for batch in batches:
        for row, length in enumerate(batch.lengths.tolist()):
            rows.append([int(batch.symbols[row, 0]), *batch.following[row, :length].tolist()])
    return sorted(rows)


def test_symbols_are_numbered_in_sorted_order_after_the_markers_and_the_space_has_a_name() -> None:
    text = number_text(["b a", "a é"], LETTERS)
    assert text.vocabulary == ("<unk>", "<s>", "</s>", "<space>", "a", "b", "é")
    assert [piece.tolist() for piece in text.train] == [[START_ID, 5, 3, 4, END_ID], [START_ID, 4, 3, 6, END_ID]]


def test_of_few_lines_none_is_held_out_and_the_text_itself_is_dev() -> None:
    text = number_text(LINES[: FEWEST_LINES - 1], WORDS)
    assert text.held_out == 0
    assert [piece.tolist() for piece in text.dev] == [piece.tolist() for piece in text.train]


@pytest.mark.parametrize(("share", "held_out"), [(0.0, 0), (0.01, 1), (0.25, 10)])
def test_a_share_of_the_lines_is_held_out_and_no_line_is_lost(share: float, held_out: int) -> None:
    text = number_text(LINES, replace(WORDS, dev_share=share))
    assert (text.held_out, len(text.train)) == (held_out, 40 - held_out)
    known = {symbol for symbol in text.vocabulary if symbol.startswith("line")}
    assert len(known) == 40 - held_out
    if held_out:
        assert all(piece[3] == UNKNOWN_ID for piece in text.dev)


def test_the_seed_decides_which_lines_are_held_out() -> None:
    vocabularies = {number_text(LINES, replace(WORDS, seed=seed)).vocabulary for seed in range(4)}
    assert len(vocabularies) == 4
    assert number_text(LINES, WORDS).vocabulary in vocabularies


def test_a_rarer_word_than_wanted_is_unknown() -> None:
    lines = ["a a a b b c"]
    assert number_text(lines, replace(WORDS, min_count=2)).vocabulary[3:] == ("a", "b")
    assert number_text(lines, replace(WORDS, vocab_size=1)).vocabulary[3:] == ("a",)
    assert number_text(lines, replace(WORDS, min_count=2)).train[0].tolist() == [1, 3, 3, 3, 4, 4, UNKNOWN_ID, 2]


def test_unigrams_are_counts_plus_one() -> None:
    unigrams = number_text(["a a b"], WORDS).unigrams.exp()
    # <unk> 0, <s> 0, </s> 1, a 2, b 1, each plus one
    assert unigrams.tolist() == pytest.approx([1 / 9, 1 / 9, 2 / 9, 3 / 9, 2 / 9])


def test_a_word_that_spells_a_marker_is_refused_and_one_that_spells_unknown_is_unknown() -> None:
    with pytest.raises(LanguageModelError, match="<s> and </s> came as a word"):
        number_text(["a </s> a", "<s>"], WORDS)
    text = number_text(["a <unk> a"], WORDS)
    assert text.vocabulary == ("<unk>", "<s>", "</s>", "a")
    assert text.train[0].tolist() == [START_ID, 3, UNKNOWN_ID, 3, END_ID]


def test_no_text_is_refused() -> None:
    with pytest.raises(LanguageModelError, match="text: no lines came, at least one was wanted"):
        number_text([], WORDS)


def test_a_long_line_is_cut_into_pieces_that_overlap_by_one_and_lose_nothing() -> None:
    line = "ab" * LONGEST_PIECE + "a"
    text = number_text([line], LETTERS)
    assert [len(piece) - 1 for piece in text.train] == [LONGEST_PIECE, LONGEST_PIECE, 2]
    assert all(before[-1] == after[0] for before, after in zip(text.train, text.train[1:], strict=False))
    whole = [START_ID, *np.concatenate([piece[1:] for piece in text.train])]
    assert text.vocabulary[3:] == ("<space>", "a", "b")
    assert whole == [START_ID, *(4 + (letter == "b") for letter in line), END_ID]


def test_a_batch_reads_each_line_from_its_start_and_pads_behind_its_end() -> None:
    batch = make_batch([np.array([1, 5, 2]), np.array([1, 2])])
    assert batch.symbols.tolist() == [[1, 5], [1, END_ID]]
    assert batch.following.tolist() == [[5, 2], [2, -100]]
    assert batch.lengths.tolist() == [2, 1]


def test_an_epoch_takes_every_line_once_in_an_order_of_its_own_that_can_be_drawn_again() -> None:
    config = replace(WORDS, dev_share=0.0)
    text = number_text([*LINES, *LINES], config)
    first, again, second = draw_batches(text, config, 0), draw_batches(text, config, 0), draw_batches(text, config, 1)
    whole = sorted(piece.tolist() for piece in text.train)
    assert learnt(first) == learnt(second) == whole
    assert all(torch.equal(one.symbols, other.symbols) for one, other in zip(first, again, strict=True))
    assert [batch.symbols.tolist() for batch in first] != [batch.symbols.tolist() for batch in second]
    assert max(len(batch.lengths) for batch in first) == 3


def test_words_seen_once_are_read_as_unknown_about_half_of_the_time_and_others_never() -> None:
    config = replace(WORDS, dev_share=0.0)
    text = number_text(LINES, config)
    lines = [line for epoch in range(25) for line in learnt(draw_batches(text, config, epoch))]
    assert len(lines) == 1000
    assert {(line[1], line[2]) for line in lines} == {tuple(text.train[0][1:3].tolist())}
    assert 0.45 < sum(line[3] == UNKNOWN_ID for line in lines) / 1000 < 0.55


def test_dev_is_batched_as_it_is() -> None:
    text = number_text(LINES, WORDS)
    assert learnt(list(plan_batches(text.dev, 3))) == sorted(piece.tolist() for piece in text.dev)
