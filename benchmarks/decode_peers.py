"""The peers of `bench_decode.py`, in an environment of their own since pyctcdecode needs an older NumPy.

`python decode_peers.py PEER FOLDER` opens what `decode_task.py` wrote, says `ready`, and for every line on stdin,
`whole` or `pruned`, decodes all utterances and answers with the texts as JSON. It knows nothing of speechrnn.
"""

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

BEAM, ALPHA, BETA = 100, 0.8, 0.5
NOTHING_PRUNED = 1e6
BEAM_THRESHOLD, TOKEN_THRESHOLD, TOKENS = 20.0, 10.0, 10
"""The defaults of our recipes; flashlight takes a number of labels per frame for a threshold: what ours leaves."""

Decode = Callable[[np.ndarray], str]


def main() -> None:
    """Answer until stdin ends."""
    peer, folder = sys.argv[1], Path(sys.argv[2])
    task = json.loads((folder / "task.json").read_text())
    make = {"pyctcdecode": pyctcdecode, "flashlight": flashlight}[peer]
    arpa, symbols, words = folder / "lm.arpa", task["symbols"], task["words"]
    try:
        decoders = {pruned: make(arpa, symbols, words, pruned) for pruned in (False, True)}
    except (ImportError, AttributeError) as error:  # flashlight without kenlm lacks a class
        print(f"it cannot be had here: {error}", flush=True)
        return
    utterances = np.load(folder / "log_probs.npy")
    print("ready", flush=True)
    for line in sys.stdin:
        decode = decoders[line.strip() == "pruned"]
        print(json.dumps([decode(log_probs) for log_probs in utterances]), flush=True)


def pyctcdecode(arpa: Path, symbols: list[str], words: list[str], pruned: bool) -> Decode:
    """Make its decoder; words outside the vocabulary stay possible, it has no other way."""
    from pyctcdecode import build_ctcdecoder

    decoder = build_ctcdecoder(["", *symbols], str(arpa), unigrams=words, alpha=ALPHA, beta=BETA)
    beam, token = (BEAM_THRESHOLD, TOKEN_THRESHOLD) if pruned else (NOTHING_PRUNED, NOTHING_PRUNED)
    return lambda log_probs: str(
        decoder.decode(log_probs, beam_width=BEAM, beam_prune_logp=-beam, token_min_logp=-token)
    )


def flashlight(arpa: Path, symbols: list[str], words: list[str], pruned: bool) -> Decode:
    """Make its lexicon decoder, as torchaudio does: a closed vocabulary, the best word ahead smeared over the trie."""
    from flashlight.lib.text import decoder as library
    from flashlight.lib.text.dictionary import Dictionary

    dictionary = Dictionary()
    for word in [*words, "<unk>"]:
        dictionary.add_entry(word)
    lm = library.KenLM(str(arpa), dictionary)
    ids = {symbol: number for number, symbol in enumerate(symbols, start=1)}
    trie, start = library.Trie(len(symbols) + 1, ids[" "]), lm.start(False)
    for word in words:
        number = dictionary.get_index(word)
        trie.insert([*(ids[letter] for letter in word), ids[" "]], number, lm.score(start, number)[1])
    trie.smear(library.SmearingMode.MAX)
    options = library.LexiconDecoderOptions(
        beam_size=BEAM,
        beam_size_token=TOKENS if pruned else len(symbols) + 1,
        beam_threshold=BEAM_THRESHOLD if pruned else NOTHING_PRUNED,
        lm_weight=ALPHA * math.log(10),  # its language model speaks in decimal logs
        word_score=BETA,
        unk_score=-math.inf,
        sil_score=0.0,
        log_add=True,
        criterion_type=library.CriterionType.CTC,
    )
    decoder = library.LexiconDecoder(options, trie, lm, ids[" "], 0, dictionary.get_index("<unk>"), [], False)

    def decode(log_probs: np.ndarray) -> str:
        # A word ends with its space here, so the utterance must: one sure frame of it more.
        end = np.full((1, log_probs.shape[1]), -30.0, dtype=np.float32)
        end[0, ids[" "]] = 0.0
        frames = np.ascontiguousarray(np.concatenate([log_probs, end]))
        best = decoder.decode(frames.ctypes.data, *frames.shape)[0]
        return " ".join(dictionary.get_entry(number) for number in best.words if number >= 0)

    return decode


if __name__ == "__main__":
    main()
