"""Vocal-tract-length perturbation of cepstra whose samples are gone: a matrix per factor (Pitz & Ney 2005).

Cepstra give back a smoothed log mel spectrum. Reading that spectrum at the moved centres of the filters, between
neighbours along a straight line, and taking cepstra again are three linear steps, so one matrix does all of it. What
filters would hear between the bins, and what the cepstra left out, is lost: `speechrnn.features.vocal_tract` on
waveforms is exact, this is not.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from speechrnn.features.cepstrum import cepstrum_matrix
from speechrnn.features.filterbank import corners_hz
from speechrnn.features.vocal_tract import nearest_step, warp_hz
from speechrnn.recipe import FeaturesConfig


def warp_cepstra(cepstra: NDArray[np.float32], config: FeaturesConfig, factor: float) -> NDArray[np.float32]:
    """Give cepstra the formants of another voice.

    Args:
        cepstra: `(time, num_ceps)` as the front end of `config` gives them, before deltas.
        config: the recipe's features section.
        factor: formants become this many times as high, 0.5 to 2.

    Returns:
        `(time, num_ceps)`.
    """
    factor = nearest_step(factor)
    return cepstra if factor == 1 else cepstra @ warp_matrix(config, factor).astype(np.float32)


@lru_cache(maxsize=256)
def warp_matrix(config: FeaturesConfig, factor: float) -> NDArray[np.float64]:
    """Return the matrix `(num_ceps, num_ceps)` by which cepstra are warped. Not to be written to: it is kept."""
    centres = corners_hz(config)[1:-1].numpy()
    to_cepstra = cepstrum_matrix(config).numpy()
    wanted = warp_hz(centres, factor, *config.band_hz)
    bins = np.eye(len(centres))
    read = np.stack([np.interp(wanted, centres, one_bin) for one_bin in bins])
    matrix: NDArray[np.float64] = np.linalg.pinv(to_cepstra) @ read @ to_cepstra
    return matrix
