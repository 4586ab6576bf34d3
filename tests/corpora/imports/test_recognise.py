from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from speechrnn.corpora.imports.recognise import IMPORTERS
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError, UsageError
from speechrnn.recipe.corpus import CorpusFormat

Listed = Callable[..., tuple[list[Utterance], list[Problem]]]
Touch = Callable[..., Path]


def test_every_format_that_can_be_named_has_an_importer() -> None:
    assert set(IMPORTERS) == set(CorpusFormat.__args__)


@pytest.mark.parametrize("name", sorted(IMPORTERS))
def test_a_format_that_is_not_there_is_refused_with_what_it_wants(tmp_path: Path, listed: Listed, name: str) -> None:
    (tmp_path / "a.txt").write_text("said")
    with pytest.raises(CorpusError, match=f"format={name}, but it holds no "):
        listed(tmp_path, format=name)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"tier": "tx", "format": "kaldi"}, "kaldi takes no tier, only parts; leave it out"),
        ({"encoding": "cp1252", "format": "nemo"}, "nemo takes no encoding, only parts; leave it out"),
        ({"parts": ("train",), "format": "textgrid"}, "textgrid takes no parts, only tier and encoding; leave it out"),
        ({"parts": ("train",)}, "a folder or table of recordings takes no parts, only encoding; leave it out"),
        ({"tier": "tx"}, "a folder or table of recordings takes no tier, only encoding; leave it out"),
    ],
)
def test_a_setting_that_would_do_nothing_is_refused(
    tmp_path: Path, touch: Touch, listed: Listed, settings: dict[str, Any], reason: str
) -> None:
    touch(tmp_path / "a.wav")
    (tmp_path / "a.txt").write_text("said")
    with pytest.raises(UsageError, match=reason):
        listed(tmp_path, **settings)


def test_a_folder_of_two_layouts_must_be_named(tmp_path: Path, touch: Touch, listed: Listed) -> None:
    touch(tmp_path / "wavs" / "a.wav", tmp_path / "wavs" / "b.wav")
    (tmp_path / "metadata.csv").write_text("a|one\nb|two\n")
    (tmp_path / "wav.scp").write_text("x wavs/a.wav\n")
    (tmp_path / "text").write_text("x three\n")
    with pytest.raises(UsageError, match="could be kaldi or ljspeech; say which with format=NAME"):
        listed(tmp_path)
    assert [u.text for u in listed(tmp_path, format="kaldi")[0]] == ["three"]
    assert [u.text for u in listed(tmp_path, format="ljspeech")[0]] == ["one", "two"]
