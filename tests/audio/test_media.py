"""What libsndfile does not read, by PyAV and by ffmpeg: the same laws for both."""

import io
import sys
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from speechrnn.audio import ffmpeg as ffmpeg_module
from speechrnn.audio import open_stream, probe_audio, read_audio
from speechrnn.errors import AudioError
from tests.audio.media_files import CODECS, write_media, write_picture_only
from tests.audio.pipes import Pipe

RATE = 48000  # all of these codecs know it


@pytest.fixture(params=["PyAV", "ffmpeg"])
def decoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Leave only one of the two."""
    if request.param == "ffmpeg":
        monkeypatch.setitem(sys.modules, "av", None)
        monkeypatch.setattr("shutil.which", lambda name: imageio_ffmpeg.get_ffmpeg_exe() if name == "ffmpeg" else None)
    else:
        monkeypatch.setattr("shutil.which", lambda name: None)
    return str(request.param)


def _clicks(num_channels: int = 1, seconds: float = 1.5) -> np.ndarray:
    """A tone that starts at 0.5 s, in the second channel an octave higher: time, pitch and channel can be told."""
    time = np.arange(round(RATE * seconds)) / RATE
    return np.stack(
        [0.5 * np.sin(2 * np.pi * 500 * 2**channel * time) * (time >= 0.5) for channel in range(num_channels)], axis=1
    )


def _peak_hz(samples: np.ndarray) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples))


@pytest.mark.parametrize("suffix", sorted(CODECS))
def test_every_format_keeps_time_pitch_and_channels(decoder: str, suffix: str, tmp_path: Path) -> None:
    path = write_media(tmp_path / f"a{suffix}", _clicks(num_channels=2), RATE)
    with open_stream(path) as stream:
        assert (stream.sample_rate_hz, stream.num_channels) == (RATE, 2)
        left, right = np.concatenate(list(stream.blocks(0.1))).T
    lead = 0.05 if suffix == ".aac" else 0.0  # a bare stream does not tell how much of it is padding
    assert len(left) / RATE == pytest.approx(1.5, abs=0.06 + 2 * lead)
    onset = int(np.flatnonzero(np.abs(left) > 0.1)[0]) / RATE
    assert onset == pytest.approx(0.5, abs=0.005 + lead)
    steady = slice(round(0.7 * RATE), round(1.4 * RATE))
    assert _peak_hz(left[steady]) == pytest.approx(500, abs=3)
    assert _peak_hz(right[steady]) == pytest.approx(1000, abs=3)


@pytest.mark.parametrize("suffix", [".m4a", ".mka", ".webm"])
def test_a_title_in_another_encoding_than_utf_8_costs_nothing(decoder: str, suffix: str, tmp_path: Path) -> None:
    path = write_media(tmp_path / f"a{suffix}", _clicks(), RATE, title="Cafe au lait")
    expected, content = read_audio(path).samples, path.read_bytes()
    assert content.count(b"Cafe") == 1
    path.write_bytes(content.replace(b"Cafe", b"Caf\xe9"))
    np.testing.assert_array_equal(read_audio(path).samples, expected)


def test_a_pipe_and_bytes_give_what_the_file_gives(decoder: str, tmp_path: Path) -> None:
    # The index of this m4a stands at its end, so it cannot be read forward only.
    path = write_media(tmp_path / "a.m4a", _clicks(), RATE)
    expected = read_audio(path).samples
    for stream in (Pipe(path.read_bytes()), io.BytesIO(path.read_bytes())):
        np.testing.assert_array_equal(read_audio(stream, name="-").samples, expected)


def test_the_size_of_blocks_changes_nothing(decoder: str, tmp_path: Path) -> None:
    path = write_media(tmp_path / "a.webm", _clicks(), RATE)
    for seconds in (0.013, 0.5, 100.0):
        with open_stream(path) as stream:
            blocks = list(stream.blocks(seconds))
        assert all(len(block) == round(seconds * RATE) for block in blocks[:-1])
        np.testing.assert_array_equal(np.concatenate(blocks).mean(axis=1), read_audio(path).samples)


def test_a_part_is_the_slice_of_the_whole(decoder: str, tmp_path: Path) -> None:
    path = write_media(tmp_path / "a.m4a", _clicks(), RATE)
    part = read_audio(path, start_seconds=0.4, duration_seconds=0.3)
    np.testing.assert_array_equal(part.samples, read_audio(path).samples[round(0.4 * RATE) : round(0.7 * RATE)])


@pytest.mark.parametrize(("suffix", "options"), [(".m4a", {}), (".m4a", {"movflags": "faststart"}), (".aac", {})])
@pytest.mark.parametrize("kept", [0.4, 0.9])
def test_a_file_cut_short_is_refused_not_shortened(
    decoder: str, suffix: str, options: dict[str, str], kept: float, tmp_path: Path
) -> None:
    path = write_media(tmp_path / f"cut{suffix}", _clicks(), RATE, **options)
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])
    with pytest.raises(AudioError, match=rf"cut\{suffix}: (truncated|cannot be decoded)"):
        read_audio(path)


def test_a_webm_cut_short_is_known_by_its_declared_length(tmp_path: Path) -> None:
    path = write_media(tmp_path / "cut.webm", _clicks(), RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(AudioError, match=r"cut\.webm: truncated, 0\.\d+ s of audio where its header says 1\.5\d+ s"):
        read_audio(path)


@pytest.mark.usefixtures("decoder")
def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"silent\.mp4: cannot be decoded \(there is no sound track in it\); wanted"):
        read_audio(write_picture_only(tmp_path / "silent.mp4"))


@pytest.mark.usefixtures("decoder")
def test_a_playlist_never_opens_what_it_names(tmp_path: Path) -> None:
    sound = write_media(tmp_path / "secret.aac", _clicks(), RATE)
    hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:2,\n{sound}\n#EXT-X-ENDLIST\n"
    for name, content in (("a.m4a", hls), ("b.m4a", f"ffconcat version 1.0\nfile '{sound}'\n")):
        (tmp_path / name).write_text(content)
        with pytest.raises(AudioError, match=rf"{name}: cannot be decoded; wanted .*, webm or their like; convert it"):
            read_audio(tmp_path / name)


def test_the_cap_holds_while_decoding(decoder: str, tmp_path: Path) -> None:
    path = write_media(tmp_path / "long.webm", np.zeros((60 * RATE, 1)), RATE)
    with pytest.raises(AudioError, match=r"long\.webm: at least \d+ s of audio, more than the 20 s allowed"):
        read_audio(path, max_seconds=20.0)


def test_a_broken_flac_is_left_to_libsndfile(decoder: str, tmp_path: Path) -> None:
    (tmp_path / "a.flac").write_bytes(b"fLaC" + bytes(range(256)))
    with pytest.raises(AudioError, match=r"a\.flac: cannot be decoded \(libsndfile: .*\); convert it again"):
        read_audio(tmp_path / "a.flac")


def test_without_either_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_media(tmp_path / "a.m4a", _clicks(), RATE)
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    for function in (read_audio, probe_audio):
        with pytest.raises(
            AudioError, match=r"a\.m4a: cannot be decoded; .*pip install 'speechrnn\[media\]', or install"
        ):
            function(path)


def test_ffmpeg_gets_bytes_and_never_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    real = ffmpeg_module.subprocess.Popen

    def watched(command: list[str], **options: object) -> object:
        started.append(command)
        return real(command, **options)  # type: ignore[call-overload]

    path = write_media(tmp_path / "a.m4a", _clicks(), RATE)
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.setattr("shutil.which", lambda name: imageio_ffmpeg.get_ffmpeg_exe())
    monkeypatch.setattr(ffmpeg_module.subprocess, "Popen", watched)
    assert len(read_audio(path).samples) > RATE
    (command,) = started
    assert not [argument for argument in command if str(tmp_path) in argument or "a.m4a" in argument]
    assert command[command.index("-protocol_whitelist") + 1] == "fd"


def test_an_old_ffmpeg_without_the_protocol_fd_reads_a_pipe(tmp_path: Path) -> None:
    path = write_media(tmp_path / "a.webm", _clicks(), RATE)
    old = tmp_path / "ffmpeg"
    old.write_text(
        f'#!/bin/sh\ncase "$*" in *fd:*) echo "fd:: Protocol not found" >&2; exit 1;; esac\n'
        f'exec "{imageio_ffmpeg.get_ffmpeg_exe()}" "$@"\n'
    )
    old.chmod(0o755)
    with path.open("rb", buffering=0) as stream, ffmpeg_module.open_ffmpeg(stream, str(old)) as opened:
        assert len(opened.read(RATE)) == RATE


def test_an_ffmpeg_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = tmp_path / "ffmpeg"
    hanging.write_text("#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(0o755)
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.setattr("shutil.which", lambda name: str(hanging))
    monkeypatch.setattr(ffmpeg_module, "_MOST_WAITING_SECONDS", 0.2)
    (tmp_path / "a.m4a").write_bytes(b"\0\0\0\x20ftypM4A " + bytes(100))
    with pytest.raises(AudioError, match=r"a\.m4a: cannot be decoded \(.*ffmpeg: it gave no reason\)"):
        read_audio(tmp_path / "a.m4a")
