"""What was said and what was heard, as a table a person can read and a spreadsheet can open."""

from collections.abc import Sequence
from pathlib import Path

from speechrnn.atomic import write_bytes
from speechrnn.scoring.errors import score_each
from speechrnn.training.evaluate import Decoded

HEADER = "utterance\tword_errors\tlog_score\treference\thypothesis"


def write_hypotheses(path: Path, decoded: Sequence[Decoded]) -> None:
    """Write one tab-separated line per utterance, in corpus order."""
    lines = [
        f"{one.utterance_id}\t{count}\t{one.log_score:.4f}\t{one.reference}\t{one.hypothesis}"
        for one, count in zip(decoded, word_errors(decoded), strict=True)
    ]
    write_bytes(path, "\n".join([HEADER, *lines, ""]).encode())


def word_errors(decoded: Sequence[Decoded]) -> list[int]:
    """Count the word errors of each utterance."""
    each = score_each([one.reference for one in decoded], [one.hypothesis for one in decoded])
    return [one.words.errors for one in each]


def worst(decoded: Sequence[Decoded], count: int) -> list[tuple[int, Decoded]]:
    """Give the utterances with most word errors first, those without any left out."""
    paired = zip(word_errors(decoded), decoded, strict=True)
    ranked = sorted((pair for pair in paired if pair[0]), key=lambda pair: (-pair[0], pair[1].utterance_id))
    return ranked[:count]
