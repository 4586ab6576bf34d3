"""Samples to short-time spectrum: frames, DC removal, pre-emphasis, window and Fourier transform.

All of it is linear, so the same steps applied to unit frames give one matrix, `Spectrum.matrix`, and an exported graph
multiplies frames with it. Here the transform runs as an FFT, which makes the whole front end four times as fast as that
product did. The definitions are those of Kaldi, librosa and Sphinx, whose tools the tests compare with.
"""

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from speechrnn.features.frames import framing
from speechrnn.recipe import FeaturesConfig

INT16_SCALE = 32768.0
PRE_EMPHASIS = 0.97

_CHUNK_FRAMES = 256
"""Frames transformed at once: half a megabyte, so that a chunk stays in the cache."""


class Spectrum(nn.Module):
    """Short-time Fourier transform of one padded utterance.

    Attributes:
        window_samples, shift_samples: frame grid, see `speechrnn.features.frames`.
        context_samples: samples at a frame's start that only pre-emphasis reads (1 under sphinx, else 0).
        pre_emphasis: 0.97, or 0 under librosa.
        remove_dc: whether each frame's mean is taken from it (kaldi).
        fft_size: length of the transform. librosa transforms the window as it is; the others fill it with zeros up to a
            power of two.
        window: buffer `(window_samples - context_samples,)`, multiplied by 32768 where the convention counts samples
            as 16-bit integers (kaldi, sphinx).
    """

    window: Tensor

    def __init__(self, config: FeaturesConfig) -> None:
        """Work out the transform that `config` describes."""
        super().__init__()
        grid = framing(config)
        self.window_samples, self.shift_samples = grid.window_samples, grid.shift_samples
        self.context_samples = 1 if config.convention == "sphinx" else 0
        self.pre_emphasis = 0.0 if config.convention == "librosa" else PRE_EMPHASIS
        self.remove_dc = config.convention == "kaldi"
        window = _window(config.convention, grid.window_samples - self.context_samples)
        self.fft_size = len(window) if config.convention == "librosa" else 1 << (len(window) - 1).bit_length()
        self.register_buffer("window", window.float(), persistent=False)

    def forward(self, padded: Tensor) -> Iterator[Tensor]:
        """Yield the spectrum in chunks.

        Args:
            padded: `(num_samples,)` of one utterance, padding included.

        Yields:
            `(time, fft_size // 2 + 1)` complex, a few hundred frames at a time.
        """
        raw = padded.unfold(0, self.window_samples, self.shift_samples)
        emphasized = self._emphasize(padded).unfold(0, self.window_samples, self.shift_samples)
        for start in range(0, len(raw), _CHUNK_FRAMES):
            chunk = slice(start, start + _CHUNK_FRAMES)
            yield self._transform(raw[chunk], emphasized[chunk])

    def matrix(self) -> Tensor:
        """Return the whole transform as a matrix: frame `(window_samples,)` times it gives that frame's spectrum.

        Returns:
            `(window_samples, fft_size // 2 + 1)` complex128.
        """
        unit_frames = torch.eye(self.window_samples, dtype=torch.float64, device=self.window.device)
        return self._transform(unit_frames, self._emphasize(unit_frames))

    def _emphasize(self, samples: Tensor) -> Tensor:
        """Take from every sample the one before, scaled, along the last axis.

        The first sample is lost. Kaldi, which has it follow a copy of itself, multiplies it by a window of 0.
        """
        if self.pre_emphasis == 0:
            return samples
        return nn.functional.pad(samples[..., 1:] - self.pre_emphasis * samples[..., :-1], (1, 0))

    def _transform(self, raw: Tensor, emphasized: Tensor) -> Tensor:
        """Transform frames, given as they are and pre-emphasised, both `(time, window_samples)`."""
        frames = emphasized[:, self.context_samples :]
        if self.remove_dc:
            # Pre-emphasis leaves this share of a constant, so the mean may go after it: one pass over the samples less.
            frames = frames - (1 - self.pre_emphasis) * raw.mean(1, keepdim=True)
        spectrum: Tensor = torch.fft.rfft(frames * self.window, n=self.fft_size)
        return spectrum


def _window(convention: str, num_samples: int) -> Tensor:
    """Return Kaldi's povey, Sphinx's symmetric hamming or librosa's periodic hann window, `(num_samples,)` float64."""
    position = torch.arange(num_samples, dtype=torch.float64)
    if convention == "librosa":
        return 0.5 - 0.5 * torch.cos(2 * math.pi * position / num_samples)
    cosine = torch.cos(2 * math.pi * position / max(1, num_samples - 1))
    if convention == "sphinx":
        return INT16_SCALE * (0.54 - 0.46 * cosine)
    return INT16_SCALE * (0.5 - 0.5 * cosine) ** 0.85
