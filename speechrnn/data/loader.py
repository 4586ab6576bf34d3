"""From planned cuts to a padded Batch: read, augment, extract features, encode text.

Every random draw comes from the recipe's seed, the epoch and the utterance's id, never from the order of work, so a
resumed run sees exactly what an uninterrupted one would have seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from lhotse import CutSet
from lhotse.cut import MonoCut
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from speechrnn.data.batches import Batch
from speechrnn.data.concatenate import parts_of
from speechrnn.data.cuts import utterance_text
from speechrnn.data.draws import utterance_draws
from speechrnn.data.feature_cache import FeatureCache
from speechrnn.data.one_thread import one_thread
from speechrnn.data.perturb import perturbed_static
from speechrnn.data.source import Source
from speechrnn.errors import AudioError, FeatureError
from speechrnn.features.augment.masks import mask_features
from speechrnn.features.extract import FeatureExtractor
from speechrnn.recipe import Recipe
from speechrnn.text.alphabet import Alphabet
from speechrnn.text.normalize import normalize


@dataclass(frozen=True, slots=True)
class Utterance:
    """One utterance on its way into a batch; `static` are its static features `(time, num_static)`."""

    utterance_id: str
    text: str
    labels: list[int]
    static: NDArray[np.float32]
    seconds: float
    draw: np.random.Generator | None


@dataclass(slots=True)
class Loader:
    """Makes batches for one experiment.

    `failures` lasts over calls: it maps the id of every utterance that could not be read to the reason. `cache` keeps
    what was read and computed; None computes everything anew. `for_teacher` loads every training batch a second time.
    """

    recipe: Recipe
    extractor: FeatureExtractor
    alphabet: Alphabet
    failures: dict[str, str] = field(default_factory=dict)
    cache: FeatureCache | None = None
    for_teacher: "Loader | None" = None

    @property
    def source(self) -> Source:
        """Where samples and static features come from."""
        return Source(self.extractor.front_end, self.cache)

    @one_thread()
    def load(self, cuts: CutSet, epoch: int | None = None) -> Batch | None:
        """Load a batch.

        Args:
            cuts: the utterances.
            epoch: draw this epoch's augmentation; None leaves the utterances as they are.

        Returns:
            The batch of those that could be read; None when none could.
        """
        utterances = self._read(cuts, epoch)
        if not utterances:
            return None
        batch = self._batch(utterances)
        if self.for_teacher is None or epoch is None:
            return batch
        return replace(batch, for_teacher=self.for_teacher.load(cuts, epoch))

    def keep(self) -> None:
        """Write to the cache what was computed since the last time."""
        if self.cache is not None:
            self.cache.flush()

    @one_thread()
    @torch.no_grad()
    def load_unnormalized(self, cuts: CutSet) -> tuple[Tensor, Tensor] | None:
        """Load features `(batch, time, feat)` before CMVN, and their lengths `(batch,)`, to take statistics of."""
        utterances = self._read(cuts, None)
        if not utterances:
            return None
        static, lengths = self._static(utterances)
        return self.extractor.unnormalized(static, lengths), lengths

    def _read(self, cuts: Iterable[MonoCut], epoch: int | None) -> list[Utterance]:
        utterances = []
        for cut in cuts:
            try:
                utterances.append(self._utterance(cut, epoch))
            except (AudioError, FeatureError) as error:
                parts = parts_of(cut)
                if len(parts) == 1:
                    self.failures[cut.id] = str(error)
                else:
                    # The parts of a joined utterance come apart, and the broken ones are named.
                    utterances += self._read(parts, epoch)
        return utterances

    def _utterance(self, cut: MonoCut, epoch: int | None) -> Utterance:
        text = normalize(utterance_text(cut), self.recipe.text)
        # Only scoring meets symbols the model cannot write: they count as errors, and stay out of the loss.
        labels = self.alphabet.encode_known(text)
        draw = None
        if epoch is not None:
            draw = utterance_draws(self.recipe, epoch, cut.id)
            static = perturbed_static(cut, labels, self.source, self.recipe, draw)
        else:
            static = self.source.static(cut)
        return Utterance(cut.id, text, labels, static, float(cut.duration), draw)

    @torch.no_grad()
    def _batch(self, utterances: list[Utterance]) -> Batch:
        features, feature_lengths = self._views(utterances)
        return Batch(
            utterance_ids=tuple(utterance.utterance_id for utterance in utterances),
            texts=tuple(utterance.text for utterance in utterances),
            features=features,
            feature_lengths=feature_lengths,
            labels=pad_sequence(
                [torch.tensor(utterance.labels, dtype=torch.int64) for utterance in utterances], batch_first=True
            ),
            label_lengths=torch.tensor([len(utterance.labels) for utterance in utterances]),
            seconds=sum(utterance.seconds for utterance in utterances),
        )

    def _views(self, utterances: list[Utterance]) -> tuple[Tensor, Tensor]:
        """Features and lengths of each view of a batch: the same audio, masked anew."""
        features, lengths = self.extractor.from_static(*self._static(utterances))
        views = 1 if utterances[0].draw is None else self.recipe.loss.views
        if views == 1:
            return self._mask(features, lengths, utterances), lengths
        masked = [self._mask(features.clone(), lengths, utterances) for _ in range(views)]
        return torch.cat(masked), lengths.repeat(views)

    def _static(self, utterances: list[Utterance]) -> tuple[Tensor, Tensor]:
        static = [torch.from_numpy(np.ascontiguousarray(utterance.static)) for utterance in utterances]
        padded, lengths = pad_sequence(static, batch_first=True), torch.tensor([len(frames) for frames in static])
        # A recurrence wants one step at least, also where every utterance is too short for a frame.
        return functional.pad(padded, (0, 0, 0, max(0, 1 - padded.shape[1]))), lengths

    def _mask(self, features: Tensor, lengths: Tensor, utterances: list[Utterance]) -> Tensor:
        for row, utterance in enumerate(utterances):
            if utterance.draw is not None:
                valid = features[row, : int(lengths[row])]
                masked = mask_features(valid, self.recipe.features.num_static, self.recipe.augment, utterance.draw)
                features[row, : len(masked)] = masked
        return features
