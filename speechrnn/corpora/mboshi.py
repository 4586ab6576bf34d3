"""Mboshi-French parallel corpus (Godard et al. 2018): Bantu C25, unwritten, recorded in the field at 16 kHz.

`full_corpus_newsplit/train` and `/dev` hold `<name>.wav` beside `<name>.mb.cleaned`, its linguists' transcript. The
published dev part is scored as `test` where it is there; `dev_fraction` of train is drawn by `split_seed` to be
dev. Utterances are drawn, not speakers: there are three of them, and one spoke most of the corpus.
"""

from pathlib import Path
from typing import Final

from speechrnn.corpora.corpus import Archive, Corpus
from speechrnn.corpora.draw import draw
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

_TRANSCRIPT: Final = ".mb.cleaned"


def list_utterances(source: Path, config: CorpusConfig) -> Listing:
    """List the published train part, split in two, and the published dev part as test.

    Raises:
        CorpusError: no train recordings.
    """
    root = source / "full_corpus_newsplit"
    train = _names(root / "train")
    if not train:
        raise CorpusError(f"corpus mboshi: {root / 'train'} holds no recordings; unpack the corpus again")
    dev = draw(train, config.dev_fraction, config.split_seed)
    found = [_find(root / "train", name, "dev" if name in dev else "train") for name in train]
    found += [_find(root / "dev", name, "test") for name in _names(root / "dev")]
    utterances = tuple(item for item in found if isinstance(item, Utterance))
    return Listing(utterances, tuple(item for item in found if isinstance(item, Problem)))


def _names(folder: Path) -> list[str]:
    """Name everything that has a recording or a transcript, so that neither can go missing unseen."""
    recorded = {file.name.removesuffix(".wav") for file in folder.glob("*.wav")}
    return sorted(recorded | {file.name.removesuffix(_TRANSCRIPT) for file in folder.glob(f"*{_TRANSCRIPT}")})


def _find(folder: Path, name: str, split: str) -> Utterance | Problem:
    """Join a recording with its transcript; the speaker is the first part of the name."""
    audio, transcript = folder / f"{name}.wav", folder / f"{name}{_TRANSCRIPT}"
    try:
        text = transcript.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        return Problem(name, str(audio), "missing_text", f"its transcript {transcript.name} cannot be read ({error})")
    return Utterance(utterance_id=name, split=split, path=audio, text=text, speaker=name.split("_")[0])


CORPUS: Final = Corpus(
    name="mboshi",
    title="Mboshi-French parallel corpus: an unwritten Bantu language, read in the field",
    language="mdw",
    licence="none stated by its host; made available for research, cite Godard et al. 2018",
    hours=4.4,
    num_speakers=3,
    access="download",
    folders=("mboshi-french-parallel-corpus", "mboshi-french-parallel-corpus-*"),
    url="https://github.com/besacier/mboshi-french-parallel-corpus",
    how_to_get="`speechrnn prep mboshi --download` fetches it",
    list_utterances=list_utterances,
    draws_split=True,
    archives=(
        Archive(  # a branch, packed anew on request: neither size nor checksum lasts
            file="mboshi-french-parallel-corpus.tar.gz",
            url="https://github.com/besacier/mboshi-french-parallel-corpus/archive/refs/heads/master.tar.gz",
        ),
    ),
)
