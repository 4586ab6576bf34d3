"""The commands by name, before and after they are imported."""

import pytest

from speechrnn.cli.commands import COMMANDS, load_command
from tests.cli.conftest import Door


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_a_command_is_how_its_own_help_begins(name: str) -> None:
    command = load_command(name)
    assert command.name == name
    assert " ".join(command.help.split("\n\n")[0].split()) == COMMANDS[name]


def test_a_command_that_does_not_exist_is_told_with_those_that_are_like_it(door: Door) -> None:
    ended = door("transcibe", "a.wav")
    assert (ended.code, ended.stdout) == (2, "")
    assert ended.errors == [
        "error: No such command 'transcibe'. Did you mean 'transcribe'?; see speechrnn --help",
    ]


def test_groups_keep_their_own_commands(door: Door) -> None:
    ended = door("lm", "bulid")
    assert (ended.code, ended.errors) == (
        2,
        ["error: No such command 'bulid'. Did you mean 'build'?; see speechrnn lm --help"],
    )
