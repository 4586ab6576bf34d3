"""CMU AN4 (1991), as NIST SPHERE sound or as Sphinx cepstra: two archives of one corpus, sound preferred.

`etc/an4_train.fileids` names `wav/<fileid>.sph` or `feat/<fileid>.mfc`, `etc/an4_train.transcription` gives
`TEXT (utterance-id)`. Text and file are joined by the utterance id, never by line number. No dev part is published, so
`dev_fraction` of the *speakers* is drawn by `split_seed`, the same ones of either archive. The test part is listed
where its lists and its folder are.
"""

import re
from pathlib import Path
from typing import Final

from speechrnn.corpora.corpus import Archive, Corpus
from speechrnn.corpora.draw import draw
from speechrnn.corpora.measure import Stores
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

_FILES: Final[dict[Stores, tuple[str, str]]] = {"audio": ("wav", ".sph"), "sphinx_features": ("feat", ".mfc")}
_LINE: Final = re.compile(r"(?:<s>\s*)?(?P<text>.*?)\s*(?:</s>\s*)?\((?P<id>[^()\s]+)\)")


def list_utterances(source: Path, config: CorpusConfig) -> Listing:
    """List the train part, split by speaker, and the test part where it is.

    Raises:
        CorpusError: the train lists are missing or hold a line that is no transcription.
    """
    folder = source / _FILES[stores_in(source)][0]
    train_ids = _lines(source / "etc" / "an4_train.fileids")
    dev = draw((_speaker(fileid) for fileid in train_ids), config.dev_fraction, config.split_seed)
    train_texts = _transcripts(source / "etc" / "an4_train.transcription")
    found = [_find(source, fileid, train_texts, "dev" if _speaker(fileid) in dev else "train") for fileid in train_ids]
    if (source / "etc" / "an4_test.fileids").exists() and (folder / "an4test_clstk").is_dir():
        test_texts = _transcripts(source / "etc" / "an4_test.transcription")
        found += [_find(source, fileid, test_texts, "test") for fileid in _lines(source / "etc" / "an4_test.fileids")]
    utterances = tuple(item for item in found if isinstance(item, Utterance))
    return Listing(utterances, tuple(item for item in found if isinstance(item, Problem)))


def stores_in(source: Path) -> Stores:
    """Tell which of the two archives a folder is from."""
    return "audio" if (source / _FILES["audio"][0]).is_dir() else "sphinx_features"


def _find(source: Path, fileid: str, texts: dict[str, str], split: str) -> Utterance | Problem:
    """Join one file with its transcript."""
    folder, ending = _FILES[stores_in(source)]
    path = source / folder / f"{fileid}{ending}"
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
    title="CMU AN4 (census): spelled names, numbers and dates, as sound or as Sphinx cepstra",
    language="en",
    licence="free for any purpose with CMU's notice kept (BSD-like)",
    hours=0.8,
    num_speakers=74,
    num_bytes=64_300_000,
    access="download",
    folders=("an4", "an4_mfc"),
    url="http://www.speech.cs.cmu.edu/databases/an4/",
    how_to_get="`speechrnn prep an4 --download` fetches the sound, or unpack its Sphinx MFCC archive there",
    list_utterances=list_utterances,
    stores_in=stores_in,
    draws_split=True,
    archives=(
        Archive(  # CMU's own host speaks http only; this is the copy that NVIDIA's NeMo takes
            file="an4_sphere.tar.gz",
            url="https://dldata-public.s3.us-east-2.amazonaws.com/an4_sphere.tar.gz",
            instead=("an4_mfc.tar.gz",),
        ),
    ),
)
