"""`speechrnn serve`: its options, and what it says before it serves."""

import importlib.util
import socket
from pathlib import Path
from typing import Any

import pytest

from speechrnn.cli.serve_options import ServeOptions
from speechrnn.errors import UsageError
from speechrnn.serve import run
from speechrnn.serve.guard import Guard
from tests.cli.conftest import Door

USUAL = {
    "api_key": None,
    "allow_host": None,
    "workers": None,
    "max_waiting": 16,
    "max_streams": 8,
    "max_upload": 100.0,
    "max_minutes": 120.0,
}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Serve nothing; give what would have been served: the application and its place."""
    calls: list[Any] = []

    def note(app: Guard, place: socket.socket) -> None:
        calls.append((app, place.getsockname()))

    monkeypatch.setattr(run, "run_until_stopped", note)
    return calls


def service_of(app: Guard) -> Any:
    return app._app.state.service  # type: ignore[attr-defined]


def test_a_server_of_this_machine_alone_says_where_it_is_and_no_more(main: Door, tiny: Path, served: list[Any]) -> None:
    ended = main("serve", "-m", tiny, "--port", 0)
    ((app, (host, port)),) = served
    assert (ended.code, ended.stdout, host) == (0, "", "127.0.0.1")
    assert ended.stderr == f"serving tiny on http://127.0.0.1:{port} (Ctrl-C ends)\n"
    assert service_of(app).rules.silence_seconds == 1.0


def test_a_server_for_others_warns(main: Door, tiny: Path, served: list[Any]) -> None:
    open_to_all = main("serve", "-m", tiny, "--port", 0, "--host", "0.0.0.0").stderr
    locked = main("serve", "-m", tiny, "--port", 0, "--host", "0.0.0.0", "--api-key", "x").stderr
    assert "warning: not only this machine: everyone, since there is no --api-key, on its networks" in open_to_all
    assert "warning: not only this machine: whoever knows the key on its networks" in locked
    assert len(served) == 2


def test_every_option_reaches_the_server(
    main: Door, tiny: Path, served: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPEECHRNN_API_KEY", "sesame")
    options = "--port 0 --workers 3 --max-waiting 5 --max-streams 2 --max-upload 0.5 --max-minutes 2 --end-silence 0.4"
    ended = main("serve", "-m", tiny, *options.split(), "--allow-host", "ASR.lan", "--max-utterance", 9, "--beam", 4)
    assert ended.code == 0
    app, service = served[0][0], service_of(served[0][0])
    limits = service.limits
    assert (limits.max_waiting, limits.max_streams, limits.max_upload_bytes, limits.max_seconds) == (5, 2, 2**19, 120)
    assert (service.workers.count, service.rules.silence_seconds, service.rules.max_seconds) == (3, 0.4, 9)
    assert app._names == {"127.0.0.1", "asr.lan"}
    assert app._api_key == "sesame"
    assert service.workers._workers[2].model.recognizer.decoder.config.beam_size == 4


def test_a_key_of_nothing_is_none() -> None:
    assert ServeOptions(**USUAL | {"api_key": ""}).key is None
    assert ServeOptions(**USUAL | {"api_key": "x"}).key == "x"


@pytest.mark.parametrize("key", ["s\xe9same", "two words", "tab\t", "line\n"])
def test_a_key_that_clients_could_not_send_is_refused(key: str) -> None:
    with pytest.raises(UsageError, match="--api-key: letters, digits and signs of ASCII were wanted"):
        _ = ServeOptions(**USUAL | {"api_key": key}).key


def test_without_the_extra_the_error_says_how_to_get_it(
    main: Door, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "uvicorn" else find(name))
    ended = main("serve", "-m", tiny)
    assert (ended.code, ended.errors) == (1, ["error: uvicorn is not there; run pip install 'speechrnn[serve]'"])


def test_a_port_that_is_taken_is_an_error_in_one_line(main: Door, tiny: Path, served: list[Any]) -> None:
    with run.listen_on("127.0.0.1", 0) as taken:
        ended = main("serve", "-m", tiny, "--port", taken.getsockname()[1])
    assert (ended.code, len(ended.errors), served) == (2, 1, [])
    assert "give another --port" in ended.errors[0]


def test_a_host_that_no_name_can_be_is_an_error_in_one_line(main: Door, tiny: Path, served: list[Any]) -> None:
    ended = main("serve", "-m", tiny, "--host", "a..b")
    assert (ended.code, served) == (2, [])
    assert ended.errors == ["error: --host a..b: no address of this machine (no valid name); give another one"]


def test_what_transcribes_loads_no_web_server(tiny: Path) -> None:
    from tests.test_house import COMMAND, DOORS, REPORT, in_fresh_interpreter

    code = COMMAND.format(door=DOORS["installed"]) + REPORT.format(heavy=["fastapi", "uvicorn", "websockets"])
    assert in_fresh_interpreter(code, "serve", "--help").stderr.strip() == "loaded"
