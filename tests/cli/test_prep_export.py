from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.mini_yesno import write_yesno

Door = Callable[..., object]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The yes/no corpus in miniature, with one file that is no sound."""
    folder = write_yesno(tmp_path)
    (folder / "1_1_1_1_1_1_1_1.wav").write_bytes(b"no sound")
    return tmp_path


def test_an_export_prints_its_splits_and_says_what_was_set_aside(main: Door, data: Path) -> None:
    ended = main("prep", "export", "yesno", "--to", "kaldi", "-o", data / "out", "--data", data)
    assert ended.code == 0
    assert ended.stdout.splitlines() == [
        "train\t27 utterances",
        "dev\t3 utterances",
        "test\t30 utterances",
        f"kaldi\t{data / 'out'}",
    ]
    assert "set aside: 1, see" in ended.stderr
    lines = (data / "out" / "dev" / "text").read_text().splitlines()
    assert len(lines) == 3
    assert all(set(line.split()[1:]) <= {"YES", "NO"} for line in lines)


def test_the_layout_decides_what_is_written(main: Door, data: Path) -> None:
    assert main("prep", "export", "yesno", "--to", "nemo", "-o", data / "out", "--data", data).code == 0
    names = sorted(file.name for file in (data / "out").iterdir())
    assert names == ["dev_manifest.json", "test_manifest.json", "train_manifest.json"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("export", "yesno"), "prep export yesno: wanted --to kaldi or --to nemo, and -o DIR"),
        (("export", "yesno", "--to", "kaldi"), "wanted --to kaldi or --to nemo, and -o DIR"),
        (("yesno", "--to", "kaldi"), "--to and --output go with `prep export yesno`"),
        (("validate", "yesno", "-o", "x"), "--to and --output go with `prep export yesno`"),
        (("export", "yesno", "--to", "espnet", "-o", "x"), "export to 'espnet': not known; choose from kaldi, nemo"),
    ],
)
def test_a_mistake_of_usage_is_answered_before_anything_is_written(
    main: Door, data: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], reason: str
) -> None:
    monkeypatch.chdir(data)
    ended = main("prep", *words, "--data", data)
    assert (ended.code, len(ended.errors)) == (2, 1)
    assert reason in ended.errors[0]
    assert not (data / "x").exists()
