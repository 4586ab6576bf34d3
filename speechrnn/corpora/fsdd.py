"""Free Spoken Digit Dataset: six speakers say each English digit fifty times, 8 kHz.

Files are `recordings/{digit}_{speaker}_{take}.wav`. The official split makes takes 0 to 4 test and 5 to 49 train. Dev
is one take in ten, those that end in 5: takes were recorded in a row, so neighbours sound alike, and every tenth take
covers the whole session for every speaker and digit. With a speaker left out, that speaker is test, whole, and the
dev takes of the others stay the same.
"""

import re
from pathlib import Path
from typing import Final

from speechrnn.corpora.corpus import Archive, Corpus
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

_WORDS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NAME: Final = re.compile(r"(?P<digit>\d)_(?P<speaker>[^_]+)_(?P<take>\d+)")
_NUM_TEST_TAKES: Final = 5


def list_utterances(source: Path, config: CorpusConfig) -> Listing:
    """List the recordings by file name.

    Raises:
        CorpusError: no recordings, or `leave_out` names a speaker who is not there.
    """
    files = sorted((source / "recordings").glob("*.wav"))
    if not files:
        raise CorpusError(f"corpus fsdd: {source / 'recordings'} holds no .wav files; unpack the corpus again")
    matches = [(file, _NAME.fullmatch(file.stem)) for file in files]
    speakers = sorted({match["speaker"] for _, match in matches if match})
    if config.leave_out is not None and config.leave_out not in speakers:
        raise CorpusError(
            f"corpus fsdd: no speaker {config.leave_out!r} to leave out; choose from {', '.join(speakers)}"
        )
    utterances = [_utterance(file, match, config.leave_out) for file, match in matches if match]
    problems = [_misnamed(file) for file, match in matches if not match]
    return Listing(tuple(utterances), tuple(problems))


def split_of(speaker: str, take: int, leave_out: str | None) -> str:
    """Name the split of a take.

    >>> split_of("theo", 4, None), split_of("theo", 5, None), split_of("theo", 6, None), split_of("theo", 4, "lucas")
    ('test', 'dev', 'train', 'train')
    """
    is_test = take < _NUM_TEST_TAKES if leave_out is None else speaker == leave_out
    if is_test:
        return "test"
    return "dev" if take % 10 == 5 else "train"


def _utterance(file: Path, match: re.Match[str], leave_out: str | None) -> Utterance:
    """Read digit, speaker and take off a file name."""
    speaker = match["speaker"]
    split = split_of(speaker, int(match["take"]), leave_out)
    return Utterance(utterance_id=file.stem, split=split, path=file, text=_WORDS[int(match["digit"])], speaker=speaker)


def _misnamed(file: Path) -> Problem:
    """Set aside a recording whose name says neither digit nor speaker."""
    return Problem(file.stem, str(file), "bad_name", "wanted a name like 7_jackson_32.wav (digit, speaker, take)")


CORPUS: Final = Corpus(
    name="fsdd",
    title="Free Spoken Digit Dataset: single English digits",
    language="en",
    licence="CC BY-SA 4.0",
    hours=0.4,
    num_speakers=6,
    num_bytes=16_000_000,
    access="download",
    folders=("free-spoken-digit-dataset-master", "free-spoken-digit-dataset", "free-spoken-digit-dataset-*"),
    url="https://github.com/Jakobovski/free-spoken-digit-dataset",
    how_to_get="`speechrnn prep fsdd --download` fetches it",
    list_utterances=list_utterances,
    can_leave_out=True,
    archives=(
        Archive(  # a branch, packed anew on request: neither size nor checksum lasts
            file="free-spoken-digit-dataset.tar.gz",
            url="https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/heads/master.tar.gz",
        ),
    ),
)
