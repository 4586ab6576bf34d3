import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError

Touch = Callable[..., Path]
Listed = Callable[..., tuple[list[Utterance], list[Problem]]]


def write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_a_manifest_gives_files_and_parts_of_files(tmp_path: Path, listed: Listed) -> None:
    path = write(
        tmp_path / "manifest.json",
        {"audio_filepath": "clips/a.wav", "text": "one", "duration": 1.5, "speaker": 7, "lang": "sw"},
        {"audio_filepath": "/d/long.wav", "text": "two", "duration": 2.5, "offset": 10.25, "id": "own"},
        {"audio_filepath": "/d/long.wav", "text": "three", "duration": 2.5, "offset": 0},
        {"audio_filepath": "/d/long.wav", "text": None, "duration": 2.5, "offset": 20},
    )
    utterances, problems = listed(path)
    assert [
        (u.utterance_id, str(u.path), u.text, u.speaker, u.start_seconds, u.duration_seconds, u.language)
        for u in utterances
    ] == [
        ("clips/a", f"{tmp_path}/clips/a.wav", "one", "7", 0.0, 1.5, "sw"),
        ("own", "/d/long.wav", "two", None, 10.25, 2.5, None),
        ("/d/long@0.000", "/d/long.wav", "three", None, 0.0, 2.5, None),
    ]
    (missing,) = problems
    assert (missing.utterance_id, missing.where, missing.kind) == ("/d/long@20.000", f"{path}:4", "missing_text")


def test_manifests_side_by_side_are_the_splits_of_their_names(tmp_path: Path, listed: Listed) -> None:
    for name in ("train_manifest.json", "valid.jsonl", "test_manifest.json"):
        write(tmp_path / name, {"audio_filepath": f"/d/{name}.wav", "text": "one"})
    (tmp_path / "vocab.json").write_text('{\n"a": 1}')
    assert [(one.text, one.split) for one in listed(tmp_path)[0]] == [("one", "test"), ("one", "train"), ("one", "dev")]
    assert [one.split for one in listed(tmp_path, parts=("valid",))[0]] == ["dev"]


def test_a_table_of_ours_is_not_taken_for_one(tmp_path: Path, listed: Listed) -> None:
    path = write(tmp_path / "table.jsonl", {"audio": "a.wav", "text": "one"}, {"audio": "b.wav", "text": "two"})
    assert [one.utterance_id for one in listed(path)[0]] == ["a", "b"]
    with pytest.raises(CorpusError, match="format=nemo, but it holds no JSON lines with audio_filepath and text"):
        listed(path, format="nemo")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            '{"audio_filepath": "b.wav", "text": "x", "duration": "long"}',
            "duration 'long'; wanted a number of seconds",
        ),
        ('{"audio_filepath": "b.wav", "text": "x", "offset": -1}', "offset -1; wanted a number of seconds"),
        ('{"audio_filepath": "b.wav", "text": "x", "offset": NaN}', "offset nan; wanted a number of seconds"),
        ('{"audio_filepath": "b.wav"', "not JSON (Expecting ',' delimiter at character 27)"),
        ('{"text": "x"}', "wanted an object with audio_filepath, text and duration"),
        ('{"audio_filepath": 7}', "wanted an object with audio_filepath, text and duration"),
        ("[1]", "wanted an object with audio_filepath, text and duration"),
    ],
)
@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_line_that_is_not_nemo_s_is_named_and_the_others_go_on(
    tmp_path: Path, listed: Listed, line: str, reason: str, place: int
) -> None:
    path = tmp_path / "m.json"
    lines = ['{"audio_filepath": "a.wav", "text": "x"}', '{"audio_filepath": "c.wav", "text": "x"}']
    path.write_text("\n".join([*lines[: place - 1], line, *lines[place - 1 :]]) + "\n")
    utterances, (problem,) = listed(path)
    assert [one.utterance_id for one in utterances] == ["a", "c"]
    assert (problem.kind, problem.reason, problem.where) == ("bad_line", reason, f"{path}:{place}")


def test_a_line_with_several_faults_has_all_of_them(tmp_path: Path, listed: Listed) -> None:
    line = '{"audio_filepath": "b.wav", "duration": "long", "offset": -1}'
    path = tmp_path / "m.json"
    path.write_text('{"audio_filepath": "a.wav", "text": "x"}\n' + line + "\n")
    _, (problem,) = listed(path)
    assert [one.reason.split(";")[0] for one in problem.each()] == [
        "offset -1",
        "duration 'long'",
        "its line has no text",
    ]
