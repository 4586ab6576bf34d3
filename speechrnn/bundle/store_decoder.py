"""Give a model file the decoder it is to be used with, and the texts by which `check` holds it to that."""

from collections.abc import Mapping
from pathlib import Path

from speechrnn.bundle.amend import amend_bundle
from speechrnn.bundle.check import self_test_log_probs
from speechrnn.bundle.decoding import decoding_members
from speechrnn.bundle.read import read_bundle
from speechrnn.decoding.decoder import Decoder


def store_decoder(path: Path, decoder: Decoder, measured: Mapping[str, object]) -> None:
    """Put a decoder with all it names into a model file, in place of the one it had.

    Args:
        path: the model file.
        decoder: of the model's alphabet.
        measured: what the decoder brought when it was chosen; anything JSON can hold.

    Raises:
        BundleError: the file is damaged, or cannot be written.
    """
    bundle = read_bundle(path)
    log_probs = self_test_log_probs(bundle, bundle.self_tests())
    texts = [decoder.text(decoder.decode(frames)[0]) for frames in log_probs]
    amend_bundle(path, decoding_members(decoder, measured, texts))
