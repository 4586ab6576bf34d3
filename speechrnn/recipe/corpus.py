"""Which corpus an experiment uses, and how it is split."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, Lt

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusConfig:
    """The data of an experiment."""

    name: Annotated[str, Help("corpus, as `speechrnn prep --list` names it")]
    path: Annotated[
        str | None, Help("corpus `folder` only: directory of audio with transcripts, or a CSV/TSV/JSONL table")
    ] = None
    leave_out: Annotated[str | None, Help("test on this speaker alone and train on the others")] = None
    folds: Annotated[
        tuple[str, ...], Help("speakers to leave out in turn, one training each; the mean over them is reported")
    ] = ()
    dev_fraction: Annotated[
        float, Gt(0), Lt(0.5), Help("share of the training part set aside as dev, where the corpus publishes none")
    ] = 0.1
    split_seed: Annotated[
        int, Help("seed of every split that is drawn; apart from `seed`, so that seeds compare on one split")
    ] = 0

    __pydantic_config__ = STRICT
