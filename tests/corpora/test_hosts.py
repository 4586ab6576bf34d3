"""Every public corpus from its host to its manifests: fetched, unpacked, prepared and checked, in miniature."""

import hashlib
import shutil
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from lhotse import SupervisionSet

from speechrnn.corpora import registry
from speechrnn.corpora.registry import find_corpus
from tests.corpora.conftest import Run
from tests.corpora.hosts.every import HOSTS
from tests.corpora.hosts.host import Host
from tests.file_server import Served, serve_files

RECIPES = Path(__file__).parents[2] / "recipes"
FETCHED = [key for key, host in HOSTS.items() if host.brought is None]
BROUGHT = [key for key, host in HOSTS.items() if host.brought is not None]


@pytest.fixture(autouse=True)
def roomy_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have room for the corpora of which these are miniatures."""
    usage = shutil.disk_usage("/")._replace(free=10**13)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)


def vouch_for(name: str, files: Mapping[str, Served], monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the miniature of an archive for the one whose checksum its host publishes."""
    if (corpus := registry.CORPORA.get(name)) is None:
        return
    known = [archive for archive in corpus.archives if archive.sha256 is not None]
    sums = {archive.file: hashlib.sha256(files[archive.file].content).hexdigest() for archive in known}
    archives = tuple(replace(archive, sha256=sums.get(archive.file)) for archive in corpus.archives)
    monkeypatch.setattr(registry, "CORPORA", {**registry.CORPORA, name: replace(corpus, archives=archives)})


def published(host: Host, tmp_path: Path) -> Iterator[tuple[str, bytes]]:
    folder = host.publish(tmp_path / "unpacked", tmp_path / "host")
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield file.relative_to(folder).as_posix(), file.read_bytes()


def utterances(data: Path, host: Host) -> dict[str, dict[str, tuple[str | None, str]]]:
    """Read what the manifests hold: speaker and text by id by split."""
    files = sorted((data / "manifests" / host.name).rglob(f"{host.name}_supervisions_*.jsonl.gz"))
    assert files, "no manifests"
    return {
        file.name.removesuffix(".jsonl.gz").rsplit("_", 1)[1]: {
            item.id: (item.speaker, item.text) for item in SupervisionSet.from_file(file)
        }
        for file in files
    }


def check_manifests(data: Path, host: Host) -> None:
    """Hold every utterance to what is said; what is drawn of train may be any of it, but no more and no less."""
    found = utterances(data, host)
    assert {split: len(found[split]) for split in host.drawn} == host.drawn
    for split in host.drawn:
        found["train"] |= found.pop(split)
    wanted: dict[str, dict[str, tuple[str | None, str]]] = {}
    for said in host.said:
        wanted.setdefault(said.split, {})[said.utterance_id] = said.speaker, said.text
    assert found == wanted


def check_validation(run: Run, words: list[object], host: Host) -> None:
    """Hold what `validate` doubts to what the host's own files make it doubt; nothing may be an error."""
    code, lines = run("prep", "validate", *words)
    assert code == 0
    assert not [line for line in lines if line.startswith("error: ")]
    warned = {line.split("[")[-1].split("]")[0] for line in lines if line.startswith("warning: ")}
    assert warned == host.warned


def test_no_corpus_of_a_recipe_is_left_out() -> None:
    recipes = sorted(RECIPES.rglob("*.yaml"))
    assert len(recipes) >= 9
    names = {yaml.safe_load(recipe.read_text(encoding="utf-8"))["corpus"]["name"] for recipe in recipes}
    public = {name for name in names if find_corpus(name).folders and find_corpus(name).access != "made here"}
    assert len(public) >= 4
    assert public <= {host.name for host in HOSTS.values()}


@pytest.mark.parametrize("key", FETCHED)
def test_a_corpus_is_fetched_unpacked_prepared_and_found_faultless(
    key: str, tmp_path: Path, run: Run, no_network: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    host, data = HOSTS[key], tmp_path / "data"
    files = {name: Served(content) for name, content in published(host, tmp_path)}
    words = [host.name, *host.words, "--data", data]
    vouch_for(host.name, files, monkeypatch)
    with serve_files(files) as address:
        code, lines = run("prep", *words, "--download", "--mirror", f"{address}/{host.file}".rstrip("/"))
    assert (code, len(lines)) == (0, 2)
    assert lines[0].startswith(f"licence of {host.name}: ")
    assert lines[1].startswith("corpus in ")
    asked = {name for name, served in files.items() if served.requested}
    assert asked
    check_manifests(data, host)
    no_network()
    check_validation(run, words, host)
    assert run("prep", *words, "--force") == (0, [])


@pytest.mark.parametrize("key", BROUGHT)
def test_a_corpus_one_must_bring_is_prepared_where_it_lies_and_found_faultless(
    key: str, tmp_path: Path, run: Run, no_network: Callable[[], None]
) -> None:
    host = HOSTS[key]
    if host.pack is None:
        place = host.lay_out(tmp_path / "there")
    else:
        for archive in host.publish(tmp_path / "unpacked", tmp_path / "host").iterdir():
            with tarfile.open(archive) as tar:
                tar.extractall(tmp_path / "there", filter="data")
        place = tmp_path / "there" / str(host.brought)
    no_network()
    words = [host.name, *host.words, "--path", place, "--data", tmp_path / "data"]
    code, lines = run("prep", *words)
    assert (code, lines) == (0, [])
    check_manifests(tmp_path / "data", host)
    check_validation(run, words, host)
