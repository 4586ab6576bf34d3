"""What was said and what was heard, as a table a person can read and a spreadsheet can open."""

from collections.abc import Sequence
from pathlib import Path

from speechrnn.atomic import write_bytes
from speechrnn.decoding.decoder import Decoder
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.errors import UsageError
from speechrnn.scoring.errors import score_each
from speechrnn.training.evaluate import Decoded, Evaluation

HEADER = "utterance\tword_errors\tlog_score\treference\thypothesis"


def write_hypotheses(path: Path, decoded: Sequence[Decoded]) -> None:
    """Write one tab-separated line per utterance, in corpus order."""
    lines = [
        f"{one.utterance_id}\t{count}\t{one.log_score:.4f}\t{one.reference}\t{one.hypothesis}"
        for one, count in zip(decoded, word_errors(decoded), strict=True)
    ]
    write_bytes(path, "\n".join([HEADER, *lines, ""]).encode())


def write_nbest(path: Path, evaluation: Evaluation, decoder: Decoder) -> None:
    """Write every hypothesis of every utterance, best first: its log score, what graphs gave it, and its text."""
    header = "\t".join(["utterance", "rank", "log_score", "acoustic", *decoder.part_names, "hypothesis"])
    lines = [
        "\t".join([one.utterance_id, str(rank), *map("{:.4f}".format, _scores(hypothesis)), decoder.text(hypothesis)])
        for one, hypotheses in zip(evaluation.decoded, evaluation.hypotheses, strict=True)
        for rank, hypothesis in enumerate(hypotheses, start=1)
    ]
    write_bytes(path, "\n".join([header, *lines, ""]).encode())


def _scores(hypothesis: Hypothesis) -> list[float]:
    return [hypothesis.score, hypothesis.score - sum(hypothesis.parts), *hypothesis.parts]


def read_hypotheses(path: Path) -> list[Decoded]:
    """Read back what `write_hypotheses` wrote.

    Raises:
        UsageError: the file is not there, or holds a line of another form.
    """
    try:
        header, *lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error}); decode the split again") from error
    if header != HEADER:
        raise UsageError(
            f"{path}: begins with {header[:60]!r}, a table of hypotheses was wanted; decode the split again"
        )
    return [_read_line(path, number, line) for number, line in enumerate(lines, start=2)]


def _read_line(path: Path, number: int, line: str) -> Decoded:
    try:
        utterance_id, _, log_score, reference, hypothesis = line.split("\t")
        return Decoded(utterance_id, reference, hypothesis, float(log_score))
    except ValueError as error:
        raise UsageError(
            f"{path}:{number}: {line[:60]!r} came, five cells were wanted; decode the split again"
        ) from error


def word_errors(decoded: Sequence[Decoded]) -> list[int]:
    """Count the word errors of each utterance."""
    each = score_each([one.reference for one in decoded], [one.hypothesis for one in decoded])
    return [one.words.errors for one in each]


def worst(decoded: Sequence[Decoded], count: int) -> list[tuple[int, Decoded]]:
    """Give the utterances with most word errors first, those without any left out."""
    paired = zip(word_errors(decoded), decoded, strict=True)
    ranked = sorted((pair for pair in paired if pair[0]), key=lambda pair: (-pair[0], pair[1].utterance_id))
    return ranked[:count]
