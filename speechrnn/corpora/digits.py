"""English digits of real and of synthetic voices in one corpus: what the model inside the package is trained on.

The real ones are the Free Spoken Digit Dataset (`fsdd.py`), the synthetic ones the strings of `spoken_digits.py`, made
in the same data folder. Test is never a mixture, so that its error is about one thing: synthetic voices that neither
train nor dev has heard, or, with `leave_out`, one real speaker. What FSDD publishes as its test part holds only voices
that are heard in training anyway, so here it is trained on.
"""

from dataclasses import replace
from pathlib import Path
from typing import Final

from speechrnn.corpora import fsdd, spoken_digits
from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.recipe import CorpusConfig


def list_utterances(source: Path, config: CorpusConfig) -> Listing:
    """List both corpora.

    Args:
        source: the folder of FSDD; the synthetic corpus lies beside it.
        config: whom to leave out, if anybody.

    Raises:
        CorpusError: no recordings, or `leave_out` names nobody of FSDD.
    """
    real = fsdd.list_utterances(source, config)
    made = spoken_digits.list_utterances(_made_beside(source), config)
    if config.leave_out is None:
        return Listing((*map(_heard, real.utterances), *made.utterances), real.problems)
    kept = (item for item in made.utterances if isinstance(item, Problem) or item.split != "test")
    return Listing((*real.utterances, *kept), real.problems)


def fingerprint(source: Path) -> str:
    """Return the mark of the synthetic part, which says how it was made."""
    return spoken_digits.fingerprint(_made_beside(source))


def _made_beside(source: Path) -> Path:
    return source.parent / spoken_digits.CORPUS.folders[0]


def _heard(item: Utterance | Problem) -> Utterance | Problem:
    """Train on a published test take: its speaker is heard in training anyway."""
    return replace(item, split="train") if isinstance(item, Utterance) and item.split == "test" else item


CORPUS: Final = Corpus(
    name="digits",
    title="English digits: the recordings of fsdd and the synthetic voices of spoken_digits together",
    language="en",
    licence="recordings CC BY-SA 4.0 (Free Spoken Digit Dataset); synthetic voices made here with espeak-ng",
    hours=1.2,
    num_speakers=63,
    num_bytes=fsdd.CORPUS.num_bytes,
    access="made here",
    folders=fsdd.CORPUS.folders,
    url=fsdd.CORPUS.url,
    how_to_get="`speechrnn prep digits --download` fetches the recordings",
    list_utterances=list_utterances,
    can_leave_out=True,
    beside=(spoken_digits.CORPUS,),
    archives=fsdd.CORPUS.archives,
    fingerprint=fingerprint,
)
