"""Which corpus an experiment uses, and how it is split."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Gt, Lt

from speechrnn.recipe.section import STRICT, Help

CorpusFormat = Literal["kaldi", "nemo", "commonvoice", "ljspeech", "lhotse", "webdataset", "shar", "eaf", "textgrid"]
"""Layouts that corpus `folder` reads besides its own."""

OptionValue = str | int | float | bool | tuple[str | int | float | bool, ...] | None
"""What a prepare function of lhotse may be given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusConfig:
    """The data of an experiment."""

    name: Annotated[str, Help("corpus, as `speechrnn prep --list` names it")]
    path: Annotated[
        str | None, Help("where the corpus lies; for `folder` a directory of audio with transcripts, or a table")
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
    language: Annotated[
        str | None, Help("language of the corpus, BCP 47 tag; chooses the part of a corpus that has several")
    ] = None
    parts: Annotated[
        tuple[str, ...], Help("published parts to prepare, by their own names; empty: those its recipes use, or all")
    ] = ()
    options: Annotated[
        dict[str, OptionValue], Help("options of lhotse's prepare function, as `speechrnn prep NAME --help` lists them")
    ] = field(default_factory=dict, hash=False)
    format: Annotated[
        CorpusFormat | None,
        Help("corpus `folder` only: its layout, one of those in docs/corpora.md; null recognises it"),
    ] = None
    tier: Annotated[str | None, Help("corpus `folder` only: which tier of an ELAN file or a TextGrid is spoken")] = None
    encoding: Annotated[
        str | None, Help("corpus `folder` only: encoding of its texts where it is not Unicode, such as cp1252")
    ] = None
    fix: Annotated[
        bool, Help("repair what is safe while preparing: NFC, spaces, times that reach out of their recording")
    ] = False
    allow_leak: Annotated[bool, Help("train although the same sound or speaker is in train and test")] = False

    __pydantic_config__ = STRICT
