"""The one line of settings behind a score."""

import pytest

from speechrnn import __version__
from speechrnn.scoring.signature import signature


def test_settings_keep_their_order_and_the_version_comes_last() -> None:
    assert signature(split="test", corpus="fsdd") == f"split:test|corpus:fsdd|version:{__version__}"


@pytest.mark.parametrize(
    ("value", "spelling"),
    [(None, "none"), (True, "yes"), (False, "no"), (0.5, "0.5"), (3, "3"), (("a", 1), "a+1"), ((), "none")],
)
def test_every_kind_of_value_has_one_spelling(value: object, spelling: str) -> None:
    assert signature(key=value) == f"key:{spelling}|version:{__version__}"


def test_a_value_cannot_break_the_line_or_add_a_setting() -> None:
    line = signature(corpus="my|corpus\nsplit:dev")
    assert line.count("|") == 1
    assert line.splitlines() == [line]
