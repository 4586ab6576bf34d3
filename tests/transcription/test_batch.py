"""Many recordings: what is refused before any work, and what costs only itself."""

import errno
import io
import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from speechrnn.audio import Audio, AudioStream, RawFormat, spool
from speechrnn.errors import UsageError
from speechrnn.transcription import batch
from speechrnn.transcription.batch import Job, Outcome, Part, Settings, plan, run, unwritten
from speechrnn.transcription.recognizer import Recognizer
from speechrnn.transcription.sources import Source
from tests.audio.pipes import Pipe
from tests.tiny_bundle import noise
from tests.transcription.broken_files import write_broken

DEFAULTS = Settings()


def _wav(path: Path, seconds: float = 0.5, rate: int = 8000) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, noise(seconds, rate).samples, rate)
    return str(path)


def _stereo(path: Path, seconds: float = 0.5) -> str:
    """Two channels with different noise."""
    channels = [noise(seconds, seed=1).samples, noise(seconds, seed=2).samples]
    soundfile.write(path, np.stack(channels, axis=1), 8000, subtype="FLOAT")
    return str(path)


def _outcomes(recognizer: Recognizer, jobs: list[Job], settings: Settings = DEFAULTS) -> list[Outcome]:
    return [one for one in run(recognizer, jobs, settings) if isinstance(one, Outcome)]


def _text(outcome: Outcome) -> str:
    assert outcome.transcript is not None, outcome.error
    return outcome.transcript.text


def test_two_recordings_of_one_stem_get_names_of_their_own(tmp_path: Path) -> None:
    sources = [Source("x/a.wav", "a"), Source("x/a.flac", "a")]
    assert [job.base for job in plan(sources, None, ["txt"])] == [None, None]
    jobs = plan(sources, tmp_path, ["srt", "txt"])
    assert [job.target("srt") for job in jobs] == [tmp_path / "a.wav.srt", tmp_path / "a.flac.srt"]


def test_one_recording_named_twice_is_refused_when_files_are_wanted(tmp_path: Path) -> None:
    sources = [Source("x/a.wav", "a"), Source("./x/a.wav", "a")]
    assert [job.base for job in plan(sources, None, ["txt"])] == [None, None]
    with pytest.raises(UsageError, match=r"^x/a\.wav and \./x/a\.wav: would both .*; name each recording once$"):
        plan(sources, tmp_path / "out", ["srt", "txt"])


def test_output_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    source = _wav(tmp_path / "a.wav")
    with pytest.raises(UsageError, match="is a file, a folder to write into was wanted"):
        plan([Source(source, "a")], Path(source), ["txt"])


def test_targets_are_named_after_the_stem_the_channel_and_the_format(tmp_path: Path) -> None:
    deep, stdin = plan([Source("in/x/a.b.wav", "x/a.b"), Source("-", "stdin")], tmp_path, ["json"])
    assert deep.target("json") == tmp_path / "x" / "a.b.json"
    assert deep.target("textgrid", 1) == tmp_path / "x" / "a.b.ch1.TextGrid"
    assert stdin.target("srt") == tmp_path / "stdin.srt"
    assert Job("a.wav").target("srt") is None


def test_only_recordings_with_all_their_files_are_left_out(tmp_path: Path) -> None:
    jobs = plan([Source("a.wav", "a"), Source("b.wav", "b")], tmp_path, ["txt", "srt"])
    for name in ("a.txt", "b.txt", "b.srt", "a.ch0.txt", "a.ch0.srt"):
        (tmp_path / name).write_text("")
    assert unwritten(jobs, Settings(("txt", "srt"))) == jobs[:1]
    assert unwritten(jobs, Settings(("txt",))) == []
    assert unwritten(jobs, Settings(("txt", "srt"), split=True)) == jobs[1:]


def test_files_hold_the_transcript_in_every_format_asked_for(tiny: Path, tmp_path: Path) -> None:
    source = _wav(tmp_path / "a.wav")
    jobs = plan([Source(source, "deep/a")], tmp_path, ["json", "txt"])
    (outcome,) = _outcomes(Recognizer.load(tiny), jobs, Settings(("json", "txt")))
    assert json.loads((tmp_path / "deep" / "a.json").read_text(encoding="utf-8"))["text"] == f" {_text(outcome)}" != " "
    assert (tmp_path / "deep" / "a.txt").read_text(encoding="utf-8") == f"{_text(outcome)}\n"


def test_a_transcript_that_cannot_be_written_is_a_failure_with_a_name(tiny: Path, tmp_path: Path) -> None:
    source = _wav(tmp_path / "a.wav")
    (outcome,) = _outcomes(Recognizer.load(tiny), [Job(source, Path(source) / "a")], Settings(("txt",)))
    assert outcome.transcript is None
    assert outcome.error.startswith(f"{source}: cannot write {source}")


@pytest.mark.parametrize(("rate", "warned"), [(6000, True), (8000, False), (44100, False)])
def test_audio_below_the_rate_of_the_model_is_warned_about(tiny: Path, tmp_path: Path, rate: int, warned: bool) -> None:
    source = _wav(tmp_path / "a.wav", rate=rate)
    (outcome,) = _outcomes(Recognizer.load(tiny), [Job(source)])
    assert outcome.transcript is not None
    assert outcome.warning.startswith(f"{source}: 6000 Hz, below the model's 8000 Hz") == warned
    assert bool(outcome.warning) == warned


def test_flaws_of_a_recording_are_warned_about_in_one_line_and_cost_nothing(tiny: Path, tmp_path: Path) -> None:
    source, loud = str(tmp_path / "a.wav"), np.clip(9 * noise(0.5, 6000).samples, -1, 1)
    soundfile.write(source, np.stack([loud, -loud], axis=1), 6000, subtype="FLOAT")
    (outcome,) = _outcomes(Recognizer.load(tiny), [Job(source)])
    assert outcome.transcript is not None
    assert not outcome.error
    pattern = rf"{source}: 6000 Hz, .*; is clipped \(.*\), .*; its channels cancel each other when mixed, .*"
    assert re.fullmatch(pattern, outcome.warning)
    split = _outcomes(Recognizer.load(tiny), [Job(source)], Settings(split=True))
    assert re.fullmatch(rf"{source}: 6000 Hz, .*; channel 0 is clipped .*", split[0].warning)
    assert re.fullmatch(rf"{source}: channel 1 is clipped .*", split[1].warning)


def test_a_channel_gives_what_a_file_of_it_alone_gives(tiny: Path, tmp_path: Path) -> None:
    stereo, recognizer = _stereo(tmp_path / "a.wav"), Recognizer.load(tiny)
    alone = [recognizer.transcribe(noise(0.5, seed=seed)).text for seed in (1, 2)]
    assert alone[0] != alone[1]
    chosen = [_outcomes(recognizer, [Job(stereo)], Settings(channel=channel))[0] for channel in (0, 1)]
    split = _outcomes(recognizer, [Job(stereo, tmp_path / "out")], Settings(("txt",), split=True))
    assert [_text(one) for one in chosen] == [_text(one) for one in split] == alone
    assert [one.channel for one in split] == [0, 1]
    assert [(tmp_path / f"out.ch{number}.txt").read_text().strip() for number in (0, 1)] == alone
    mixed = (noise(0.5, seed=1).samples + noise(0.5, seed=2).samples) / 2
    (mix,) = _outcomes(recognizer, [Job(stereo)])
    assert _text(mix) == recognizer.transcribe(Audio(mixed, 8000)).text


def test_a_split_that_was_interrupted_is_not_taken_for_done(tiny: Path, tmp_path: Path) -> None:
    jobs = [Job(_stereo(tmp_path / "a.wav"), tmp_path / "out" / "a")]
    settings, recognizer = Settings(("txt", "json"), split=True), Recognizer.load(tiny)
    news = run(recognizer, jobs, settings)
    first = next(one for one in news if isinstance(one, Outcome))
    news.close()
    assert (first.channel, first.last) == (0, False)
    assert unwritten(jobs, settings) == jobs
    assert [one.last for one in _outcomes(recognizer, jobs, settings)] == [False, True]
    assert unwritten(jobs, settings) == []


def test_the_files_of_channel_0_are_written_last(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(batch, "write_bytes", lambda path, content, durable: written.append(path.name))
    job = Job(_stereo(tmp_path / "a.wav"), tmp_path / "a")
    assert len(_outcomes(Recognizer.load(tiny), [job], Settings(("txt", "srt"), split=True))) == 2
    assert written == ["a.ch1.txt", "a.ch1.srt", "a.ch0.txt", "a.ch0.srt"]


def test_a_split_that_fails_at_a_channel_has_one_last_outcome_and_is_not_done(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = batch.transcribe_parts

    def faulty(recognizer: Recognizer, stream: AudioStream, channel: int | None) -> object:
        if channel == 1:
            raise RuntimeError("bad shape")
        return real(recognizer, stream, channel)

    monkeypatch.setattr(batch, "transcribe_parts", faulty)
    jobs, settings = [Job(_stereo(tmp_path / "a.wav"), tmp_path / "a")], Settings(("txt",), split=True)
    outcomes = _outcomes(Recognizer.load(tiny), jobs, settings)
    assert [(bool(one.error), one.last) for one in outcomes] == [(False, False), (True, True)]
    assert unwritten(jobs, settings) == jobs


def test_a_channel_that_is_not_there_is_a_failure_with_a_name(tiny: Path, tmp_path: Path) -> None:
    stereo = _stereo(tmp_path / "a.wav")
    (outcome,) = _outcomes(Recognizer.load(tiny), [Job(stereo)], Settings(channel=2))
    assert outcome.error == f"{stereo}: channel 2 was asked for, the recording has 2, counted from 0"


class Stdin:
    """Standard input from a pipe or a file."""

    def __init__(self, buffer: io.BytesIO) -> None:
        self.buffer = buffer


@pytest.mark.parametrize("stream", [Pipe, io.BytesIO])
def test_standard_input_transcribes_as_the_file_does(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: type[io.BytesIO]
) -> None:
    source, recognizer = _stereo(tmp_path / "a.wav"), Recognizer.load(tiny)
    for settings in (Settings(), Settings(split=True), Settings(channel=1)):
        monkeypatch.setattr(batch.sys, "stdin", Stdin(stream(Path(source).read_bytes())))
        from_file, from_stdin = (_outcomes(recognizer, [Job(name)], settings) for name in (source, "-"))
        assert [_text(one) for one in from_stdin] == [_text(one) for one in from_file]
        assert len(from_file) == 1 + settings.split


def test_raw_samples_are_read_as_described(tiny: Path, tmp_path: Path) -> None:
    audio, recognizer = noise(0.5), Recognizer.load(tiny)
    (tmp_path / "a.raw").write_bytes(audio.samples.astype("<f4").tobytes())
    settings = Settings(raw=RawFormat(8000, 1, "f32le"))
    (outcome,) = _outcomes(recognizer, [Job(str(tmp_path / "a.raw"))], settings)
    assert _text(outcome) == recognizer.transcribe(audio).text != ""


def test_parts_of_a_long_recording_come_before_its_outcome(tiny: Path, tmp_path: Path) -> None:
    source = _wav(tmp_path / "long.wav", seconds=75.0)
    *parts, outcome = run(Recognizer.load(tiny), [Job(source)], Settings())
    assert len(parts) > 1
    assert isinstance(outcome, Outcome)
    assert all(isinstance(part, Part) and part.total_seconds == 75.0 for part in parts)
    assert outcome.transcript is not None
    assert tuple(segment for part in parts for segment in part.transcript.segments) == outcome.transcript.segments  # type: ignore[union-attr]


def test_every_way_of_being_broken_is_named_and_costs_no_other_recording(tiny: Path, tmp_path: Path) -> None:
    broken = write_broken(tmp_path / "in", noise(0.5))
    assert len(broken) == 20
    broken[tmp_path / "in" / "gone.wav"] = "no such file"  # it went between planning and its turn
    broken[tmp_path / "in"] = "cannot be opened (Is a directory)"
    good = [_wav(tmp_path / "in" / f"{number}.{kind}") for number, kind in enumerate(["wav", "flac", "ogg", "mp3"] * 6)]
    mixed = [source for pair in itertools.zip_longest(good, map(str, broken)) for source in pair if source]
    jobs = [Job(source, tmp_path / "out" / Path(source).name) for source in mixed]
    outcomes = _outcomes(Recognizer.load(tiny), jobs, Settings(("txt",)))
    assert [one.job for one in outcomes] == jobs
    assert {one.job.source for one in outcomes if one.transcript} == set(good)
    for outcome in outcomes:
        target = outcome.job.target("txt")
        assert target is not None
        assert target.exists() == (outcome.transcript is not None)
        if outcome.transcript is None:
            assert outcome.error.startswith(f"{outcome.job.source}: ")
            assert broken[Path(outcome.job.source)] in outcome.error
            assert outcome.error.count(outcome.job.source) == 1
            assert "\n" not in outcome.error


def test_a_fault_nobody_thought_of_costs_its_recording_only(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = batch.transcribe_parts

    def faulty(recognizer: Recognizer, stream: AudioStream, channel: int | None) -> object:
        if "odd" in stream.name:
            raise RuntimeError("node 7:\n  bad shape")
        return real(recognizer, stream, channel)

    monkeypatch.setattr(batch, "transcribe_parts", faulty)
    odd, good = _wav(tmp_path / "odd.wav"), _wav(tmp_path / "good.wav")
    first, second = _outcomes(Recognizer.load(tiny), [Job(odd), Job(good)])
    assert first.error == f"{odd}: failed unexpectedly (RuntimeError: node 7: bad shape); please report this"
    assert second.transcript is not None


def test_transcribing_imports_neither_what_training_needs_nor_pydantic(tiny: Path, tmp_path: Path) -> None:
    source = _wav(tmp_path / "a.wav", rate=44100)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from speechrnn.bundle.find import resolve_model\n"
        "from speechrnn.transcription.batch import Job, Outcome, Settings, run\n"
        "from speechrnn.transcription.recognizer import Recognizer\n"
        f"recognizer = Recognizer.load(resolve_model(Path({str(tiny)!r})))\n"
        f"*_, outcome = run(recognizer, [Job({source!r})], Settings())\n"
        "print(outcome.transcript.text)\n"
        "print(*sorted({'torch', 'lhotse', 'librosa', 'pydantic', 'onnx', 'scipy', 'yaml'} & sys.modules.keys()))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, env=environment, timeout=60, check=True, text=True)
    text, heavy = done.stdout.splitlines()
    assert text
    assert heavy == ""


def test_a_closed_standard_input_is_one_error(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    (outcome,) = _outcomes(Recognizer.load(tiny), [Job("-")])
    assert outcome.error == "-: standard input is closed; pipe a sound file into it"


def test_a_keyboard_is_not_waited_for(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Keyboard(io.BytesIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(batch.sys, "stdin", Stdin(Keyboard()))
    (outcome,) = _outcomes(Recognizer.load(tiny), [Job("-")])
    assert outcome.error == "-: standard input is the keyboard; pipe a sound file into it"


def test_a_full_disk_under_a_split_pipe_is_named(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.FileIO):
        def write(self, content: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(spool, "FileIO", Full)
    monkeypatch.setattr(batch.sys, "stdin", Stdin(Pipe(Path(_stereo(tmp_path / "a.wav")).read_bytes())))
    (outcome,) = _outcomes(Recognizer.load(tiny), [Job("-")], Settings(split=True))
    assert outcome.error == (
        "-: cannot be copied to a temporary file (No space left on device), which --channel split reads once per "
        "channel; free some disk space, or name a file"
    )


def test_a_fault_known_beforehand_stands_in_place_of_a_transcript(tiny: Path, tmp_path: Path) -> None:
    jobs = plan([Source("b.wav", "b", "b.wav: is a pipe")], tmp_path, ("txt",))
    settings = Settings(("txt",))
    assert unwritten(jobs, settings) == jobs
    assert [one.error for one in run(Recognizer.load(tiny), jobs, settings) if isinstance(one, Outcome)] == [
        "b.wav: is a pipe"
    ]
    assert list(tmp_path.iterdir()) == []
