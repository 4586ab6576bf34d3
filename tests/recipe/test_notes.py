"""A recipe whose settings surprise says so before it trains, and no other does."""

import pytest

from speechrnn.recipe.notes import notes
from tests.recipe.conftest import Parse

ONE_WAY = "model.bidirectional=false"
CASES = {
    "as it comes": ((), []),
    "one way, live": ((ONE_WAY, "features.cmvn=global"), []),
    "one way, of whole utterances": ((ONE_WAY,), ["features.cmvn utterance"]),
    "ctc_crf judged greedily": (("loss.kind=ctc_crf",), ["--alpha 1 --beta 0"]),
    "ctc_crf with a language model": (("loss.kind=ctc_crf", "decoding.kind=beam", "decoding.lm=lm.bin"), []),
    "both": ((ONE_WAY, "loss.kind=ctc_crf"), ["features.cmvn utterance", "loss.kind ctc_crf"]),
}


@pytest.mark.parametrize("case", CASES)
def test_each_surprise_is_said_once(parse: Parse, case: str) -> None:
    settings, wanted = CASES[case]
    said = list(notes(parse("", *settings)))
    assert len(said) == len(wanted)
    assert all(part in note for part, note in zip(wanted, said, strict=True))
