"""CMU AN4 (1991) from its Sphinx archive, which holds cepstra instead of sound.

`etc/an4_train.fileids` names `feat/<fileid>.mfc`, `etc/an4_train.transcription` gives `TEXT (utterance-id)`. Text and
file are joined by the utterance id, never by line number. The archive publishes no dev part, so `dev_fraction` of the
*speakers* is drawn by `split_seed`. The test part is listed where the archive has its lists and `feat/an4test_clstk`.
"""

import re
from pathlib import Path
from typing import Final

from speechrnn.corpora.corpus import Archive, Corpus
from speechrnn.corpora.draw import draw
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

_LINE: Final = re.compile(r"(?:<s>\s*)?(?P<text>.*?)\s*(?:</s>\s*)?\((?P<id>[^()\s]+)\)")


def list_utterances(source: Path, config: CorpusConfig) -> Listing:
    """List the train part, split by speaker, and the test part where it is.

    Raises:
        CorpusError: the train lists are missing or hold a line that is no transcription.
    """
    train_ids = _lines(source / "etc" / "an4_train.fileids")
    dev = draw((_speaker(fileid) for fileid in train_ids), config.dev_fraction, config.split_seed)
    train_texts = _transcripts(source / "etc" / "an4_train.transcription")
    found = [_find(source, fileid, train_texts, "dev" if _speaker(fileid) in dev else "train") for fileid in train_ids]
    if (source / "etc" / "an4_test.fileids").exists() and (source / "feat" / "an4test_clstk").is_dir():
        test_texts = _transcripts(source / "etc" / "an4_test.transcription")
        found += [_find(source, fileid, test_texts, "test") for fileid in _lines(source / "etc" / "an4_test.fileids")]
    utterances = tuple(item for item in found if isinstance(item, Utterance))
    return Listing(utterances, tuple(item for item in found if isinstance(item, Problem)))


def _find(source: Path, fileid: str, texts: dict[str, str], split: str) -> Utterance | Problem:
    """Join one file with its transcript."""
    path = source / "feat" / f"{fileid}.mfc"
    utterance_id = Path(fileid).name
    if utterance_id not in texts:
        return Problem(utterance_id, str(path), "missing_text", "no transcription line has this id")
    return Utterance(
        utterance_id=utterance_id, split=split, path=path, text=texts[utterance_id], speaker=_speaker(fileid)
    )


def _speaker(fileid: str) -> str:
    """Read the speaker off `an4_clstk/fash/an251-fash-b`: the folder."""
    return Path(fileid).parent.name


def _transcripts(path: Path) -> dict[str, str]:
    """Read transcription lines into text by utterance id."""
    texts: dict[str, str] = {}
    for number, line in enumerate(_lines(path), start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise CorpusError(f"{path}:{number}: {line!r} is no transcription; wanted TEXT (utterance-id)")
        texts[match["id"]] = match["text"].strip()
    return texts


def _lines(path: Path) -> list[str]:
    """Read the lines of a list that are not blank."""
    try:
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CorpusError(f"corpus an4: {path} cannot be read ({error.strerror or error}); unpack it again") from error
    return [line.strip() for line in content.splitlines() if line.strip()]


CORPUS: Final = Corpus(
    name="an4",
    title="CMU AN4 (census): spelled names, numbers and dates, as Sphinx cepstra",
    language="en",
    licence="free for any purpose with CMU's notice kept (BSD-like)",
    size="0.8 h, 948 train utterances, 74 speakers, and 130 test utterances",
    folders=("an4_mfc",),
    url="http://www.speech.cs.cmu.edu/databases/an4/",
    how_to_get="unpack its Sphinx MFCC archive there, or `speechrnn prep an4 --download --mirror PLACE`",
    list_utterances=list_utterances,
    stores="sphinx_features",
    draws_split=True,
    archive=Archive(file="an4_mfc.tar.gz", url=None),
)
