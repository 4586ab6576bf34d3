"""Several processes: what comes out is what one process gives."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import soundfile

from speechrnn.bundle.confidence import Wanted
from speechrnn.bundle.decoder_options import DecoderOptions
from speechrnn.transcription import parallel
from speechrnn.transcription.batch import Job, Outcome, Settings, run
from speechrnn.transcription.parallel import run_parallel
from speechrnn.transcription.setup import Setup
from tests.tiny_bundle import noise
from tests.transcription.crashing import dies_at_the_second


def _jobs(folder: Path, count: int) -> list[Job]:
    paths = [folder / f"{number}.wav" for number in range(count)]
    for number, path in enumerate(paths):
        soundfile.write(path, noise(0.3 + 0.6 * (number % 2), 8000, seed=number).samples, 8000)
    return [Job(str(path), folder / "out" / path.stem) for path in paths]


def _setup(model: Path) -> Setup:
    return Setup(model, 1, DecoderOptions(), Wanted())


def test_order_text_files_and_failures_are_those_of_one_process(tiny: Path, tmp_path: Path) -> None:
    jobs = _jobs(tmp_path, 5)
    jobs.insert(2, Job(str(tmp_path / "gone.wav")))
    several = list(run_parallel(_setup(tiny), jobs, Settings(("txt",)), 2))
    written = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
    assert len(written) == 5
    one = [each for each in run(_setup(tiny).load(), jobs, Settings(("txt",))) if isinstance(each, Outcome)]
    assert several == one
    assert {path.name: path.read_text() for path in (tmp_path / "out").iterdir()} == written


def test_a_process_that_dies_costs_only_the_recording_it_was_at(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = _jobs(tmp_path, 4)
    monkeypatch.setattr(parallel, "_work", dies_at_the_second)
    outcomes = list(run_parallel(_setup(tiny), jobs, Settings(), 1))
    assert [one.transcript is not None for one in outcomes] == [True, False, True, True]
    assert outcomes[1].error == f"{jobs[1].source}: the process at it died, perhaps for want of memory; try fewer -j"


def test_nobody_reading_on_ends_the_processes(tiny: Path, tmp_path: Path) -> None:
    outcomes = run_parallel(_setup(tiny), _jobs(tmp_path, 30), Settings(("txt",)), 1)
    assert next(outcomes).transcript is not None
    outcomes.close()
    assert len(list((tmp_path / "out").iterdir())) < 30


COMMAND = (
    "import sys\n"
    "from speechrnn.cli import app\n"
    "from speechrnn.transcription import parallel\n"
    "from tests.transcription.crashing import never_ends\n"
    "parallel._work = never_ends\n"
    "app.main()\n"
)


def _is_gone(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"  # it has ended, and whoever inherited it has not looked yet


def _wait_for(what: str, is_so: object) -> None:
    assert callable(is_so)
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, f"waited too long for {what}"
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes where Linux lists them")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_no_process_outlives_a_command_that_was_ended(
    tiny: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    sources = [job.source for job in _jobs(tmp_path, 2)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    arguments = [sys.executable, "-c", COMMAND, "transcribe", *sources, "-m", str(tiny), "-j", "2"]
    with (
        (tmp_path / "stderr").open("wb") as stderr,
        subprocess.Popen(arguments, env=environment, stderr=stderr) as command,
    ):
        left = [Path(source).with_suffix(".pid") for source in sources]
        _wait_for("work to begin", lambda: all(path.exists() for path in left))
        process_ids = [int(path.read_text()) for path in left]
        assert not any(map(_is_gone, process_ids))
        command.send_signal(number)
        assert command.wait(timeout=30) == code
    _wait_for("the processes to end", lambda: all(map(_is_gone, process_ids)))
    assert "Traceback" not in (tmp_path / "stderr").read_text()
