from pathlib import Path

import pytest

from speechrnn.corpora.imports.parts import choose_parts
from speechrnn.errors import UsageError


def parts(*names: str) -> dict[str, Path]:
    return {name: Path(name) for name in names}


def test_one_part_alone_is_to_be_split_whatever_its_name_is() -> None:
    assert choose_parts(Path("d"), parts("train"), ()) == [(Path("train"), "")]


def test_parts_whose_names_leave_no_doubt_are_all_taken() -> None:
    there = parts("train", "dev_clean", "test_clean")
    assert choose_parts(Path("d"), there, ()) == [
        (Path("train"), "train"),
        (Path("dev_clean"), "dev"),
        (Path("test_clean"), "test"),
    ]


def test_named_parts_are_taken_in_the_order_named_and_may_share_a_split() -> None:
    there = parts("train", "train_sp", "dev", "lab")
    assert choose_parts(Path("d"), there, ("train_sp", "train")) == [
        (Path("train_sp"), "train"),
        (Path("train"), "train"),
    ]


@pytest.mark.parametrize(
    ("names", "wanted", "reason"),
    [
        (
            ("train", "train_sp", "dev"),
            (),
            r"d: several parts, and .* which split these are: train, train_sp; .*parts=",
        ),
        (("train", "lab"), (), r"d: several parts, and .* which split these are: lab; .* parts=\[train,lab\]"),
        (("train", "dev"), ("trian",), r"d: no part 'trian'; did you mean 'train'\? There are train, dev"),
    ],
)
def test_a_doubt_is_spelled_out(names: tuple[str, ...], wanted: tuple[str, ...], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        choose_parts(Path("d"), parts(*names), wanted)
