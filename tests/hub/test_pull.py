"""Models into the cache."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from speechrnn import download
from speechrnn.bundle import named
from speechrnn.bundle.find import resolve_model
from speechrnn.bundle.write import write_bundle
from speechrnn.errors import BundleError, DownloadError, UsageError
from speechrnn.hub.pull import PullOptions, pull
from tests.file_server import serve
from tests.hub.fake_hub import FakeHub
from tests.tiny_bundle import contents


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_PAUSE_SECONDS", 0.0)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another model than `tiny`."""
    write_bundle(tmp_path / "other.srnn", contents(seed=4))
    return tmp_path / "other.srnn"


def left_behind(cache: Path) -> list[Path]:
    """What a failed pull left in the cache."""
    return [path for path in cache.rglob("*") if path.is_file()]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_model_from_a_web_server_is_found_by_its_name_with_the_bytes_it_had(tiny: Path, cache: Path) -> None:
    with serve(tiny.read_bytes()) as served:
        pulled = pull(served.url.replace("file.tar.gz", "yesno.srnn") + f"#sha256={digest(tiny)}")
    assert (pulled.name, pulled.sha256, pulled.new) == ("yesno", digest(tiny), True)
    assert resolve_model(Path("yesno")) == pulled.path == cache / "models" / "yesno.srnn"
    assert pulled.path.read_bytes() == tiny.read_bytes()
    assert left_behind(cache) == [pulled.path]


def test_a_download_that_broke_off_goes_on_the_next_time(tiny: Path) -> None:
    with serve(tiny.read_bytes()) as served:
        served.cuts, served.cut_after = 5, 10_000
        with pytest.raises(DownloadError, match="gave up after 5 attempts"):
            pull(served.url, PullOptions(name="yesno"))
        pulled = pull(served.url, PullOptions(name="yesno"))
        assert served.requested[-1] == "bytes=50000-"
    assert pulled.path.read_bytes() == tiny.read_bytes()


def test_another_checksum_than_was_given_is_refused_and_nothing_stays(tiny: Path, cache: Path) -> None:
    wrong = PullOptions(sha256="0" * 64)
    with serve(tiny.read_bytes()) as served, pytest.raises(DownloadError, match=r"where 0{64} was published"):
        pull(served.url, replace(wrong, name="yesno"))
    with pytest.raises(DownloadError, match=r"where 0{64} was published"):
        pull(str(tiny), replace(wrong, name="yesno"))
    assert [path for path in left_behind(cache) if path.suffix != ".etag"] == []


def test_two_checksums_that_differ_are_a_mistake_of_the_command(tiny: Path) -> None:
    with pytest.raises(UsageError, match="--sha256: 1{64} came, and https://e.org/a.srnn#.* ends in another"):
        pull(f"https://e.org/a.srnn#sha256={'2' * 64}", PullOptions(sha256="1" * 64))


def test_what_is_no_whole_model_never_reaches_the_cache(tiny: Path, cache: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.srnn"
    broken.write_bytes(tiny.read_bytes()[:-100])
    with pytest.raises(BundleError, match=r"broken\.srnn: no speechrnn model, or cut short"):
        pull(str(broken))
    with serve(b"<html>not found</html>") as served, pytest.raises(BundleError, match=f"{served.url}: no speechrnn"):
        pull(served.url, PullOptions(name="a"))
    assert left_behind(cache) == []


def test_a_model_that_gives_something_else_here_is_not_taken(cache: Path, tmp_path: Path) -> None:
    given = contents()
    wrong = replace(given.self_tests[0], expected_text="another text")
    write_bundle(tmp_path / "m.srnn", replace(given, self_tests=(wrong,)))
    with pytest.raises(BundleError, match=r"self-test noise-1 gave .* here and 'another text' .*; not taken"):
        pull(str(tmp_path / "m.srnn"))
    assert left_behind(cache) == []


def test_a_file_over_the_size_that_is_taken_is_refused(tiny: Path, cache: Path) -> None:
    small = PullOptions(name="a", most_bytes=1000)
    with serve(tiny.read_bytes()) as served, pytest.raises(DownloadError, match=r"or more came, at most 0\.0 MB"):
        pull(served.url, small)
    with pytest.raises(DownloadError, match=rf"^{tiny}: .* or more came, at most 0\.0 MB is taken$"):
        pull(str(tiny), small)
    assert [path for path in left_behind(cache) if path.suffix != ".etag"] == []
    assert pull(str(tiny), replace(small, most_bytes=tiny.stat().st_size)).new


def test_the_model_of_a_run_folder_is_called_like_the_folder(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "runs" / "yesno").mkdir(parents=True)
    shutil.copy(tiny, tmp_path / "runs" / "yesno" / "model.srnn")
    assert pull(str(tmp_path / "runs" / "yesno")).name == "yesno"
    assert pull(str(tmp_path / "runs" / "yesno"), PullOptions(name="mine")).name == "mine"


def test_another_model_of_the_same_name_is_replaced_only_when_asked(tiny: Path, other: Path) -> None:
    first = pull(str(tiny), PullOptions(name="a"))
    assert pull(str(tiny), PullOptions(name="a")) == replace(first, new=False)
    with pytest.raises(UsageError, match=r"another model of the name a is in the cache; --force replaces it"):
        pull(str(other), PullOptions(name="a"))
    assert first.path.read_bytes() == tiny.read_bytes()
    assert pull(str(other), PullOptions(name="a", replace=True)).new
    assert first.path.read_bytes() == other.read_bytes()


def test_the_name_of_a_model_in_the_package_is_taken(tiny: Path) -> None:
    named.EMBEDDED_FOLDER.mkdir()
    shutil.copy(tiny, named.EMBEDDED_FOLDER / "digits.srnn")
    with pytest.raises(UsageError, match="digits: is the name of a model inside of the package; .*--name"):
        pull(str(tiny), PullOptions(name="digits"))


def test_only_https_is_fetched_and_a_missing_file_is_named() -> None:
    with pytest.raises(DownloadError, match=r"http://example\.org/a\.srnn: wanted an https address"):
        pull("http://example.org/a.srnn")
    with pytest.raises(UsageError, match=r"gone\.srnn: no such model file"):
        pull("gone.srnn")


def test_the_only_model_of_a_repository_is_pulled_and_called_like_it(hub: FakeHub, tiny: Path, cache: Path) -> None:
    hub.repositories["ann/yesno"] = {"README.md": b"# hello", "model.srnn": tiny.read_bytes()}
    pulled = pull("hf://ann/yesno")
    assert (pulled.name, pulled.sha256) == ("yesno", digest(tiny))
    assert left_behind(cache) == [pulled.path]
    assert hub.requests
    assert any(agent.startswith("speechrnn/") for _, _, agent in hub.requests)


def test_of_several_models_one_must_be_named(hub: FakeHub, tiny: Path, other: Path) -> None:
    hub.repositories["ann/digits"] = {"big.srnn": tiny.read_bytes(), "small.srnn": other.read_bytes()}
    with pytest.raises(UsageError, match=r"holds no model\.srnn; name one of big\.srnn, small\.srnn"):
        pull("hf://ann/digits")
    assert pull("hf://ann/digits/small.srnn").path.read_bytes() == other.read_bytes()
    with pytest.raises(UsageError, match=r"holds no c\.srnn; name one of"):
        pull("hf://ann/digits/c.srnn")


def test_a_file_that_is_not_what_the_hub_published_is_refused(hub: FakeHub, tiny: Path, cache: Path) -> None:
    hub.repositories["ann/yesno"] = {"model.srnn": tiny.read_bytes()}
    hub.digests["model.srnn"] = "e" * 64
    with pytest.raises(DownloadError, match=r"hf://ann/yesno: SHA-256 is .* where e{64} was published; do not use it"):
        pull("hf://ann/yesno")
    hub.digests.clear()
    with pytest.raises(DownloadError, match=r"where 0{64} was published"):
        pull("hf://ann/yesno", PullOptions(sha256="0" * 64))
    assert left_behind(cache) == []


def test_a_repository_that_is_absent_empty_or_too_large_is_named(hub: FakeHub, tiny: Path) -> None:
    hub.repositories["ann/empty"] = {"README.md": b""}
    hub.repositories["ann/large"] = {"model.srnn": tiny.read_bytes()}
    with pytest.raises(DownloadError, match=r"^hf://ann/none: [^\n]*404[^\n]*$"):
        pull("hf://ann/none")
    with pytest.raises(DownloadError, match=r"hf://ann/empty: holds no model"):
        pull("hf://ann/empty")
    with pytest.raises(DownloadError, match=r"hf://ann/large: model\.srnn has 0\.\d MB, more than is taken"):
        pull("hf://ann/large", PullOptions(most_bytes=1000))
