"""The cosine transform from log mel energies to cepstra, as a matrix.

kaldi: orthonormal DCT-II times the lifter `1 + 11 sin(pi i / 22)`. librosa: orthonormal DCT-II. sphinx: the tool's
`legacy` transform, a DCT-II divided by `num_mel_bins` in which the first filter counts half. That division is why C0 of
speech is near 9 there (mean log energy, natural, 16-bit scale) and near 57 under kaldi (about the same times the root
of 40): the cepstra stored with AN4 have C0 9.0 +- 3.0 and C1 to C12 within 1, and other corpora have 7.1 to 9.9.
"""

import math

import torch
from torch import Tensor

from speechrnn.errors import FeatureError
from speechrnn.features.torchaudio_compat import load_torchaudio
from speechrnn.recipe import FeaturesConfig

KALDI_LIFTER = 22.0


def cepstrum_matrix(config: FeaturesConfig) -> Tensor:
    """Return the transform.

    Returns:
        `(num_mel_bins, num_ceps)` float64.

    Raises:
        FeatureError: more cepstra are wanted than there are mel bins.
    """
    if config.num_ceps > config.num_mel_bins:
        raise FeatureError(
            f"cepstra: num_ceps {config.num_ceps} came, wanted at most num_mel_bins {config.num_mel_bins}; "
            "lower features.num_ceps or raise features.num_mel_bins"
        )
    if config.convention == "sphinx":
        return _sphinx_transform(config.num_ceps, config.num_mel_bins)
    matrix: Tensor = load_torchaudio().functional.create_dct(config.num_ceps, config.num_mel_bins, "ortho").double()
    if config.convention == "kaldi":
        order = torch.arange(config.num_ceps, dtype=torch.float64)
        matrix = matrix * (1 + KALDI_LIFTER / 2 * torch.sin(math.pi * order / KALDI_LIFTER))
    return matrix


def _sphinx_transform(num_ceps: int, num_mel_bins: int) -> Tensor:
    """Return Sphinx's `legacy` transform, `(num_mel_bins, num_ceps)`."""
    position = torch.arange(num_mel_bins, dtype=torch.float64).unsqueeze(1)
    order = torch.arange(num_ceps, dtype=torch.float64)
    matrix = torch.cos(math.pi / num_mel_bins * (position + 0.5) * order) / num_mel_bins
    matrix[0] /= 2
    return matrix
