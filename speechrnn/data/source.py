"""From one utterance's file to its samples or static features, through the cache where there is one."""

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import numpy as np
import soundfile
import torch
from lhotse.cut import MonoCut
from numpy.typing import NDArray

from speechrnn.audio.archived import file_of
from speechrnn.audio.read import read_audio
from speechrnn.audio.resample import resample
from speechrnn.data.cuts import utterance_channel, utterance_path
from speechrnn.data.feature_cache import FeatureCache
from speechrnn.data.one_thread import one_thread
from speechrnn.errors import FeatureError
from speechrnn.features.mfcc import FrontEnd
from speechrnn.recipe import FeaturesConfig, Recipe

CACHE_FOLDER: Final = "cache"
SETTLED_SECONDS: Final = 2.0
"""A file changed more recently is not cached: a second change within one tick of the file system's clock leaves times
and size as they were."""

_COMPUTING_ROOMS: Final = "audio", "features"
_IRRELEVANT: Final = "stored", "deltas", "cmvn"

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Source:
    """Reads utterances for one front end."""

    front_end: FrontEnd
    cache: FeatureCache | None = None

    @property
    def config(self) -> FeaturesConfig:
        """The recipe's features section."""
        return self.front_end.config

    def samples(self, cut: MonoCut) -> Values:
        """Read samples at the recipe's rate, `(num_samples,)`.

        Raises:
            AudioError: the file cannot be read.
        """
        return self._cached(cut, ("samples", self.config.sample_rate_hz), lambda: read_samples(cut, self.config))

    def static(self, cut: MonoCut) -> Values:
        """Read or compute static features, `(time, num_static)`.

        Raises:
            AudioError: the file cannot be read.
            FeatureError: stored features cannot be read or do not fit.
        """
        if self.config.stored:
            return read_stored(cut, self.config.num_ceps)
        settings = {name: value for name, value in asdict(self.config).items() if name not in _IRRELEVANT}
        return self._cached(cut, ("static", sorted(settings.items())), lambda: self._compute_static(cut))

    @torch.no_grad()
    def _compute_static(self, cut: MonoCut) -> Values:
        samples = torch.from_numpy(read_samples(cut, self.config))
        with one_thread():
            values: Values = self.front_end.utterance(samples).numpy()
        return values

    def _cached(self, cut: MonoCut, what: tuple[Any, ...], compute: Callable[[], Values]) -> Values:
        return compute() if self.cache is None else self.cache.get(_key(cut, what), compute)


def open_cache(recipe: Recipe, data_directory: Path) -> FeatureCache | None:
    """Open the cache that all runs on a data folder share, if the recipe wants one."""
    size = int(recipe.training.cache_gib * 1024**3)
    return FeatureCache(data_directory / CACHE_FOLDER, size) if size else None


def read_samples(cut: MonoCut, config: FeaturesConfig) -> Values:
    """Decode an utterance and bring it to the recipe's rate, `(num_samples,)`.

    Raises:
        AudioError: the file cannot be read.
    """
    audio = read_audio(
        utterance_path(cut), start_seconds=cut.start, duration_seconds=cut.duration, channel=utterance_channel(cut)
    )
    return resample(audio, config.sample_rate_hz).samples


def read_stored(cut: MonoCut, num_ceps: int) -> Values:
    """Read an utterance's stored cepstra, `(time, num_ceps)`.

    Raises:
        FeatureError: the file is gone or damaged, or holds another number of cepstra.
    """
    path = utterance_path(cut)
    try:
        stored: Values = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise FeatureError(f"{path}: stored features cannot be read ({error}); run `speechrnn prep` again") from error
    if stored.ndim != 2 or stored.shape[1] != num_ceps or not np.isfinite(stored).all():
        raise FeatureError(
            f"{path}: shape {stored.shape} came, finite (time, {num_ceps}) was wanted (features.num_ceps)"
        )
    return stored.astype(np.float32, copy=False)


def _key(cut: MonoCut, what: tuple[Any, ...]) -> str | None:
    """Name everything that values depend on; None where the file is not there or has only just changed."""
    path = utterance_path(cut).absolute()
    try:
        found = os.stat(file_of(path))
    except OSError:
        return None  # whoever reads it names the trouble
    if time.time() - max(found.st_mtime, found.st_ctime) < SETTLED_SECONDS:
        return None
    file = str(path), found.st_size, found.st_ino, found.st_mtime_ns, found.st_ctime_ns
    part = cut.start, cut.duration, utterance_channel(cut)
    return hashlib.sha256(repr((code_version(), file, part, what)).encode()).hexdigest()[:32]


@cache
def code_version() -> str:
    """Hash everything of our own that computes samples and features, and name the libraries it calls."""
    package = Path(__file__).parents[1]
    rooms = [file for room in _COMPUTING_ROOMS for file in sorted((package / room).rglob("*.py"))]
    files = [Path(__file__), package / "recipe" / "features.py", *rooms]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    versions = (metadata.version(library) for library in ("numpy", "torch", "torchaudio", "soxr"))
    libraries = [*versions, soundfile.__libsndfile_version__]
    return f"{digest} {' '.join(libraries)}"
