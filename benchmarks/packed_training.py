"""The peer of `bench_train.py`: the same model trained as deepspeech.pytorch trains.

Packed sequences through a bidirectional `nn.LSTM`, batches of a fixed number of utterances drawn at random, and every
file decoded and its features computed by librosa in every epoch. Everything else is ours and the same: augmentation,
subsampling, head, CTC, optimiser, greedy scoring, and batches made ahead in a thread.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

import librosa
import numpy as np
import soundfile
import torch
from lhotse.cut import MonoCut
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from speechrnn.data.cuts import utterance_path, utterance_text
from speechrnn.data.draws import utterance_draws
from speechrnn.data.prefetch import prefetched
from speechrnn.decoding.greedy import greedy
from speechrnn.features.augment.masks import mask_features
from speechrnn.features.augment.waveform import augment_samples
from speechrnn.losses.ctc import ctc_losses, reduce_losses
from speechrnn.model.acoustic import AcousticModel
from speechrnn.recipe import Recipe
from speechrnn.scoring.errors import score
from speechrnn.text.alphabet import Alphabet
from speechrnn.training.material import Material
from speechrnn.training.optimizer import build_optimizer
from speechrnn.training.system import new_system

NUM_CEPS, NUM_MEL_BINS, WINDOW, SHIFT, DELTA_WINDOW = 13, 40, 400, 160, 5


class PackedLayer(nn.Module):
    """One bidirectional LSTM layer on a packed sequence, with layer normalisation."""

    def __init__(self, input_size: int, size: int) -> None:
        """Make a layer that reads `input_size` values per frame."""
        super().__init__()
        self.recurrent = nn.LSTM(input_size, size, batch_first=True, bidirectional=True)
        self.norm = nn.LayerNorm(2 * size)

    def forward(self, frames: Tensor, lengths: Tensor) -> Tensor:
        """Run the layer over `(batch, time, feat)`."""
        packed = pack_padded_sequence(frames, lengths, batch_first=True, enforce_sorted=False)
        outputs, _ = self.recurrent(packed)
        return self.norm(pad_packed_sequence(outputs, batch_first=True, total_length=frames.shape[1])[0])


@dataclass(frozen=True, slots=True)
class PeerBatch:
    """Padded utterances, as `speechrnn.data.batches.Batch` has them."""

    features: Tensor
    feature_lengths: Tensor
    labels: Tensor
    label_lengths: Tensor
    texts: tuple[str, ...]


@dataclass(slots=True)
class PackedTraining:
    """The peer's run: `epoch` trains and validates once."""

    recipe: Recipe
    material: Material
    batch_size: int
    model: AcousticModel = field(init=False)
    optimizer: torch.optim.AdamW = field(init=False)

    def __post_init__(self) -> None:
        """Make the same model, its recurrent layers replaced."""
        self.model = new_system(self.recipe, self.material.alphabet).model
        sizes = [self.model.subsample.output_size, *[self.model.encoder.output_size] * (self.recipe.model.layers - 1)]
        self.model.encoder.layers = nn.ModuleList(PackedLayer(size, self.recipe.model.size) for size in sizes)
        self.optimizer = build_optimizer(self.model, self.recipe.training)

    @property
    def alphabet(self) -> Alphabet:
        """The labels."""
        return self.material.alphabet

    def epoch(self, number: int) -> float:
        """Train one epoch and give the character error rate on dev."""
        cuts = list(self.material.train)
        order = np.random.default_rng([self.recipe.seed, number]).permutation(len(cuts))
        self.model.train()
        for batch in self._batches([cuts[place] for place in order], number):
            log_probs, lengths = self.model(batch.features, batch.feature_lengths)
            losses = ctc_losses(log_probs.transpose(0, 1), batch.labels, lengths, batch.label_lengths)
            self.optimizer.zero_grad(set_to_none=True)
            reduce_losses(losses, batch.label_lengths, self.recipe.loss).backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.training.clip_norm)
            self.optimizer.step()
        return self._validate()

    @torch.no_grad()
    def _validate(self) -> float:
        self.model.eval()
        said, heard = [], []
        for batch in self._batches(list(self.material.dev), None):
            log_probs, lengths = self.model(batch.features, batch.feature_lengths)
            for row, length in enumerate(lengths.tolist()):
                best = greedy(log_probs[row, :length].numpy())[0]
                heard.append(" ".join(self.alphabet.decode(best.labels).split()))
            said += batch.texts
        return score(said, heard).cer

    def _batches(self, cuts: list[MonoCut], epoch: int | None) -> Iterator[PeerBatch]:
        groups = [cuts[start : start + self.batch_size] for start in range(0, len(cuts), self.batch_size)]
        with closing(prefetched(groups, partial(self.load, epoch=epoch), 2)) as batches:
            yield from batches

    def load(self, cuts: list[MonoCut], epoch: int | None) -> PeerBatch:
        """Decode and compute everything a batch holds."""
        features = [self._features(cut, epoch) for cut in cuts]
        labels = [torch.tensor(self.alphabet.encode(utterance_text(cut))) for cut in cuts]
        return PeerBatch(
            features=pad_sequence(features, batch_first=True),
            feature_lengths=torch.tensor([len(one) for one in features]),
            labels=pad_sequence(labels, batch_first=True),
            label_lengths=torch.tensor([len(one) for one in labels]),
            texts=tuple(utterance_text(cut) for cut in cuts),
        )

    def _features(self, cut: MonoCut, epoch: int | None) -> Tensor:
        samples, rate = soundfile.read(utterance_path(cut), dtype="float32")
        draws = None if epoch is None else utterance_draws(self.recipe, epoch, cut.id)
        if draws is not None:
            samples = augment_samples(samples, rate, self.recipe.augment, draws)
        cepstra = librosa.feature.mfcc(
            y=samples, sr=rate, n_mfcc=NUM_CEPS, n_mels=NUM_MEL_BINS, n_fft=WINDOW, hop_length=SHIFT
        )
        deltas = [librosa.feature.delta(cepstra, width=DELTA_WINDOW, order=order) for order in (1, 2)]
        values = np.concatenate([cepstra, *deltas]).T
        normal = (values - values.mean(0)) / (values.std(0) + 1e-5)
        features = torch.from_numpy(normal.astype(np.float32))
        return features if draws is None else mask_features(features, NUM_CEPS, self.recipe.augment, draws)
