"""Models to the hub."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from speechrnn.bundle.write import write_bundle
from speechrnn.errors import BundleError, DownloadError, MissingDependencyError, UsageError
from speechrnn.hub.pull import pull
from speechrnn.hub.push import push
from tests.hub.fake_hub import FakeHub
from tests.tiny_bundle import contents


def test_what_was_pushed_is_what_is_pulled(hub: FakeHub, tiny: Path) -> None:
    pushed = push(tiny, "hf://me/yesno", private=True, message="first")
    assert pushed.commit.startswith(f"{hub.url}/me/yesno/commit/")
    assert pull("hf://me/yesno").sha256 == pushed.sha256
    assert hub.messages == ["first"]


@pytest.mark.parametrize(("private", "visibility"), [(True, "private"), (False, "public"), (None, None)])
def test_a_new_repository_is_seen_by_whom_the_user_says(
    hub: FakeHub, tiny: Path, private: bool | None, visibility: str | None
) -> None:
    push(tiny, "hf://me/yesno", private=private)
    assert [settings.get("visibility") for settings in hub.created] == [visibility]


def test_the_page_is_the_card_with_metadata_and_the_way_back(hub: FakeHub, tmp_path: Path) -> None:
    given = contents()
    model = tmp_path / "m.srnn"
    write_bundle(model, replace(given, result={**given.result, "language": "en"}))
    pushed = push(model, "hf://me/yesno/small.srnn")
    page = hub.repositories["me/yesno"]["README.md"].decode()
    _, metadata, text = page.split("---\n", 2)
    assert yaml.safe_load(metadata)["language"] == "en"
    assert yaml.safe_load(metadata)["pipeline_tag"] == "automatic-speech-recognition"
    assert given.card in text
    assert f"speechrnn models pull hf://me/yesno/small.srnn --sha256 {pushed.sha256}" in text
    assert hub.repositories["me/yesno"]["small.srnn"] == model.read_bytes()


def test_a_readme_that_is_there_is_left_alone(hub: FakeHub, tiny: Path) -> None:
    hub.repositories["me/yesno"] = {"README.md": b"mine"}
    push(tiny, "hf://me/yesno")
    assert hub.repositories["me/yesno"] == {"README.md": b"mine", "model.srnn": tiny.read_bytes()}


def test_a_refusal_is_one_line_that_names_the_address(hub: FakeHub, tiny: Path) -> None:
    hub.refuses = 401
    with pytest.raises(DownloadError, match=r"^hf://me/yesno: [^\n]*401[^\n]*$"):
        push(tiny, "hf://me/yesno")
    assert hub.repositories == {}


def test_a_model_that_fails_its_self_tests_is_not_sent(hub: FakeHub, tmp_path: Path) -> None:
    given = contents()
    wrong = replace(given.self_tests[0], expected_text="another text")
    write_bundle(tmp_path / "m.srnn", replace(given, self_tests=(wrong,)))
    with pytest.raises(BundleError, match="self-test noise-1 differs; .* is not sent"):
        push(tmp_path / "m.srnn", "hf://me/yesno")
    assert hub.requests == []


def test_only_the_hub_is_a_target(tiny: Path) -> None:
    with pytest.raises(UsageError, match=r"https://example\.org/x: wanted hf://user/name"):
        push(tiny, "https://example.org/x")


def test_a_hub_over_open_http_is_refused(hub: FakeHub, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://hub.example.org")
    with pytest.raises(DownloadError, match=r"http://hub\.example\.org: wanted an https address"):
        push(tiny, "hf://me/yesno")


def test_without_the_client_the_extra_is_named(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'speechrnn\[hub\]'"):
        push(tiny, "hf://me/yesno")
