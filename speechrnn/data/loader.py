"""From planned cuts to a padded Batch: read, augment, extract features, encode text.

Every random draw comes from the recipe's seed, the epoch and the utterance's id, never from the order of work, so a
resumed run sees exactly what an uninterrupted one would have seen.
"""

import zlib
from dataclasses import dataclass, field

import numpy as np
import torch
from lhotse import CutSet
from lhotse.cut import MonoCut
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from speechrnn.audio.read import read_audio
from speechrnn.audio.resample import resample
from speechrnn.data.batches import Batch
from speechrnn.data.cuts import utterance_path, utterance_text
from speechrnn.decoding.ctc_path import frames_needed
from speechrnn.errors import AudioError, FeatureError
from speechrnn.features.augment import augment_samples, mask_features
from speechrnn.features.extract import FeatureExtractor
from speechrnn.features.frames import num_frames, output_frames
from speechrnn.recipe import Recipe
from speechrnn.text.alphabet import Alphabet
from speechrnn.text.normalize import normalize


@dataclass(frozen=True, slots=True)
class Utterance:
    """One utterance on its way into a batch; `values` are samples `(num_samples,)` or stored cepstra `(time, ceps)`."""

    utterance_id: str
    text: str
    labels: list[int]
    values: NDArray[np.float32]
    seconds: float
    draw: np.random.Generator | None


@dataclass(slots=True)
class Loader:
    """Makes batches for one experiment.

    `failures` lasts over calls: it maps the id of every utterance that could not be read to the reason.
    """

    recipe: Recipe
    extractor: FeatureExtractor
    alphabet: Alphabet
    failures: dict[str, str] = field(default_factory=dict)

    def load(self, cuts: CutSet, epoch: int | None = None) -> Batch | None:
        """Load a batch.

        Args:
            cuts: the utterances.
            epoch: draw this epoch's augmentation; None leaves the utterances as they are.

        Returns:
            The batch of those that could be read; None when none could.
        """
        utterances = self._read(cuts, epoch)
        return self._batch(utterances) if utterances else None

    @torch.no_grad()
    def load_unnormalized(self, cuts: CutSet) -> tuple[Tensor, Tensor] | None:
        """Load features `(batch, time, feat)` before CMVN, and their lengths `(batch,)`, to take statistics of."""
        utterances = self._read(cuts, None)
        if not utterances:
            return None
        static, lengths = self._static(utterances)
        return self.extractor.unnormalized(static, lengths), lengths

    def _read(self, cuts: CutSet, epoch: int | None) -> list[Utterance]:
        utterances = []
        for cut in cuts:
            try:
                utterances.append(self._utterance(cut, epoch))
            except (AudioError, FeatureError) as error:
                self.failures[cut.id] = str(error)
        return utterances

    def _utterance(self, cut: MonoCut, epoch: int | None) -> Utterance:
        text = normalize(utterance_text(cut), self.recipe.text)
        # Only scoring meets characters the model cannot spell: they count as errors, and stay out of the loss.
        labels = self.alphabet.encode("".join(c for c in text if c in self.alphabet.characters))
        draw = None
        if epoch is not None:
            draw = np.random.default_rng([self.recipe.seed, epoch, zlib.crc32(cut.id.encode())])
        values = read_stored(cut, self.recipe.features.num_ceps) if self.recipe.features.stored else self._samples(cut)
        if draw is not None and not self.recipe.features.stored:
            values = self._augment(values, labels, draw)
        return Utterance(cut.id, text, labels, values, float(cut.duration), draw)

    def _samples(self, cut: MonoCut) -> NDArray[np.float32]:
        audio = read_audio(utterance_path(cut), start_seconds=cut.start, duration_seconds=cut.duration)
        return resample(audio, self.recipe.features.sample_rate_hz).samples

    def _augment(
        self, samples: NDArray[np.float32], labels: list[int], draw: np.random.Generator
    ) -> NDArray[np.float32]:
        rate = self.recipe.features.sample_rate_hz
        changed = augment_samples(samples, rate, self.recipe.augment, draw)
        frames = num_frames(len(changed), self.recipe.features)
        # Sped-up speech can become too short for its own transcript; then it is left as it was.
        fits = output_frames(frames, self.recipe.model.subsampling_factor) >= frames_needed(labels)
        return changed if fits else samples

    @torch.no_grad()
    def _batch(self, utterances: list[Utterance]) -> Batch:
        features, feature_lengths = self.extractor.from_static(*self._static(utterances))
        return Batch(
            utterance_ids=tuple(utterance.utterance_id for utterance in utterances),
            texts=tuple(utterance.text for utterance in utterances),
            features=self._mask(features, feature_lengths, utterances),
            feature_lengths=feature_lengths,
            labels=pad_sequence(
                [torch.tensor(utterance.labels, dtype=torch.int64) for utterance in utterances], batch_first=True
            ),
            label_lengths=torch.tensor([len(utterance.labels) for utterance in utterances]),
            seconds=sum(utterance.seconds for utterance in utterances),
        )

    def _static(self, utterances: list[Utterance]) -> tuple[Tensor, Tensor]:
        values = [torch.from_numpy(np.ascontiguousarray(utterance.values)) for utterance in utterances]
        padded, lengths = pad_sequence(values, batch_first=True), torch.tensor([len(value) for value in values])
        if not self.recipe.features.stored:
            padded, lengths = self.extractor.front_end(padded, lengths)
        # A recurrence wants one step at least, also where every utterance is too short for a frame.
        return functional.pad(padded, (0, 0, 0, max(0, 1 - padded.shape[1]))), lengths

    def _mask(self, features: Tensor, lengths: Tensor, utterances: list[Utterance]) -> Tensor:
        for row, utterance in enumerate(utterances):
            if utterance.draw is not None:
                valid = features[row, : int(lengths[row])]
                masked = mask_features(valid, self.recipe.features.num_static, self.recipe.augment, utterance.draw)
                features[row, : len(masked)] = masked
        return features


def read_stored(cut: MonoCut, num_ceps: int) -> NDArray[np.float32]:
    """Read an utterance's stored cepstra, `(time, num_ceps)`.

    Raises:
        FeatureError: the file is gone or damaged, or holds another number of cepstra.
    """
    path = utterance_path(cut)
    try:
        stored: NDArray[np.float32] = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise FeatureError(f"{path}: stored features cannot be read ({error}); run `speechrnn prep` again") from error
    if stored.ndim != 2 or stored.shape[1] != num_ceps or not np.isfinite(stored).all():
        raise FeatureError(f"{path}: shape {stored.shape} came, finite (time, {num_ceps}) was wanted (features.num_ceps)")
    return stored.astype(np.float32, copy=False)
