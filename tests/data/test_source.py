"""From file to samples and features through the cache, which must never be seen to be there."""

import os
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from lhotse.cut import MonoCut

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data import source as source_module
from speechrnn.data.cuts import load_split, utterance_path
from speechrnn.data.feature_cache import FeatureCache
from speechrnn.data.source import Source, code_version, open_cache, read_samples
from speechrnn.errors import AudioError
from speechrnn.features.mfcc import FrontEnd
from speechrnn.recipe import CorpusConfig, FeaturesConfig
from tests.conftest import Mini

MIB = 1 << 20
Settle = Callable[[Path], None]


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the fresh files of the tests for old ones."""
    monkeypatch.setattr(source_module, "SETTLED_SECONDS", -1.0)


@pytest.fixture
def cut(own_mini: Mini) -> MonoCut:
    """An utterance of a corpus that may be damaged."""
    return next(iter(load_split(prepare_corpus(own_mini.recipe().corpus, own_mini.data).directory, "dev")))


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The utterances that were decoded from their files, in order."""
    seen: list[str] = []
    honest = source_module.read_audio

    def watched(path: Path, **part: float) -> object:
        seen.append(Path(path).name)
        return honest(path, **part)

    monkeypatch.setattr(source_module, "read_audio", watched)
    return seen


def cached(folder: Path, config: FeaturesConfig | None = None) -> Source:
    return Source(FrontEnd(config or FeaturesConfig(sample_rate_hz=8000)), FeatureCache(folder / "cache", MIB))


@pytest.mark.parametrize("rate", [8000, 6000])
def test_cached_samples_and_features_are_those_of_the_file_to_the_last_bit(
    cut: MonoCut, tmp_path: Path, decoded: list[str], rate: int
) -> None:
    config = FeaturesConfig(sample_rate_hz=rate)
    plain, first = Source(FrontEnd(config)), cached(tmp_path, config)
    expected = plain.samples(cut), plain.static(cut)
    assert len(decoded) == 2
    for source in (first, first, cached(tmp_path, config)):
        np.testing.assert_array_equal(source.samples(cut), expected[0])
        np.testing.assert_array_equal(source.static(cut), expected[1])
        assert source.cache is not None
        source.cache.flush()
    assert len(decoded) == 4


def test_sound_in_an_archive_is_cached_as_that_of_files_is_until_the_archive_changes(
    own_mini: Mini, tmp_path: Path, decoded: list[str]
) -> None:
    files = prepare_corpus(own_mini.recipe().corpus, own_mini.data, shar=True).directory
    packed = CorpusConfig(name="folder", path=str(files / "shar"), format="shar")
    archives = prepare_corpus(packed, own_mini.data).directory
    of_files, of_archives = ({cut.id: cut for cut in load_split(folder, "dev")} for folder in (files, archives))
    assert len(of_files) >= 4
    assert list(of_archives) == list(of_files)
    plain, source = Source(FrontEnd(FeaturesConfig(sample_rate_hz=8000))), cached(tmp_path)
    for name, cut in of_archives.items():
        for _ in range(2):
            np.testing.assert_array_equal(source.static(cut), plain.static(of_files[name]))
    assert len(decoded) == 3 * len(of_files)  # of each, twice without a cache and once with it
    archive = utterance_path(cut).parents[1]
    os.utime(archive, (0, 0))
    source.static(cut)
    assert len(decoded) == 3 * len(of_files) + 1


def rewrite(path: Path, change: float) -> None:
    """Change the sound and nothing else that shows: not the length, nor the time of the change."""
    before, (samples, rate) = path.stat(), soundfile.read(path)
    soundfile.write(path, samples * change, rate, subtype="PCM_16")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_a_file_changed_behind_an_old_date_is_read_anew(cut: MonoCut, tmp_path: Path) -> None:
    source, path = cached(tmp_path), utterance_path(cut)
    before = source.samples(cut), source.static(cut)
    rewrite(path, 0.5)
    assert np.abs(source.samples(cut) - before[0] / 2).max() < 1e-4
    assert not np.array_equal(source.static(cut), before[1])
    np.testing.assert_array_equal(source.samples(cut), read_samples(cut, source.config))


def test_another_file_moved_into_its_place_is_read_anew(cut: MonoCut, tmp_path: Path) -> None:
    source, path = cached(tmp_path), utterance_path(cut)
    before = source.samples(cut)
    copy = path.with_name("copy.wav")
    soundfile.write(copy, np.full_like(before, 0.25), 8000, subtype="PCM_16")
    os.utime(copy, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    copy.replace(path)
    assert set(source.samples(cut)) == {np.float32(0.25)}


def test_a_file_that_is_gone_is_an_error_though_its_samples_are_known(cut: MonoCut, tmp_path: Path) -> None:
    source = cached(tmp_path)
    source.static(cut)
    utterance_path(cut).unlink()
    with pytest.raises(AudioError, match=r"00\.wav: no such file"):
        source.static(cut)


def test_a_file_changed_this_very_moment_is_not_cached(
    cut: MonoCut, tmp_path: Path, decoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_module, "SETTLED_SECONDS", 60.0)
    source = cached(tmp_path)
    for _ in range(3):
        source.samples(cut)
    assert len(decoded) == 3


def test_parts_of_one_file_are_kept_apart(cut: MonoCut, tmp_path: Path) -> None:
    source, whole = cached(tmp_path), read_samples(cut, FeaturesConfig(sample_rate_hz=8000))
    halves = [cut.truncate(offset=start, duration=0.1) for start in (0.0, 0.1)]
    for _ in range(2):
        np.testing.assert_array_equal(np.concatenate([source.samples(half) for half in halves]), whole[:1600])


def test_other_code_computes_anew(
    cut: MonoCut, tmp_path: Path, decoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = cached(tmp_path)
    source.samples(cut)
    monkeypatch.setattr(source_module, "code_version", lambda: "of tomorrow")
    source.samples(cut)
    assert len(decoded) == 2


def test_the_version_of_the_code_names_its_libraries_and_a_hash_of_the_rooms_it_calls() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}( [\w.+-]+){5}", code_version())
    assert torch.__version__ in code_version()
    for room in source_module._COMPUTING_ROOMS:
        assert (Path(source_module.__file__).parents[1] / room / "__init__.py").is_file()


OTHER = {
    "kind": "log_mel",
    "convention": "librosa",
    "sample_rate_hz": 7000,
    "frame_length_ms": 32.0,
    "frame_shift_ms": 8.0,
    "num_mel_bins": 18,
    "num_ceps": 9,
    "low_hz": 100.0,
    "high_hz": -200.0,
}


def test_every_setting_of_the_front_end_has_features_of_its_own(cut: MonoCut, tmp_path: Path) -> None:
    assert {field.name for field in fields(FeaturesConfig)} == {*OTHER, "stored", "deltas", "cmvn"}
    cached(tmp_path).static(cut)
    base = {"sample_rate_hz": 8000}
    for name, value in OTHER.items():
        config = FeaturesConfig(**{**base, name: value})
        np.testing.assert_array_equal(cached(tmp_path, config).static(cut), Source(FrontEnd(config)).static(cut))


def test_deltas_and_normalisation_share_what_comes_before_them(
    cut: MonoCut, tmp_path: Path, decoded: list[str]
) -> None:
    cache = FeatureCache(tmp_path / "cache", MIB)
    for deltas, cmvn in ((0, "none"), (2, "global")):
        Source(FrontEnd(FeaturesConfig(sample_rate_hz=8000, deltas=deltas, cmvn=cmvn)), cache).static(cut)
    assert len(decoded) == 1


def test_features_are_the_same_bits_with_any_number_of_threads(cut: MonoCut) -> None:
    threads, source = torch.get_num_threads(), Source(FrontEnd(FeaturesConfig(sample_rate_hz=8000, kind="log_mel")))
    try:
        torch.set_num_threads(1)
        one = source.static(cut)
        torch.set_num_threads(4)
        np.testing.assert_array_equal(source.static(cut), one)
        assert torch.get_num_threads() == 4
    finally:
        torch.set_num_threads(threads)


def test_the_recipe_bounds_the_cache_and_zero_is_none(mini: Mini, tmp_path: Path) -> None:
    cache = open_cache(mini.recipe("training.cache_gib=0.5"), tmp_path)
    assert cache is not None
    assert (cache.max_bytes, cache.directory.parent) == (512 * MIB, tmp_path)
    assert open_cache(mini.recipe("training.cache_gib=0"), tmp_path) is None
