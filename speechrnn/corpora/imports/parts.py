"""Which parts of a source a user wants, and which split each of them is."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path

from speechrnn.corpora.auto_split import UNDECIDED
from speechrnn.corpora.split_name import split_of
from speechrnn.errors import UsageError


def choose_parts(source: Path, there: Mapping[str, Path], wanted: Sequence[str]) -> list[tuple[Path, str]]:
    """Choose among the parts of a source, and give each its split.

    Args:
        source: for messages.
        there: parts by name.
        wanted: names to take; empty: all, if their names leave no doubt.

    Raises:
        UsageError: no such part; or none is named, and a name says no split or two say the same.
    """
    for name in wanted:
        if name not in there:
            near = difflib.get_close_matches(name, there, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise UsageError(f"{source}: no part {name!r}; {hint}There are {', '.join(there)}")
    if wanted or len(there) == 1:
        return [(there[name], split_of(name) or UNDECIDED if wanted else UNDECIDED) for name in wanted or there]
    splits = {name: split_of(name) for name in there}
    unclear = [name for name, split in splits.items() if split is None] or _sharing(splits)
    if unclear:
        raise UsageError(
            f"{source}: several parts, and it is not clear which split these are: {', '.join(unclear)}; "
            f"name those to take, as in parts=[{','.join(there)}]"
        )
    return [(there[name], split or UNDECIDED) for name, split in splits.items()]


def _sharing(splits: Mapping[str, str | None]) -> list[str]:
    """Name the parts that claim a split together with another: `train` and `train_sp` hold the same speech twice."""
    taken = list(splits.values())
    return [name for name, split in splits.items() if taken.count(split) > 1]
