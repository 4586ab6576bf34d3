"""`speechrnn models`, and models by name in other commands."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
import soundfile

from speechrnn.bundle import named
from tests.cli.conftest import Door, fresh
from tests.file_server import serve
from tests.hub.fake_hub import serve_hub
from tests.tiny_bundle import noise


@pytest.fixture(autouse=True)
def cache(own_cache: Path) -> Path:
    """Keep the user's cache, the package's models and the runs of the working folder out of the tests."""
    return own_cache


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    audio = noise(0.6)
    soundfile.write(tmp_path / "noise.wav", audio.samples, audio.sample_rate_hz)
    return tmp_path / "noise.wav"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def embed(model: Path) -> Path:
    named.EMBEDDED_FOLDER.mkdir()
    return Path(shutil.copy(model, named.EMBEDDED_FOLDER / "digits.srnn"))


def test_a_pulled_model_transcribes_by_its_name_until_it_is_removed(main: Door, tiny: Path, recording: Path) -> None:
    pulled = main("models", "pull", tiny, "--name", "yesno", "--sha256", digest(tiny))
    assert (pulled.code, pulled.stdout.split()[0]) == (0, digest(tiny))
    assert "next: speechrnn transcribe FILE.wav -m yesno" in pulled.stderr
    by_name, by_path = main("transcribe", recording, "-m", "yesno"), main("transcribe", recording, "-m", tiny)
    assert by_name == by_path
    assert by_name.stdout.strip()
    assert main("models", "remove", "yesno").code == 0
    assert main("transcribe", recording, "-m", "yesno").code == 2


def test_the_list_names_size_alphabet_error_and_licence_for_people_and_programs(main: Door, tiny: Path) -> None:
    embed(tiny)
    main("models", "pull", tiny, "--name", "yesno")
    lines = main("models").stdout.splitlines()
    assert main("models", "list").stdout.splitlines() == lines
    assert [line.split()[0] for line in lines] == ["digits", "yesno"]
    assert "cache, 0." in lines[1]
    assert "5 characters, 8 kHz, WER 12.50 %" in lines[1]
    entries = json.loads(main("models", "--json").stdout)
    assert json.loads(main("models", "list", "--json").stdout) == entries
    assert [(entry["name"], entry["place"], entry["wer"]) for entry in entries] == [
        ("digits", "package", 12.5),
        ("yesno", "cache", 12.5),
    ]


def test_no_models_is_an_empty_list_and_a_hint(main: Door) -> None:
    ended = main("models")
    assert (ended.code, ended.stdout) == (0, "")
    assert "speechrnn models pull fetches one" in ended.stderr
    assert json.loads(main("models", "--json").stdout) == []


def test_a_damaged_model_is_named_and_the_others_are_listed(main: Door, tiny: Path, cache: Path) -> None:
    main("models", "pull", tiny, "--name", "a")
    (cache / "models" / "b.srnn").write_bytes(b"not a model")
    ended = main("models")
    assert ended.code == 1
    assert [line.split()[0] for line in ended.stdout.splitlines()] == ["a", "b"]
    assert len(ended.errors) == 1
    assert "b.srnn: no speechrnn model" in ended.errors[0]


def test_the_card_goes_to_stdout_and_the_facts_beside_it(main: Door, tiny: Path) -> None:
    embed(tiny)
    ended = main("models", "show", "digits")
    assert ended.stdout == "# tiny\n\nRandom weights; licence: none needed.\n"
    assert "WER 12.50 %" in ended.stderr


def test_without_m_the_model_of_the_package_is_used_and_said_to_be(main: Door, tiny: Path, recording: Path) -> None:
    embed(tiny)
    ended = main("transcribe", recording)
    assert ended.stdout == main("transcribe", recording, "-m", tiny).stdout
    assert ended.stderr.startswith("model: digits (inside of the package")


def test_a_run_below_the_working_folder_is_named_and_does_not_take_its_place(
    main: Door, tiny: Path, recording: Path
) -> None:
    embed(tiny)
    Path("runs/mine").mkdir(parents=True)
    shutil.copy(tiny, "runs/mine/model.srnn")
    said = main("transcribe", recording).stderr
    assert said.startswith("model: digits (inside of the package")
    assert said.endswith(f"; for your newest run: -m {Path('runs/mine')})\n")


@pytest.mark.parametrize("command", [("calibrate",), ("lm", "tune", "--lm", "x.bin")])
def test_no_command_changes_the_model_of_the_package(main: Door, tiny: Path, command: tuple[str, ...]) -> None:
    before = embed(tiny).read_bytes()
    ended = main(*command, "digits")
    assert ended.code == 2
    assert ended.errors[0].startswith("error: digits: is part of the package and stays as it is; copy ")
    assert (named.EMBEDDED_FOLDER / "digits.srnn").read_bytes() == before


def test_force_replaces_and_a_cap_on_the_size_refuses(main: Door, tiny: Path, tmp_path: Path) -> None:
    from tests.tiny_bundle import write_tiny_bundle

    other = write_tiny_bundle(tmp_path / "other.srnn", seed=4)
    main("models", "pull", tiny, "--name", "a")
    assert main("models", "pull", other, "--name", "a").code == 2
    assert main("models", "pull", other, "--name", "a", "--force").code == 0
    with serve(bytes(1_500_000)) as served:
        ended = main("models", "pull", served.url, "--name", "b", "--max-megabytes", "1")
    assert (ended.code, len(ended.errors)) == (1, 1)
    assert "at most 1.0 MB is taken" in ended.errors[0]


def test_a_fresh_process_pulls_from_and_pushes_to_the_endpoint_of_the_environment(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("huggingface_hub", reason="the extra `hub` is not installed")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with serve_hub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        pushed = fresh("models", "push", tiny, "hf://me/yesno", "--private", "--message", "mine")
        assert (pushed.code, pushed.stdout.strip()) == (
            0,
            f"{hub.url}/me/yesno/commit/{'0123456789abcdef' * 2}01234567",
        )
        assert (hub.created[0]["visibility"], hub.messages) == ("private", ["mine"])
        pulled = fresh("models", "pull", "hf://me/yesno", "--sha256", digest(tiny))
    assert (pulled.code, pulled.stdout.split()[0]) == (0, digest(tiny))
    assert "hf_secret" not in pushed.stderr + pulled.stderr


def test_faults_end_in_one_line(main: Door) -> None:
    for arguments in (("pull", "hf://ann"), ("pull", "gone.srnn"), ("remove", "gone"), ("show", "gone")):
        ended = main("models", *arguments)
        assert (ended.code, len(ended.errors), ended.stdout) == (2, 1, ""), arguments
