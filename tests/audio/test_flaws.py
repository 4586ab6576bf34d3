"""Clipping and cancelling channels are told from loud and from unlike ones."""

import io

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from speechrnn.audio.decoder import Samples
from speechrnn.audio.flaws import WatchedDecoder
from speechrnn.audio.memory import ArrayDecoder
from speechrnn.audio.sndfile import open_sndfile

RATE = 8000


def flaws(samples: NDArray[np.floating], channel: int | None = None, block: int = 1000) -> list[str]:
    """What is found in samples that come block by block."""
    return drained(WatchedDecoder(ArrayDecoder(samples.astype(np.float32), RATE), channel), block)


def drained(decoder: WatchedDecoder, block: int) -> list[str]:
    while len(decoder.read(block)):
        pass
    return decoder.flaws()


def tone(gain: float, seconds: float = 1.0, hz: float = 220.0) -> Samples:
    """A sine of a peak that may lie over full scale, cut off there."""
    return np.clip(gain * np.sin(2 * np.pi * hz * np.arange(seconds * RATE) / RATE), -1, 1).astype(np.float32)


@pytest.mark.parametrize("gain", [0.5, 0.99, 1.0])
def test_loud_is_not_clipped(gain: float) -> None:
    assert flaws(tone(gain)) == []


def test_the_share_of_flat_tops_is_that_of_a_sine_worked_by_hand() -> None:
    # |sin| exceeds 1/2 for two thirds of a period; of each of the 440 tops the first sample has nothing to equal.
    (flaw,) = flaws(tone(2.0), block=8000)
    assert flaw.startswith("is clipped (")
    assert float(flaw.split("(")[1].split()[0]) == pytest.approx(100 * (2 / 3 - 440 / 8000), abs=0.7)


def test_a_bang_in_a_recording_does_not_make_it_clipped() -> None:
    samples = np.concatenate([tone(3.0, 0.02), tone(0.3, 10.0)])
    assert flaws(samples) == []


@pytest.mark.parametrize("encoding", ["PCM_U8", "PCM_16", "PCM_24", "FLOAT", "ULAW", "ALAW"])
@pytest.mark.parametrize(("gain", "clipped"), [(3.0, True), (0.5, False)])
def test_every_encoding_clips_at_its_own_full_scale(encoding: str, gain: float, clipped: bool) -> None:
    content = io.BytesIO()
    soundfile.write(content, tone(gain), RATE, subtype=encoding, format="WAV")
    content.seek(0)
    with open_sndfile(content) as decoder:
        assert bool(drained(WatchedDecoder(decoder, None), 500)) == clipped


def test_floats_over_full_scale_count_as_clipped() -> None:
    assert flaws(1.9 * tone(1.0)) != []


def test_channels_of_opposite_sign_cancel_and_others_do_not() -> None:
    rng, left = np.random.default_rng(0), tone(0.3)
    noise = 0.01 * rng.standard_normal(left.shape)
    (flaw,) = flaws(np.stack([left, noise - left], axis=1))
    assert flaw == "its channels cancel each other when mixed, so expect missing words; try --channel 0"
    for other in (left, 0 * left, noise, 0.2 * rng.standard_normal(left.shape), -0.2 * left):
        assert flaws(np.stack([left, other], axis=1)) == []
    many = np.zeros((8000, 16))
    many[:, 3] = left
    assert flaws(many) == []
    assert flaws(np.zeros((8000, 2))) == []


def test_one_channel_is_judged_alone() -> None:
    samples = np.stack([tone(0.3), tone(3.0), -tone(0.3)], axis=1)
    assert flaws(samples, 0) == []
    (flaw,) = flaws(samples, 1)
    assert flaw.startswith("channel 1 is clipped")


def test_samples_and_what_is_known_of_them_pass_unchanged() -> None:
    samples = np.random.default_rng(1).uniform(-1, 1, (3000, 2)).astype(np.float32)
    decoder = WatchedDecoder(ArrayDecoder(samples, RATE), None)
    known = decoder.sample_rate_hz, decoder.num_channels, decoder.num_samples, decoder.expected_seconds
    assert known == (RATE, 2, 3000, 0.375)
    decoder.skip(100)
    assert (decoder.read(1000) == samples[100:1100]).all()
