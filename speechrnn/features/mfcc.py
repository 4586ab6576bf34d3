"""The front end: samples to cepstra or log mel energies, by the conventions of Kaldi, librosa or Sphinx.

A convention is nothing but framing plus three matrices and a few numbers, all attributes of `FrontEnd`, so that the
exported graph computes from the same numbers. Every utterance is computed by itself and only over its own samples:
neither padding nor the other utterances of a batch can reach a result, not even in the last bit.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from speechrnn.features.cepstrum import cepstrum_matrix
from speechrnn.features.filterbank import mel_matrix
from speechrnn.features.frames import framing, num_frames
from speechrnn.features.spectrum import Spectrum
from speechrnn.features.vocal_tract import nearest_step
from speechrnn.recipe import FeaturesConfig


class _Logarithm(NamedTuple):
    """How a convention takes the logarithm of mel energies."""

    scale: float
    floor: float
    top_db: float | None


# Kaldi floors at the smallest float32 step, librosa's power_to_db at 1e-10 and 80 dB under the peak. Sphinx adds 1e-4
# (LOG_FLOOR) where we floor: the same on silence, and on a 16-bit scale no other frame comes near it.
_LOGARITHMS = {
    "kaldi": _Logarithm(1.0, torch.finfo(torch.float32).eps, None),
    "librosa": _Logarithm(10 / 2.302585092994046, 1e-10, 80.0),
    "sphinx": _Logarithm(1.0, 1e-4, None),
}


class FrontEnd(nn.Module):
    """Static features of a batch of waveforms.

    For one utterance `x (num_samples,)` in [-1, 1] the result is, with the attributes below::

        padded = x with pad_left and pad_right samples added        pad_mode zero or reflect (edge not repeated)
        frames[t] = padded[t * shift_samples : t * shift_samples + window_samples]
        spectrum = frames @ spectrum_matrix                         (time, 2 * num_bins): real, then imaginary parts
        power = spectrum[:, :num_bins] ** 2 + spectrum[:, num_bins:] ** 2
        mel = power ** (spectrum_power / 2) @ mel_matrix            (time, num_mel_bins)
        log_mel = log_scale * ln(max(mel, log_floor))
        log_mel = max(log_mel, max over the utterance of log_mel - top_db)      where top_db is not None
        static = log_mel @ cepstrum_matrix                          (time, num_ceps); kind log_mel stops before this

    Here the product with `spectrum_matrix` runs as an FFT, from whose steps that matrix is made; a test holds them so.

    Attributes:
        window_samples, shift_samples, pad_left, pad_right, pad_mode: see `speechrnn.features.frames`. Under `sphinx`
            the window has one sample more than frame_length_ms says, the one that pre-emphasis takes from before it.
        num_bins: bins of the Fourier transform that some mel filter weighs; the others are left out of the matrices.
        spectrum_matrix: `(window_samples, 2 * num_bins)`: 16-bit scale, DC removal, pre-emphasis, window, DFT.
        spectrum_power: 2 in all three conventions (power, not magnitude).
        mel_matrix: buffer `(num_bins, num_mel_bins)`.
        log_scale, log_floor, top_db: 1 for natural logarithm, 10 / ln 10 for dB; `top_db` is None but for librosa.
        cepstrum_matrix: buffer `(num_mel_bins, num_ceps)`, lifter included; None for kind log_mel.
        num_static: values per frame.
    """

    mel_matrix: Tensor
    cepstrum_matrix: Tensor | None

    def __init__(self, config: FeaturesConfig) -> None:
        """Work out grid and matrices.

        Raises:
            FeatureError: the filter bank's band is empty, or more cepstra than mel bins are wanted.
        """
        super().__init__()
        self.config = config
        grid = framing(config)
        self.window_samples, self.shift_samples = grid.window_samples, grid.shift_samples
        self.pad_left, self.pad_right, self.pad_mode = grid.pad_left, grid.pad_right, grid.pad_mode
        self.log_scale, self.log_floor, self.top_db = _LOGARITHMS[config.convention]
        self.spectrum_power = 2
        self.num_static = config.num_static
        self.spectrum = Spectrum(config)
        self._register_matrices(config)

    def _register_matrices(self, config: FeaturesConfig) -> None:
        """Make filter bank and cosine transform, without the spectrum bins that no filter weighs."""
        mel = mel_matrix(config, self.spectrum.fft_size)
        weighed = mel.sum(1).nonzero()
        first, last = int(weighed[0]), int(weighed[-1])
        self._bins = slice(first, last + 1)
        self.num_bins = last + 1 - first
        cepstrum = cepstrum_matrix(config).float() if config.kind == "mfcc" else None
        # Not part of a checkpoint: they follow from the recipe.
        self.register_buffer("mel_matrix", mel[self._bins].float(), persistent=False)
        self.register_buffer("cepstrum_matrix", cepstrum, persistent=False)

    @property
    def spectrum_matrix(self) -> Tensor:
        """The way from a frame of samples to its spectrum, `(window_samples, 2 * num_bins)` float32."""
        matrix = self.spectrum.matrix()[:, self._bins]
        return torch.cat([matrix.real, matrix.imag], dim=1).float()

    def forward(self, samples: Tensor, sample_lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Compute static features.

        Args:
            samples: `(batch, num_samples)` float32 in [-1, 1]; what stands past a length is never read.
            sample_lengths: samples per utterance, `(batch,)`.

        Returns:
            Static features `(batch, time, num_static)`, zero past each length, and `feature_lengths (batch,)` int64,
            `num_frames(sample_length, config)` each; time is the longest of them.
        """
        with torch.autocast(samples.device.type, enabled=False):
            rows = zip(samples.float(), sample_lengths.tolist(), strict=True)
            static = [self.utterance(row[:length]) for row, length in rows]
        lengths = torch.tensor([len(frames) for frames in static], dtype=torch.int64, device=samples.device)
        return pad_sequence(static, batch_first=True), lengths

    def utterance(self, samples: Tensor, warp: float = 1.0) -> Tensor:
        """Compute the static features `(time, num_static)` of one utterance `(num_samples,)`.

        Training may ask for a voice with formants `warp` times as high, see `speechrnn.features.vocal_tract`.
        """
        if num_frames(len(samples), self.config) == 0:
            return samples.new_zeros(0, self.num_static)
        mode = "reflect" if self.pad_mode == "reflect" else "constant"
        padded = nn.functional.pad(samples.unsqueeze(0), (self.pad_left, self.pad_right), mode=mode).squeeze(0)
        filters = self._filters(warp)
        mel = torch.cat([_power(spectrum[:, self._bins]) @ filters for spectrum in self.spectrum(padded)])
        log_mel = self.log_scale * mel.clamp(min=self.log_floor).log()
        if self.top_db is not None:
            log_mel = torch.maximum(log_mel, log_mel.max() - self.top_db)
        return log_mel if self.cepstrum_matrix is None else log_mel @ self.cepstrum_matrix

    def _filters(self, warp: float) -> Tensor:
        """Return the filter bank `(num_bins, num_mel_bins)`."""
        warp = nearest_step(warp)
        if warp == 1:
            return self.mel_matrix
        return mel_matrix(self.config, self.spectrum.fft_size, warp)[self._bins].to(self.mel_matrix)


def _power(spectrum: Tensor) -> Tensor:
    """Return the power `(time, num_bins)` of a complex spectrum."""
    return spectrum.real.square() + spectrum.imag.square()
