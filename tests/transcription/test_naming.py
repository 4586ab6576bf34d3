"""Recordings to the names of their output files."""

import os
from itertools import permutations
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.transcription.naming import name_outputs
from speechrnn.transcription.sources import Source


def _sources(paths: list[str]) -> list[Source]:
    return [Source(path, "stdin" if path == "-" else PurePosixPath(path).stem) for path in paths]


def _named(paths: list[str]) -> list[str]:
    return [name.replace(os.sep, "/") for name in name_outputs(_sources(paths))]


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["a.wav", "x/b.flac", "-"], ["a", "b", "stdin"]),
        (["a.wav", "a.flac"], ["a.wav", "a.flac"]),
        (["x/a.wav", "y/a.wav", "x/b.wav"], ["x/a", "y/a", "b"]),
        (["x/a.wav", "x/a.flac", "y/a.wav"], ["x/a.wav", "x/a.flac", "y/a"]),
        (["in/x/a.wav", "in/y/z/a.wav"], ["x/a", "y/z/a"]),
        (["a.wav", "x/a.wav"], ["a", "x/a"]),
        (["../a.wav", "a.wav"], ["a", f"{os.path.basename(os.getcwd())}/a"]),
        (["-", "stdin.wav"], ["stdin", "stdin.wav"]),
        # A suffix leads to the name of another recording, and that to one more.
        (["a.wav", "a.flac", "a.wav.ogg", "a.wav.ogg.mp3"], ["a.wav", "a.flac", "a.wav.ogg", "a.wav.ogg.mp3"]),
        (["a.wav", "a.flac", "a.wav.wav"], ["a.wav", "a.flac", "a.wav.wav"]),
        # One recording that came twice cannot be told apart.
        (["a.wav", "./a.wav"], ["a.wav", "a.wav"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_names_are_as_short_as_tells_recordings_apart(paths: list[str], names: list[str]) -> None:
    assert _named(paths) == names


def test_what_a_folder_held_keeps_its_place_in_it() -> None:
    found = [Source("in/x/a.wav", os.path.join("x", "a")), Source("in/x/a.mp3", os.path.join("x", "a"))]
    assert name_outputs(found) == [os.path.join("x", "a.wav"), os.path.join("x", "a.mp3")]


PATHS = st.builds(
    lambda folders, stem, suffix: "/".join([*folders, stem + suffix]),
    st.lists(st.sampled_from(["x", "y", "..", "a.wav"]), max_size=2),
    st.sampled_from(["a", "b", "a.wav"]),
    st.sampled_from([".wav", ".flac", ".ogg"]),
)


@given(st.lists(PATHS, max_size=6, unique_by=os.path.abspath))
def test_different_recordings_have_different_names_whatever_their_order(paths: list[str]) -> None:
    names = dict(zip(paths, _named(paths), strict=True))
    assert len(set(names.values())) == len(paths)
    for order in list(permutations(paths))[:24]:
        assert dict(zip(order, _named(list(order)), strict=True)) == names
