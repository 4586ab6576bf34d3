"""`speechrnn prep --list`."""

import json
import sys

import pytest

from speechrnn.corpora.registry import CORPORA, all_corpora
from tests.cli.conftest import Door


def names(stdout: str) -> list[str]:
    return [line.split("\t")[0] for line in stdout.splitlines()]


def test_list_names_every_corpus_ours_first(main: Door) -> None:
    ended = main("prep", "--list")
    assert ended.code == 0
    assert names(ended.stdout) == list(all_corpora())
    assert names(ended.stdout)[: len(CORPORA)] == list(CORPORA)


def test_lines_in_a_pipe_hold_the_facts_between_tabs(main: Door) -> None:
    (line,) = main("prep", "--list", "LJSpeech").stdout.splitlines()
    assert line.split("\t") == [
        "ljspeech",
        "LJSpeech: one voice reads non-fiction",
        "English",
        "24",
        "1",
        "2.6",
        "public domain",
        "download",
        line.split("\t")[-1],
    ]


@pytest.mark.parametrize(
    ("words", "among", "without"),
    [
        (["mandarin"], {"aishell", "thchs30", "fleurs"}, {"librispeech", "mdcc"}),
        (["swahili"], {"fleurs"}, {"aishell"}),
        (["mandarin", "apache"], {"aishell", "thchs30"}, {"magicdata", "fleurs"}),
        (["LDC"], {"timit", "tidigits", "switchboard"}, {"librispeech"}),
        (["fsdd_loso"], {"fsdd"}, {"yesno"}),
    ],
)
def test_words_keep_the_corpora_that_all_of_them_describe(
    main: Door, words: list[str], among: set[str], without: set[str]
) -> None:
    found = set(names(main("prep", "--list", *words).stdout))
    assert among <= found
    assert not without & found


def test_words_that_describe_nothing_are_an_error(main: Door) -> None:
    ended = main("prep", "--list", "klingon")
    assert (ended.code, ended.stdout) == (2, "")
    assert ended.errors == ["error: prep --list klingon: no corpus is described by that; try fewer words"]


def test_json_holds_the_same_with_null_for_what_nobody_knows(main: Door) -> None:
    facts = {fact["name"]: fact for fact in json.loads(main("prep", "--list", "--json").stdout)}
    assert list(facts) == list(all_corpora())
    assert facts["fsdd"]["recipes"] == sorted(facts["fsdd"]["recipes"])
    assert "fsdd_loso" in facts["fsdd"]["recipes"]
    assert facts["mls"]["languages"] == ["en", "de", "nl", "es", "fr", "it", "pt", "pl"]
    assert facts["librispeech"]["bytes"] == 60_000_000_000
    assert facts["earnings21"]["speakers"] is None
    assert facts["musan"]["useless"].startswith("it holds noises")


def on_terminal(main: Door, monkeypatch: pytest.MonkeyPatch, columns: int, *words: str) -> list[str]:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    return main("prep", "--list", *words).stdout.splitlines()


def test_a_terminal_gets_a_table_without_empty_columns(main: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = on_terminal(main, monkeypatch, 200, "chime6")
    assert lines[0].split() == "corpus title language hours access".split()
    assert lines[1].startswith("chime6")
    assert lines[-1] == "1 corpora; `speechrnn prep NAME --help` says more of one"


@pytest.mark.parametrize("columns", [90, 120, 200])
def test_no_line_is_wider_than_the_terminal_and_every_corpus_has_one(
    main: Door, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    lines = on_terminal(main, monkeypatch, columns)
    assert [line.split()[0] for line in lines[1:-1]] == list(all_corpora())
    assert max(map(len, lines)) <= columns
    assert "access" in lines[0]


def test_json_without_list_is_refused(main: Door) -> None:
    ended = main("prep", "yesno", "--json")
    assert ended.code == 2
    assert len(ended.errors) == 1
    assert ended.errors[0].startswith("error: prep yesno: --json goes with --list and validate")
