"""The binary form holds the same model, opens at once, and is refused when it is not whole."""

import struct
import time
import zlib

import numpy as np
import pytest

from speechrnn.decoding.arpa import arpa_text
from speechrnn.decoding.ngram import MARKERS, NgramModel
from speechrnn.decoding.ngram_file import ngram_bytes, parse_ngram
from speechrnn.decoding.ngram_trie import Level
from speechrnn.errors import LanguageModelError
from tests.decoding.toy_ngram import toy_bigram


@pytest.fixture
def content() -> bytes:
    return ngram_bytes(toy_bigram(["d\u00e9j\u00e0", "no", "yes"]))


def sealed(body: bytes) -> bytes:
    """A file with a checksum that fits whatever is in it."""
    return body[:12] + struct.pack("<I", zlib.crc32(body[16:])) + body[16:]


def test_it_holds_the_same_model() -> None:
    model = toy_bigram(["d\u00e9j\u00e0", "no", "yes"])
    again = parse_ngram(ngram_bytes(model), "lm.bin")
    assert again.vocabulary == model.vocabulary
    assert arpa_text(again) == arpa_text(model)
    assert ngram_bytes(again) == ngram_bytes(model)
    for state in range(len(model.trie.back_offs)):
        assert np.array_equal(again.row(state), model.row(state))


def test_every_changed_byte_is_found(content: bytes) -> None:
    accepted = []
    for place in range(len(content)):
        altered = bytearray(content)
        altered[place] ^= 0x40
        try:
            parse_ngram(bytes(altered), "lm.bin")
        except LanguageModelError:
            continue
        accepted.append(place)
    assert accepted == []


@pytest.mark.parametrize("length", [0, 5, 16, 23, 24, 40, -1])
def test_a_cut_file_is_refused(content: bytes, length: int) -> None:
    with pytest.raises(LanguageModelError, match=r"^lm\.bin: [^\n]+$"):
        parse_ngram(content[:length], "lm.bin")


def test_a_later_version_says_so(content: bytes) -> None:
    with pytest.raises(LanguageModelError, match="format version 2 came, 1 was wanted"):
        parse_ngram(content[:8] + struct.pack("<I", 2) + content[12:], "lm.bin")


def test_numbers_that_lead_nowhere_are_refused_although_the_checksum_fits(content: bytes) -> None:
    """A file from a stranger must neither hang nor crash the decoder."""
    start, refused = 24 + 4 * 2, 0
    model = parse_ngram(content, "lm.bin")
    arrays = [model.trie.words, model.trie.log_probs, model.trie.after, model.trie.first, model.trie.back_offs]
    links = start + 4 * sum(map(len, arrays))
    after = start + 4 * (len(arrays[0]) + len(arrays[1]))
    for place, value in [(links + 4, 1), (links + 8, -1), (after, 10**6), (start + 4, 10**6), (after - 4, 1)]:
        altered = bytearray(content)
        altered[place : place + 4] = struct.pack("<i", value) if place != after - 4 else struct.pack("<f", value)
        with pytest.raises(LanguageModelError, match="do not hang together"):
            parse_ngram(sealed(bytes(altered)), "lm.bin")
        refused += 1
    assert refused == 5


def test_a_vocabulary_without_markers_is_refused(content: bytes) -> None:
    with pytest.raises(LanguageModelError, match="beginning with"):
        parse_ngram(sealed(content.replace(b"<unk>", b"<odd>")), "lm.bin")


def test_a_million_ngrams_open_in_less_than_a_second() -> None:
    rng = np.random.default_rng(0)
    words = 20_000
    vocabulary = [*MARKERS, *(f"w{number}" for number in range(words - 3))]
    keys = np.unique(rng.integers(3 * words, words * words, 1_000_000))
    unigrams = Level(np.zeros(words, np.int64), np.arange(words), -rng.random(words), -rng.random(words))
    bigrams = Level(keys // words, keys % words, -rng.random(len(keys)), np.zeros(len(keys)))
    content = ngram_bytes(NgramModel.of_levels(vocabulary, [unigrams, bigrams]))
    begin = time.process_time()
    model = parse_ngram(memoryview(content), "lm.bin")
    assert time.process_time() - begin < 1
    assert sum(model.trie.level_sizes) > 990_000
