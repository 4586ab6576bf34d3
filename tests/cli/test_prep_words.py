"""`speechrnn prep NAME KEY=VALUE...`, the settings of a recipe's corpus section on the command line."""

import json
from pathlib import Path

import pytest

from speechrnn.cli.prep_words import corpus_settings
from speechrnn.errors import RecipeError
from speechrnn.recipe import CorpusConfig
from tests.cli.conftest import Door
from tests.corpora.hosts.english import MINI_LIBRISPEECH
from tests.corpora.hosts.many_languages import commonvoice


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ([], {}),
        (["language=sw"], {"language": "sw"}),
        (["parts=[dev-clean-2,train-clean-5]"], {"parts": ("dev-clean-2", "train-clean-5")}),
        (
            ["options.mic=sdm", "options.max_words_per_segment=3"],
            {"options": {"mic": "sdm", "max_words_per_segment": 3}},
        ),
        (["dev_fraction=0.2", "split_seed=7"], {"dev_fraction": 0.2, "split_seed": 7}),
        (["tier=Words", "format=eaf"], {"tier": "Words", "format": "eaf"}),
    ],
)
def test_words_are_settings_of_the_corpus_section(words: list[str], settings: dict[str, object]) -> None:
    assert corpus_settings("ami", words, None, None) == CorpusConfig(name="ami", **settings)  # type: ignore[arg-type]


def test_options_of_the_command_and_words_go_together() -> None:
    config = corpus_settings("fsdd", ["split_seed=3"], "theo", "here")
    assert (config.leave_out, config.path, config.split_seed) == ("theo", "here", 3)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("langauge=sw", r"^prep ami: langauge: no such setting; did you mean 'language'\?$"),
        ("dev_fraction=2", r"^prep ami: dev_fraction: .*less than 0\.5"),
        ("format=docx", r"^prep ami: format: 'docx' came, 'kaldi', "),
        ("parts=train", r"^prep ami: parts: 'train' came, a list was wanted"),
    ],
)
def test_a_wrong_word_is_named_with_what_was_wanted(word: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        corpus_settings("ami", [word], None, None)


def test_every_wrong_word_is_named(main: Door) -> None:
    ended = main("prep", "ami", "langauge=sw", "split_seed=x")
    assert ended.code == 2
    assert len(ended.errors) == 2


def test_a_setting_the_corpus_does_not_take_is_refused(main: Door, tmp_path: Path) -> None:
    ended = main("prep", "yesno", "language=he", "--data", tmp_path)
    assert ended.errors == ["error: corpus yesno: takes no language='he'; it takes none of these"]
    assert ended.code == 2


def test_settings_make_manifests_of_their_own(main: Door, tmp_path: Path) -> None:
    source = MINI_LIBRISPEECH.lay_out(tmp_path / "LibriSpeech")
    first = main("prep", "mini_librispeech", "--data", tmp_path)
    second = main("prep", "mini_librispeech", "--data", tmp_path, "parts=[train-clean-5]")
    third = main("prep", "mini_librispeech", "--data", tmp_path, "options.normalize_text=lower")
    assert [ended.code for ended in (first, second, third)] == [0, 0, 0]
    folders = [ended.stdout.splitlines()[-1].split("\t")[1] for ended in (first, second, third)]
    assert folders[0] == str(tmp_path / "manifests" / "mini_librispeech")
    assert folders[1] == f"{folders[0]}/train-clean-5"
    assert len(set(folders)) == 3
    info = json.loads(Path(folders[1], "corpus.json").read_text())
    assert info["options"]["parts"] == ["train-clean-5"]
    assert info["source"] == str(source)


def test_the_second_time_nothing_is_done(main: Door, tmp_path: Path) -> None:
    command = ("prep", "commonvoice", "language=sw", "--path", commonvoice(tmp_path / "cv"), "--data", tmp_path)
    folder = Path(main(*command).stdout.splitlines()[-1].split("\t")[1])
    before = (folder / "corpus.json").stat().st_mtime_ns
    assert main(*command).code == 0
    assert (folder / "corpus.json").stat().st_mtime_ns == before
    assert json.loads((folder / "corpus.json").read_text())["language"] == "sw"


def test_download_does_not_go_with_a_path(main: Door, tmp_path: Path) -> None:
    ended = main("prep", "librispeech", "--download", "--path", tmp_path)
    assert ended.code == 2
    assert ended.errors == [
        f"error: prep librispeech: --download puts a corpus under --data; give no --path {tmp_path}"
    ]


def test_the_licence_is_shown_before_anything_is_fetched(main: Door, tmp_path: Path) -> None:
    ended = main("prep", "mini_librispeech", "--download", "--mirror", tmp_path, "--data", tmp_path / "data")
    first, second = ended.stderr.splitlines()
    assert first == "licence of mini_librispeech: CC BY 4.0; see https://www.openslr.org/31/"
    assert second.startswith(f"error: --mirror {tmp_path}: no file ")
