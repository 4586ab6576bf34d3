"""Which importer reads what a user points at: the one that is named, or the one whose layout it is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from speechrnn.corpora.imports import eaf, textgrid
from speechrnn.corpora.imports.common_voice import is_common_voice, list_common_voice
from speechrnn.corpora.imports.kaldi import is_kaldi, list_kaldi
from speechrnn.corpora.imports.lhotse_manifests import is_lhotse, list_lhotse
from speechrnn.corpora.imports.ljspeech import is_ljspeech, list_ljspeech
from speechrnn.corpora.imports.nemo import is_nemo, list_nemo
from speechrnn.corpora.imports.shar import is_shar, list_shar
from speechrnn.corpora.imports.tiers import is_annotated, list_eaf, list_textgrid
from speechrnn.corpora.imports.webdataset import is_webdataset, list_webdataset
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError, UsageError
from speechrnn.recipe import CorpusConfig

ListItems = Callable[[Path, CorpusConfig], Iterator[Utterance | Problem]]


@dataclass(frozen=True, slots=True)
class Importer:
    """One layout.

    Attributes:
        recognises: tells whether a file or a folder has it.
        list_items: lists the utterances there, those without a published split undecided.
        wanted: what there must be, for a message.
        takes: which of `parts`, `tier` and `encoding` mean something for it.
    """

    recognises: Callable[[Path], bool]
    list_items: ListItems
    wanted: str
    takes: tuple[str, ...]

    @property
    def is_annotation(self) -> bool:
        """Whether its files may also lie with recordings that have transcripts of their own beside them."""
        return "tier" in self.takes


_is_eaf, _is_textgrid = (partial(is_annotated, suffix=module.SUFFIX) for module in (eaf, textgrid))
_COMMON_VOICE: Final = "clips/ with train.tsv or validated.tsv beside it"
_SHAR: Final = "cuts.000000.jsonl.gz and recording.000000.tar, or folders of them"
_PARTS: Final = ("parts",)
_OWN: Final = "a folder or table of recordings"

IMPORTERS: Final[Mapping[str, Importer]] = MappingProxyType(
    {
        "kaldi": Importer(is_kaldi, list_kaldi, "wav.scp and text in it, or in folders in it", _PARTS),
        "commonvoice": Importer(is_common_voice, list_common_voice, _COMMON_VOICE, _PARTS),
        "ljspeech": Importer(is_ljspeech, list_ljspeech, "metadata.csv with lines NAME|TEXT, and wavs/", ("encoding",)),
        "nemo": Importer(is_nemo, list_nemo, "JSON lines with audio_filepath and text", _PARTS),
        "lhotse": Importer(is_lhotse, list_lhotse, "recordings and supervisions, or cuts, as JSON lines", _PARTS),
        "shar": Importer(is_shar, list_shar, _SHAR, _PARTS),
        "webdataset": Importer(is_webdataset, list_webdataset, "tar archives of sound with .txt or .json", _PARTS),
        "eaf": Importer(_is_eaf, list_eaf, "ELAN files (.eaf)", ("tier",)),
        "textgrid": Importer(_is_textgrid, list_textgrid, "TextGrids", ("tier", "encoding")),
    }
)


def find_importer(source: Path, config: CorpusConfig, has_pairs: Callable[[], bool]) -> ListItems | None:
    """Choose what lists a source, or None for the layouts of corpus `folder` itself.

    Args:
        source: a file or a folder.
        config: `format` names the layout; `tier` says that annotations are meant.
        has_pairs: tells whether the folder holds a sound file with its transcript beside it; asked only if it matters.

    Raises:
        CorpusError: what the user named is not there.
        UsageError: several layouts are there and none is named, or a setting means nothing for the layout.
    """
    name = config.format or _recognise(source, has_pairs if config.tier is None else lambda: False)
    importer = IMPORTERS[name] if name else None
    takes = importer.takes if importer else ("encoding",)
    for setting in ("parts", "tier", "encoding"):
        if getattr(config, setting) and setting not in takes:
            raise UsageError(f"{source}: {name or _OWN} takes no {setting}, only {' and '.join(takes)}; leave it out")
    if importer and config.format and not importer.recognises(source):
        raise CorpusError(f"{source}: format={name}, but it holds no {importer.wanted}")
    return importer.list_items if importer else None


def _recognise(source: Path, has_pairs: Callable[[], bool]) -> str | None:
    """Name the only layout a source can have besides our own."""
    found = [name for name, importer in IMPORTERS.items() if importer.recognises(source)]
    if found and all(IMPORTERS[name].is_annotation for name in found) and has_pairs():
        return None
    if len(found) > 1:
        raise UsageError(f"{source}: could be {' or '.join(found)}; say which with format=NAME")
    return found[0] if found else None
