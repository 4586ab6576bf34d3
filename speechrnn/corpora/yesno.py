"""YesNo (OpenSLR 1): one speaker says eight times yes or no, in Hebrew, sixty recordings at 8 kHz.

The words stand in the file name, `1_0_0_1_...wav`, 1 for yes. The split is lhotse's: of the sorted files the first,
third, fifth ... are train and every second one is test, 30 and 30. No dev part is published, so `dev_fraction` of the
30 train files (3 by default) is drawn by `split_seed`; dev and train do not overlap, or dev would measure memory.
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

_NAME: Final = re.compile(r"[01](_[01])*")
_WORDS: Final = {"0": "NO", "1": "YES"}
SPEAKER: Final = "yesno"


def list_utterances(source: Path, config: CorpusConfig) -> Listing:
    """List the recordings by file name.

    Raises:
        CorpusError: no recordings.
    """
    files = sorted(source.glob("*.wav"))
    if not files:
        raise CorpusError(f"corpus yesno: {source} holds no .wav files; unpack the corpus again")
    dev = draw((file.stem for file in files[::2]), config.dev_fraction, config.split_seed)
    utterances: list[Utterance] = []
    problems: list[Problem] = []
    # Misnamed files keep their place in the order, so that one of them does not swap train and test for the rest.
    for position, file in enumerate(files):
        if not _NAME.fullmatch(file.stem):
            problems.append(Problem(file.stem, str(file), "bad_name", "wanted a name like 1_0_1_1_0_1_0_0.wav"))
            continue
        split = "test" if position % 2 else "dev" if file.stem in dev else "train"
        text = " ".join(_WORDS[digit] for digit in file.stem.split("_"))
        utterances.append(Utterance(utterance_id=file.stem, split=split, path=file, text=text, speaker=SPEAKER))
    return Listing(tuple(utterances), tuple(problems))


CORPUS: Final = Corpus(
    name="yesno",
    title="YesNo: eight words a file, yes or no, in Hebrew",
    language="he",
    licence="free to use, published by its anonymous speaker for trying out Kaldi",
    hours=0.1,
    num_speakers=1,
    num_bytes=4_700_000,
    access="download",
    folders=("waves_yesno",),
    url="https://www.openslr.org/1/",
    how_to_get="`speechrnn prep yesno --download` fetches it",
    list_utterances=list_utterances,
    draws_split=True,
    archives=(
        Archive(
            file="waves_yesno.tar.gz",
            url="https://www.openslr.org/resources/1/waves_yesno.tar.gz",
            sha256="30301975fd8c5cac4040c261c0852f57cfa8adbbad2ce78e77e4986957445f27",
        ),
    ),
)
