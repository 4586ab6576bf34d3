"""The catalogue of public corpora, held to the lhotse that is installed."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lhotse.recipes.fleurs import DEFAULT_LANGUAGES
from lhotse.recipes.voxpopuli import ASR_LANGUAGES

from speechrnn.corpora.bridge.signature import read_functions, recipes_folder
from speechrnn.corpora.catalogue import read_catalogue
from speechrnn.corpora.language_name import language_name
from speechrnn.corpora.registry import CORPORA, all_corpora, find_corpus
from speechrnn.corpora.source import ready_source
from speechrnn.errors import UsageError
from speechrnn.progress import silent
from speechrnn.recipe import CorpusConfig

CATALOGUE = read_catalogue()
OURS_TOO = {"yesno"}  # lhotse prepares it; ours is older, and its split must not move


def test_every_module_of_lhotse_that_prepares_a_corpus_is_in_the_catalogue() -> None:
    modules = {
        path.stem
        for path in recipes_folder().glob("*.py")
        if any(name.startswith("prepare_") for name in read_functions(path.stem))
    }
    assert len(modules) > 90
    assert modules - OURS_TOO == {corpus.entry.module for corpus in CATALOGUE.values() if corpus.entry}


def test_no_name_is_taken_twice() -> None:
    assert not CATALOGUE.keys() & CORPORA.keys()
    assert list(all_corpora()) == [*CORPORA, *CATALOGUE]


@pytest.mark.parametrize("name", CATALOGUE)
def test_what_is_said_to_be_fetched_can_be(name: str) -> None:
    corpus = CATALOGUE[name]
    assert corpus.entry is not None
    assert (corpus.access == "download") == (corpus.entry.download is not None or corpus.entry.direct is not None)
    assert corpus.entry.download is None or corpus.entry.direct is None
    if corpus.entry.download is not None:
        assert corpus.entry.download in read_functions(corpus.entry.module)
        assert not corpus.useless


@pytest.mark.parametrize("name", CATALOGUE)
def test_facts_are_whole(name: str) -> None:
    corpus = CATALOGUE[name]
    assert corpus.title
    assert not corpus.title.endswith(".")
    assert urlsplit(corpus.url).netloc
    assert all(number is None or number > 0 for number in (corpus.hours, corpus.num_speakers, corpus.num_bytes))
    assert corpus.language is not None or corpus.useless or name in {"babel"}
    tags = [corpus.language] if isinstance(corpus.language, str) else corpus.language or ()
    for tag in tags:
        assert re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?|\*", tag)
        assert tag == "*" or language_name(tag) != tag


@pytest.mark.parametrize("name", CATALOGUE)
def test_splits_and_options_are_ones_lhotse_knows(name: str) -> None:
    entry = CATALOGUE[name].entry
    assert entry is not None
    assert set(entry.splits.values()) <= {"train", "dev", "test"}
    assert not entry.splits or "train" in entry.splits.values()
    function = read_functions(entry.module)[entry.function]
    assert entry.options.keys() <= {parameter.name for parameter in function.in_role("option")}


def test_what_is_fetched_directly_has_https_addresses_and_places_inside_the_corpus() -> None:
    direct = [corpus.entry.direct for corpus in CATALOGUE.values() if corpus.entry and corpus.entry.direct]
    assert direct
    for one in direct:
        assert one.base.startswith("https://")
        names = [*one.archives, *one.files.values(), *one.links.values()]
        assert len(names) == len(set(names))
        assert not any(name.startswith("/") or ".." in name for name in names)


def test_languages_are_lhotses() -> None:
    assert sorted(CATALOGUE["fleurs"].entry.languages.values()) == sorted(DEFAULT_LANGUAGES)  # type: ignore[union-attr]
    assert sorted(CATALOGUE["voxpopuli"].entry.languages.values()) == sorted(ASR_LANGUAGES)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wrong", "hint"), [("librispech", "did you mean 'librispeech'"), ("qqqq", "see `speechrnn prep --list`")]
)
def test_a_name_nobody_knows_gets_a_hint(wrong: str, hint: str) -> None:
    with pytest.raises(UsageError, match=rf"^no corpus {wrong!r}; {hint}"):
        find_corpus(wrong)


@pytest.mark.parametrize("name", [name for name, corpus in CATALOGUE.items() if corpus.useless])
def test_what_no_recogniser_can_be_trained_on_is_refused_before_it_is_looked_for(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=rf"^corpus {name}: no recogniser can be trained on it: \w+"):
        ready_source(find_corpus(name), CorpusConfig(name=name), tmp_path, silent)
