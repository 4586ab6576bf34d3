"""Which published part is for training, which for choosing a model, which for judging it."""

from collections.abc import Mapping, Sequence

from speechrnn.corpora.auto_split import UNDECIDED
from speechrnn.corpora.split_name import split_of


def splits_of(parts: Sequence[str], published: Mapping[str, str], wanted: Sequence[str]) -> dict[str, str]:
    """Give each part a split.

    Args:
        parts: names of the parts that were found.
        published: splits of parts as the catalogue knows them; empty where names tell.
        wanted: parts the user asked for, all of which are used; empty for those whose split is known.

    Returns:
        Split by part. A part that is neither for training nor for judging is not in it, unless none is: then all are
        undecided, and splits are drawn. A part that was asked for and is for neither is train.
    """
    by_name = not published or bool(wanted)
    known = {part: published.get(part) or (by_name and split_of(part)) or UNDECIDED for part in parts}
    if not any(known.values()):
        return known
    return {part: split or "train" for part, split in known.items() if split or part in wanted}
