"""`speechrnn prep NAME --help`."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lhotse.recipes.ami import prepare_ami

from tests.cli.conftest import Door


def test_options_are_those_of_lhotses_function_with_their_defaults(main: Door) -> None:
    ended = main("prep", "ami", "--help")
    assert ended.code == 0
    shown = [line.split()[0] for line in ended.stdout.splitlines() if line.strip().startswith("options.")]
    ours = {"data_dir", "output_dir"}
    assert shown == [f"options.{name}=VALUE" for name in inspect.signature(prepare_ami).parameters if name not in ours]
    assert "options.mic=VALUE (default 'ihm')" in ended.stdout


def test_facts_commands_parts_and_recipes_are_shown(main: Door) -> None:
    out = main("prep", "mini_librispeech", "--help").stdout
    assert out.startswith("mini_librispeech: Mini LibriSpeech")
    for text in ("CC BY 4.0", "English (en)", "0.46 GB to download", "https://www.openslr.org/31/"):
        assert text in out
    assert "  speechrnn prep mini_librispeech --download\n" in out
    assert "Parts: train-clean-5 (train), dev-clean-2 (test)" in out
    assert "  speechrnn train recipes/fsdd_loso.yaml\n" in main("prep", "fsdd", "-h").stdout


def test_help_of_a_corpus_of_many_languages_asks_for_one(main: Door) -> None:
    out = main("prep", "mls", "--help").stdout
    assert "speechrnn prep mls language=TAG --path DIR" in out
    assert "Polish (pl)" in out


def test_help_of_our_own_corpora_shows_only_what_they_take(main: Door) -> None:
    fsdd = main("prep", "fsdd", "--help").stdout
    assert "leave_out=VALUE" in fsdd
    assert "tier=VALUE" not in fsdd
    assert "tier=VALUE  which tier" in main("prep", "folder", "--help").stdout


def test_options_of_the_command_are_shown_with_every_corpus(main: Door) -> None:
    assert re.search(
        r"^  --mirror .*folder or address .* of the archives", main("prep", "timit", "-h").stdout, re.MULTILINE
    )


def test_help_of_what_cannot_be_trained_on_says_why(main: Door) -> None:
    out = main("prep", "musan", "--help").stdout
    assert "No recogniser can be trained on it: it holds noises" in out
    assert "Commands" not in out


@pytest.mark.parametrize("words", [["--help"], ["validate", "--help"], ["nonesuch", "--help"]])
def test_without_a_corpus_help_is_that_of_the_command(main: Door, words: list[str]) -> None:
    ended = main("prep", *words)
    assert ended.code == 0
    assert "--leave-out" in ended.stdout


def test_help_imports_neither_torch_nor_lhotse() -> None:
    program = (
        "import sys; from speechrnn.cli import app; sys.argv = ['speechrnn', 'prep', 'librispeech', '--help']\n"
        "try: app.main()\n"
        "except SystemExit: print(sorted({'torch', 'lhotse', 'librosa'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_licence_that_nobody_states_is_said_to_be_unstated(main: Door) -> None:
    assert "licence   not stated here; its page may say" in main("prep", "chime6", "--help").stdout
    assert "licence   CC BY 4.0\n" in main("prep", "librispeech", "--help").stdout
