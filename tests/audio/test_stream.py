"""Recordings block by block: nothing else comes out than from the whole, whatever the source and the size of blocks."""

import io
import os
import struct
import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.audio import open_stream, read_audio
from speechrnn.errors import AudioError
from tests.audio.conftest import WriteTone
from tests.audio.pipes import Pipe, Trickle

SUBTYPES = ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW"]


def _wav(samples: np.ndarray, rate: int, subtype: str = "PCM_16", form: str = "WAV") -> bytes:
    content = io.BytesIO()
    soundfile.write(content, samples, rate, format=form, subtype=subtype)
    return content.getvalue()


def _noise(num_samples: int, num_channels: int = 1) -> np.ndarray:
    return np.random.default_rng(num_samples).uniform(-0.9, 0.9, (num_samples, num_channels))


@settings(max_examples=40, deadline=None, database=None)
@given(
    num_samples=st.integers(1, 500),
    num_channels=st.integers(1, 3),
    subtype=st.sampled_from(SUBTYPES),
    form=st.sampled_from(["WAV", "WAVEX"]),
    block=st.integers(1, 600),
)
def test_a_wav_from_a_pipe_is_what_libsndfile_reads_from_the_file(
    num_samples: int, num_channels: int, subtype: str, form: str, block: int
) -> None:
    content = _wav(_noise(num_samples, num_channels), 1000, subtype, form)
    expected, _ = soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)
    for stream in (io.BytesIO(content), Pipe(content), Trickle(content)):
        with open_stream(stream) as opened:
            assert (opened.sample_rate_hz, opened.num_channels) == (1000, num_channels)
            assert opened.duration_seconds == num_samples / 1000
            blocks = list(opened.blocks(block / 1000))
        assert [len(one) for one in blocks[:-1]] == [block] * (len(blocks) - 1)
        np.testing.assert_array_equal(np.concatenate(blocks), np.clip(expected, -1, 1))


@pytest.mark.parametrize("declared", [0, 0xFFFFFFFF, 0x7FFFF000, 0x7F000024])
def test_a_wav_that_never_knew_its_length_is_read_to_the_end_of_the_pipe(declared: int) -> None:
    content = bytearray(_wav(_noise(300), 1000))
    place = content.index(b"data")
    content[place + 4 : place + 8] = struct.pack("<I", declared)
    with open_stream(Pipe(bytes(content))) as opened:
        assert opened.duration_seconds is None
        assert sum(map(len, opened.blocks(0.1))) == 300


def test_chunks_around_the_sound_of_a_piped_wav_are_no_sound() -> None:
    content = _wav(_noise(300), 1000)
    odd = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    piped = content[:12] + odd + content[12:36] + odd + content[36:] + odd
    with open_stream(Pipe(piped)) as opened:
        np.testing.assert_array_equal(
            np.concatenate(list(opened.blocks())),
            soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)[0],
        )


def test_a_piped_wav_comes_block_by_block_and_is_never_held_whole() -> None:
    pipe = Pipe(_wav(np.zeros((200_000, 1)), 1000))
    with open_stream(pipe) as opened:
        blocks = opened.blocks(1.0)
        next(blocks)
        assert pipe.taken <= 44 + 2 * 1000


@pytest.mark.parametrize("form", ["FLAC", "OGG", "AIFF"])
def test_other_formats_from_a_pipe_give_what_the_file_gives(form: str) -> None:
    content = io.BytesIO()
    soundfile.write(content, _noise(3000), 8000, format=form)
    np.testing.assert_array_equal(
        read_audio(Pipe(content.getvalue())).samples, read_audio(io.BytesIO(content.getvalue())).samples
    )


@pytest.mark.parametrize("kept", [0.5, 0.99])
def test_a_pipe_that_ends_early_is_named_and_not_taken_for_short(kept: float) -> None:
    content = _wav(_noise(1000), 1000)
    with (
        open_stream(Pipe(content[: int(kept * len(content))]), name="-") as opened,
        pytest.raises(AudioError, match="^-: truncated, [0-9]+ samples where its header says 1000; copy it .*$"),
    ):
        list(opened.blocks(0.1))


def test_values_that_are_not_finite_are_refused_in_whichever_block() -> None:
    samples = np.zeros((3000, 1))
    samples[2500] = np.nan
    with open_stream(io.BytesIO(_wav(samples, 1000, "FLOAT")), name="bad.wav") as opened:
        blocks = opened.blocks(1.0)
        assert len(next(blocks)) == len(next(blocks)) == 1000
        with pytest.raises(AudioError, match=r"bad\.wav: holds samples that are not finite"):
            next(blocks)


def test_every_channel_is_clipped_by_itself() -> None:
    samples = np.array([[3.0, 0.25], [-2.0, 0.5]])
    with open_stream(io.BytesIO(_wav(samples, 1000, "FLOAT"))) as opened:
        assert np.concatenate(list(opened.blocks())).tolist() == [[1.0, 0.25], [-1.0, 0.5]]


def test_the_cap_stops_a_pipe_without_an_end() -> None:
    class Endless(Pipe):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(size) or bytes(size or 0)

    header = _wav(np.zeros((0, 1)), 1000)
    with (
        open_stream(Endless(header), name="-", max_seconds=3.0) as opened,
        pytest.raises(AudioError, match=r"^-: at least 4 s of audio, more than the 3 s allowed"),
    ):
        list(opened.blocks(1.0))


def test_a_named_pipe_is_read_like_a_pipe(tmp_path: Path) -> None:
    content = _wav(_noise(50_000), 8000)
    fifo = tmp_path / "talk"
    os.mkfifo(fifo)
    writer = threading.Thread(target=fifo.write_bytes, args=(content,))
    writer.start()
    samples = read_audio(fifo).samples
    writer.join()
    np.testing.assert_array_equal(samples, read_audio(io.BytesIO(content)).samples)


def test_the_length_to_expect_is_told_before_anything_is_decoded(write_tone: WriteTone) -> None:
    for name in ("a.wav", "a.flac", "a.ogg", "a.mp3"):
        with open_stream(write_tone(name)) as opened:
            assert opened.duration_seconds == pytest.approx(1.0, abs=0.05)


def test_memory_does_not_grow_with_the_length_of_a_recording(tmp_path: Path) -> None:
    peaks = []
    for seconds in (20, 400):
        path = tmp_path / f"{seconds}.wav"
        soundfile.write(path, np.zeros((seconds * 8000, 1)), 8000)
        tracemalloc.start()
        with open_stream(path) as opened:
            assert sum(map(len, opened.blocks(5.0))) == seconds * 8000
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert 100_000 < peaks[1] < 1.2 * peaks[0]


def _header(rate: int, num_channels: int, num_frames: int) -> bytes:
    """Say in a WAV header of 16 bits, without a library that might refuse it, what is in it; then silence."""
    size = 2 * num_channels
    form = struct.pack("<IHHIIHH", 16, 1, num_channels, rate, rate * size % 2**32, size, 16)
    data = bytes(num_frames * size)
    return (
        b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + form + b"data" + struct.pack("<I", len(data)) + data
    )


@pytest.mark.parametrize("rate", [1, 999, 768_001, 60_000_000])
@pytest.mark.parametrize("form", [io.BytesIO, Pipe])
def test_a_sample_rate_that_no_sound_has_is_refused_by_name(form: type, rate: int) -> None:
    wanted = f"^a.wav: a sample rate of {rate} Hz came, 1000 to 768000 Hz were wanted; .*$"
    with pytest.raises(AudioError, match=wanted), open_stream(form(_header(rate, 1, 100)), name="a.wav"):
        pass


@pytest.mark.parametrize("rate", [1000, 768_000])
def test_the_lowest_and_the_highest_sample_rate_are_taken(rate: int) -> None:
    with open_stream(io.BytesIO(_header(rate, 1, 100))) as opened:
        assert (opened.sample_rate_hz, sum(map(len, opened.blocks()))) == (rate, 100)


@pytest.mark.parametrize("form", [io.BytesIO, Pipe])
def test_memory_grows_neither_with_the_rate_nor_with_the_channels(form: type) -> None:
    content = form(_header(768_000, 1000, 20_000))
    with open_stream(content) as opened:
        sizes = [block.size for block in opened.blocks(30.0)]
    assert sum(sizes) == 1000 * 20_000
    assert max(sizes) <= 2**22


@pytest.mark.parametrize("channel", [3, -1])
def test_a_channel_that_is_not_there_is_refused_by_name(channel: int) -> None:
    with (
        open_stream(io.BytesIO(_wav(_noise(300, 3), 1000)), name="a.wav") as opened,
        pytest.raises(
            AudioError, match=f"^a.wav: channel {channel} was asked for, the recording has 3, counted from 0$"
        ),
    ):
        next(opened.mono_blocks(channel))


def test_one_channel_or_the_mean_of_all_comes_block_by_block() -> None:
    samples = _noise(300, 2)
    for channel, expected in ((0, samples[:, 0]), (1, samples[:, 1]), (None, samples.mean(axis=1))):
        with open_stream(io.BytesIO(_wav(samples, 1000, "FLOAT"))) as opened:
            blocks = list(opened.mono_blocks(channel, 0.1))
        assert [len(block) for block in blocks] == [100, 100, 100]
        np.testing.assert_allclose(np.concatenate(blocks), expected, atol=1e-6)
