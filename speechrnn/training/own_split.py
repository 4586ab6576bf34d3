"""One split of the corpus that a finished model was trained on, ready to be run through it."""

from dataclasses import dataclass
from pathlib import Path

from lhotse import CutSet

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data.cuts import check_kind, load_split
from speechrnn.data.loader import Loader
from speechrnn.data.source import open_cache
from speechrnn.errors import UsageError
from speechrnn.text.normalize import pipeline
from speechrnn.training.system import System, load_system


@dataclass(frozen=True, slots=True, eq=False)
class OwnSplit:
    """A model with its front end, the utterances of the split, what reads them, and the name of the corpus."""

    system: System
    cuts: CutSet
    loader: Loader
    corpus: str

    @property
    def batch_seconds(self) -> float:
        """Audio per batch, as in training."""
        return self.system.recipe.training.batch_seconds


def open_split(model: Path, split: str, data_directory: Path) -> OwnSplit:
    """Open a model file and a split of its corpus.

    Args:
        model: the model file; its recipe says which corpus.
        split: train, dev or test.
        data_directory: holds the corpora.

    Raises:
        UsageError: the corpus has no such split.
        CorpusError: the corpus is absent.
        FeatureError: it holds sound where the model was trained on stored cepstra, or the other way round.
        BundleError: the model file is damaged.
    """
    system = load_system(model)
    pipeline(system.recipe.text)  # what it lacks is said before the corpus is read
    corpus = prepare_corpus(system.recipe.corpus, data_directory)
    if split not in corpus.splits:
        raise UsageError(f"{corpus.name}: no split {split!r}; --split takes {', '.join(corpus.splits)}")
    cuts = load_split(corpus.directory, split)
    check_kind(cuts, system.recipe.features, corpus.name)
    loader = Loader(system.recipe, system.extractor, system.alphabet, cache=open_cache(system.recipe, data_directory))
    return OwnSplit(system, cuts, loader, corpus.name)
