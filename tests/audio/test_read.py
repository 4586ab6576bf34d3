import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
import soundfile

from speechrnn.audio import probe_audio, read_audio
from speechrnn.errors import AudioError
from tests.audio.pipes import Pipe

WriteTone = Callable[..., Path]


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.aiff", "a.au", "a.w64", "a.caf"])
def test_lossless_formats_give_the_samples_that_were_written(name: str, write_tone: WriteTone) -> None:
    audio = read_audio(write_tone(name, subtype="PCM_16"))
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    assert audio.sample_rate_hz == 16000
    assert audio.samples.dtype == np.float32
    np.testing.assert_allclose(audio.samples, expected, atol=1 / 2**15)


@pytest.mark.parametrize(
    ("name", "options"), [("a.ogg", {}), ("a.mp3", {}), ("a.opus", {"format": "OGG", "subtype": "OPUS"})]
)
def test_lossy_formats_keep_length_and_pitch(name: str, options: dict[str, str], write_tone: WriteTone) -> None:
    audio = read_audio(write_tone(name, **options))
    assert len(audio.samples) == 16000
    assert int(np.abs(np.fft.rfft(audio.samples)).argmax()) == pytest.approx(440, abs=1)


def test_channels_are_averaged(write_tone: WriteTone) -> None:
    mono = read_audio(write_tone("mono.wav", subtype="FLOAT")).samples
    stereo = read_audio(write_tone("stereo.wav", num_channels=2, subtype="FLOAT")).samples
    np.testing.assert_allclose(stereo, mono * (1 + 0.5) / 2, atol=1e-7)


def test_one_channel_is_read_alone_and_one_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.tile([[0.25, -0.5]], (800, 1)), 8000)
    for channel, value in enumerate((0.25, -0.5)):
        assert np.allclose(read_audio(tmp_path / "a.wav", channel=channel).samples, value, atol=1e-4)
    for channel in (2, -1):
        with pytest.raises(AudioError, match=rf"a\.wav: has no channel {channel}; channels 0 to 1 are there$"):
            read_audio(tmp_path / "a.wav", channel=channel)


def test_float_samples_over_full_scale_are_clipped(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "loud.wav", np.array([0.5, 3.0, -2.0, 0.25]), 8000, subtype="FLOAT")
    assert read_audio(tmp_path / "loud.wav").samples.tolist() == [0.5, 1.0, -1.0, 0.25]


def test_a_part_is_the_slice_of_the_whole(write_tone: WriteTone) -> None:
    path = write_tone("a.flac", rate=8000)
    whole = read_audio(path).samples
    part = read_audio(path, start_seconds=0.25, duration_seconds=0.5)
    assert part.duration_seconds == 0.5
    np.testing.assert_array_equal(part.samples, whole[2000:6000])


def test_a_part_past_the_end_stops_at_the_end(write_tone: WriteTone) -> None:
    assert len(read_audio(write_tone("a.wav"), start_seconds=0.75, duration_seconds=9.0).samples) == 4000


@pytest.mark.parametrize("start", [1.0, 7.5, -0.1])
def test_a_start_outside_the_audio_is_refused(start: float, write_tone: WriteTone) -> None:
    with pytest.raises(AudioError, match=r"a\.wav: start .* lies outside the audio, which is 1\.000 s long"):
        read_audio(write_tone("a.wav"), start_seconds=start)


def test_a_stream_that_can_seek_and_a_pipe_give_what_the_file_gives(write_tone: WriteTone) -> None:
    path = write_tone("a.wav")
    expected = read_audio(path).samples
    content = path.read_bytes()
    for stream in (io.BytesIO(content), Pipe(content)):
        np.testing.assert_array_equal(read_audio(stream, name="-").samples, expected)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("missing.wav", None, "no such file"),
        ("empty.wav", b"", "empty"),
        ("text.wav", b"This is not sound at all, whatever the name says.\n" * 20, "cannot be decoded"),
        ("talk.m4a", b"\0\0\0\x20ftypM4A " + bytes(100), "cannot be decoded"),
        ("samples.raw", bytes(1000), "cannot be decoded"),
    ],
)
def test_what_is_no_sound_is_an_error_that_names_it(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    for function in (read_audio, probe_audio):
        with pytest.raises(AudioError, match=f"{name}: .*{reason}"):
            function(tmp_path / name)


def test_a_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=f"{tmp_path.name}: cannot be opened"):
        read_audio(tmp_path)


def test_a_stream_is_called_by_the_name_given() -> None:
    with pytest.raises(AudioError, match="^stdin: cannot be decoded"):
        read_audio(io.BytesIO(b"no sound here, just words"), name="stdin")


def test_a_header_without_samples_is_empty(write_tone: WriteTone) -> None:
    with pytest.raises(AudioError, match=r"none\.wav: holds no samples"):
        read_audio(write_tone("none.wav", seconds=0))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_samples_that_are_not_finite_are_refused(tmp_path: Path, value: float) -> None:
    soundfile.write(tmp_path / "bad.wav", np.array([0.0, value, 0.0]), 8000, subtype="FLOAT")
    with pytest.raises(AudioError, match=r"bad\.wav: holds samples that are not finite"):
        read_audio(tmp_path / "bad.wav")


@pytest.mark.parametrize("name", ["cut.wav", "cut.flac", "cut.aiff"])
@pytest.mark.parametrize("kept", [0.5, 0.99])
def test_a_truncated_file_is_refused_not_shortened(name: str, kept: float, write_tone: WriteTone) -> None:
    path = write_tone(name)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(AudioError, match=f"{name}: (truncated|cannot be decoded)"):
        read_audio(path)


@pytest.mark.parametrize("declared", [0xFFFFFFFF, 0x7FFFF000, 0x7F000024])
def test_a_wav_from_a_pipe_that_never_knew_its_length_is_read_to_its_end(declared: int, write_tone: WriteTone) -> None:
    path = write_tone("piped.wav", subtype="PCM_16")
    content = bytearray(path.read_bytes())
    position = content.index(b"data")
    content[position + 4 : position + 8] = struct.pack("<I", declared)
    path.write_bytes(content)
    assert len(read_audio(path).samples) == 16000


def test_chunks_before_and_after_the_sound_do_not_look_like_truncation(write_tone: WriteTone) -> None:
    path = write_tone("a.wav", subtype="PCM_16")
    content = path.read_bytes()
    odd_chunk = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    body = content[12:36] + odd_chunk + content[36:] + odd_chunk
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body)
    assert len(read_audio(path).samples) == 16000


def test_audio_over_the_cap_is_refused(write_tone: WriteTone) -> None:
    path = write_tone("long.wav", seconds=2.0)
    with pytest.raises(AudioError, match=r"long\.wav: at least 2 s of audio, more than the 1 s allowed"):
        read_audio(path, max_seconds=1.0)
    assert len(read_audio(path, max_seconds=1.0, duration_seconds=1.0).samples) == 16000


def test_the_cap_holds_while_decoding_where_the_header_gives_only_a_guess(write_tone: WriteTone) -> None:
    path = write_tone("long.mp3", seconds=65.0, rate=8000)
    with pytest.raises(AudioError, match=r"long\.mp3: at least \d+ s of audio"):
        read_audio(path, max_seconds=40.0)


def test_more_than_one_block_is_joined_without_a_seam(write_tone: WriteTone) -> None:
    path = write_tone("long.wav", seconds=61.0, rate=8000, subtype="PCM_16")
    expected = soundfile.read(path, dtype="float32")[0]
    np.testing.assert_array_equal(read_audio(path).samples, expected)


def test_probe_tells_what_the_header_says(write_tone: WriteTone) -> None:
    info = probe_audio(write_tone("a.wav", seconds=0.5, rate=44100, num_channels=2))
    assert (info.num_samples, info.sample_rate_hz, info.num_channels) == (22050, 44100, 2)
    assert info.duration_seconds == 0.5


def test_reading_leaves_no_file_open(write_tone: WriteTone) -> None:
    stream: BinaryIO = write_tone("a.wav").open("rb")
    read_audio(stream)
    assert not stream.closed  # the caller's stream stays the caller's
    stream.close()
