"""The binary form of an n-gram model: the arrays of its trie as they lie in memory, so that it opens at once.

Little-endian: 8 bytes `srnn-ngm`, then as 32-bit whole numbers the version, the CRC-32 of all that follows, the order
and the bytes of the vocabulary, and then the number of n-grams of each order; then the six arrays of `ngram_trie.Trie`,
`words`, `log_probs`, `after`, `first`, `back_offs`, `links`, four bytes an entry; then the words in UTF-8, one a line.
"""

import struct
import zlib
from itertools import accumulate
from typing import Final

import numpy as np

from speechrnn.decoding.ngram import NgramModel
from speechrnn.decoding.ngram_trie import Trie
from speechrnn.errors import LanguageModelError

MAGIC: Final = b"srnn-ngm"
VERSION: Final = 1
_HEADER: Final = struct.Struct("<8s4I")
_UNCHECKED: Final = 16
"""Bytes before those that the checksum covers."""
_MAX_ORDER: Final = 100


def ngram_bytes(model: NgramModel) -> bytes:
    """Give the content of a file that holds the model."""
    trie, words = model.trie, "\n".join(model.vocabulary).encode()
    arrays = (trie.words, trie.log_probs, trie.after, trie.first, trie.back_offs, trie.links)
    body = b"".join(
        [
            struct.pack("<2I", model.order, len(words)),
            struct.pack(f"<{model.order}I", *trie.level_sizes),
            *(array.astype(array.dtype.newbyteorder("<")).tobytes() for array in arrays),
            words,
        ]
    )
    return MAGIC + struct.pack("<2I", VERSION, zlib.crc32(body)) + body


def parse_ngram(content: bytes | memoryview, source: str) -> NgramModel:
    """Read what `ngram_bytes` gave; the arrays stay where they are, in `content`.

    Args:
        content: the whole file, which may be one mapped into memory.
        source: its name, for messages.

    Raises:
        LanguageModelError: it is no such file, of another version, cut or altered.
    """
    if len(content) < _HEADER.size or bytes(content[: len(MAGIC)]) != MAGIC:
        raise LanguageModelError(f"{source}: no binary n-gram model; `speechrnn lm convert` makes one of an ARPA file")
    _, version, checksum, order, num_bytes = _HEADER.unpack_from(content)
    if version != VERSION:
        raise LanguageModelError(
            f"{source}: format version {version} came, {VERSION} was wanted; convert the ARPA file again"
        )
    if zlib.crc32(memoryview(content)[_UNCHECKED:]) != checksum or not 0 < order <= _MAX_ORDER:
        raise LanguageModelError(
            f"{source}: the checksum does not fit, the file is cut or altered; fetch or make it again"
        )
    sizes = struct.unpack_from(f"<{order}I", content, _HEADER.size)
    trie = _trie(content, sizes, _HEADER.size + 4 * order, num_bytes)
    if trie is None or not _is_sound(trie):
        raise LanguageModelError(f"{source}: its n-grams do not hang together; make it again")
    vocabulary = bytes(content[len(content) - num_bytes :]).decode("utf-8", "replace").split("\n")
    try:
        return NgramModel(vocabulary, trie)
    except ValueError as error:
        raise LanguageModelError(f"{source}: {error}; make it again") from error


def _trie(content: bytes | memoryview, sizes: tuple[int, ...], start: int, num_bytes: int) -> Trie | None:
    """Lay arrays over the content; None if it is not as long as they are."""
    nodes, histories = 1 + sum(sizes), 1 + sum(sizes[:-1])
    lengths = (nodes, nodes, nodes, histories + 1, histories, histories)
    if start + 4 * sum(lengths) + num_bytes != len(content):
        return None
    starts = [start + 4 * skipped for skipped in accumulate(lengths, initial=0)]

    def whole(place: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
        return np.frombuffer(content, "<i4", lengths[place], starts[place]).astype(np.int32, copy=False)

    def real(place: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return np.frombuffer(content, "<f4", lengths[place], starts[place]).astype(np.float32, copy=False)

    return Trie(
        level_sizes=sizes,
        words=whole(0),
        log_probs=real(1),
        after=whole(2),
        first=whole(3),
        back_offs=real(4),
        links=whole(5),
    )


def _is_sound(trie: Trie) -> bool:
    """Tell whether every number leads somewhere and every chain of back-offs ends, whoever wrote the file."""
    vocab, nodes, histories = trie.level_sizes[0], len(trie.words), len(trie.links)
    first = trie.first
    return bool(
        first[0] == 1
        and first[1] == 1 + vocab
        and first[-1] == nodes
        and (np.diff(first) >= 0).all()
        and (trie.words[1:] >= 0).all()
        and (trie.words < vocab).all()
        and (trie.after >= 0).all()
        and (trie.after < histories).all()
        and (trie.links >= 0).all()
        and (trie.links[1:] < np.arange(1, histories)).all()
        and (trie.log_probs <= 0).all()
        and (trie.back_offs < np.inf).all()
    )
