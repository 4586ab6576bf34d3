from collections.abc import Callable
from pathlib import Path

import pytest

from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError, UsageError

Touch = Callable[..., Path]
Listed = Callable[..., tuple[list[Utterance], list[Problem]]]

# The columns of release 17; those of release 1 had fewer, and paths without a suffix.
COLUMNS = (
    "client_id path sentence_id sentence sentence_domain up_votes down_votes age gender accents variant locale segment"
)


def row(name: str, speaker: str = "ann", text: str = "habari", locale: str = "sw") -> str:
    cells = dict.fromkeys(COLUMNS.split(), "") | {
        "client_id": speaker,
        "path": name,
        "sentence": text,
        "up_votes": "2",
        "locale": locale,
    }
    return "\t".join(cells.values())


def language(folder: Path, **tables: list[str]) -> Path:
    (folder / "clips").mkdir(parents=True)
    for name, rows in tables.items():
        header = "\t".join(COLUMNS.split())
        (folder / f"{name}.tsv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


def test_the_published_splits_are_kept(tmp_path: Path, listed: Listed) -> None:
    folder = language(
        tmp_path,
        train=[row("a.mp3", "ann", 'she said "no'), row("b.mp3", "ben")],
        dev=[row("c.mp3", "cy")],
        test=[row("d.mp3", "")],
        validated=[row(f"{name}.mp3") for name in "abcdef"],
        other=[row("g.mp3")],
    )
    (folder / "reported.tsv").write_text("sentence\treason\nx\ty\n")
    utterances, problems = listed(folder)
    assert not problems
    assert [(u.utterance_id, u.split, u.text, u.speaker, u.language) for u in utterances] == [
        ("a", "train", 'she said "no', "ann", "sw"),
        ("b", "train", "habari", "ben", "sw"),
        ("c", "dev", "habari", "cy", "sw"),
        ("d", "test", "habari", None, "sw"),
    ]
    assert utterances[0].path == tmp_path / "clips" / "a.mp3"
    assert [u.utterance_id for u in listed(folder, parts=("other",))[0]] == ["g"]


def test_without_published_splits_what_is_validated_is_split_by_speaker(tmp_path: Path, listed: Listed) -> None:
    rows = [row(f"{speaker}{number}.mp3", speaker) for speaker in "abcdefghij" for number in range(3)]
    utterances, _ = listed(language(tmp_path, validated=rows, invalidated=[row("x.mp3")]))
    splits = {speaker: {u.split for u in utterances if u.speaker == speaker} for speaker in "abcdefghij"}
    assert all(len(of_speaker) == 1 for of_speaker in splits.values())
    assert {split for of_speaker in splits.values() for split in of_speaker} == {"train", "dev", "test"}


def test_the_language_chooses_a_folder_of_the_release(tmp_path: Path, listed: Listed) -> None:
    for name in ("sw", "rw", "sv-SE"):
        language(tmp_path / "cv-corpus" / name, train=[row(f"{name}.mp3", locale=name)])
    assert [u.utterance_id for u in listed(tmp_path / "cv-corpus", language="rw")[0]] == ["rw"]
    with pytest.raises(UsageError, match=r"language=se is not there; .*choose from rw, sv-SE, sw"):
        listed(tmp_path / "cv-corpus", language="se")
    with pytest.raises(UsageError, match=r"language=None is not there; choose from rw, sv-SE, sw"):
        listed(tmp_path / "cv-corpus")


def test_paths_of_early_releases_get_their_suffix(tmp_path: Path, listed: Listed) -> None:
    (tmp_path / "clips").mkdir()
    (tmp_path / "train.tsv").write_text("client_id\tpath\tsentence\nann\tabc\thi\n")
    (found,), _ = listed(tmp_path)
    assert (found.path, found.language) == (tmp_path / "clips" / "abc.mp3", None)


def test_a_line_that_cannot_be_read_is_named_and_the_others_go_on(tmp_path: Path, listed: Listed) -> None:
    folder = language(
        tmp_path, train=[row("a.mp3"), "ann\tb.mp3", row(""), row("c.mp3"), row("caf\0.mp3"), row("d.mp3")]
    )
    table = folder / "train.tsv"
    table.write_bytes(table.read_bytes().replace(b"caf\0", b"caf\xe9"))
    utterances, problems = listed(folder)
    assert [one.utterance_id for one in utterances] == ["a", "c", "d"]
    assert [(one.where, one.reason.split(";")[0]) for one in problems] == [
        (f"{table}:3", "2 cells where the header has 13"),
        (f"{table}:4", "path is empty"),
        (f"{table}:6", "not UTF-8 text"),
    ]


def test_a_table_of_which_no_line_can_be_read_is_refused(tmp_path: Path, listed: Listed) -> None:
    folder = language(tmp_path, train=["ann\tb.mp3", "ann\tc.mp3"])
    with pytest.raises(CorpusError, match=r"train\.tsv:2: 2 cells where the header has 13; none of its 2 lines"):
        listed(folder)


def test_one_table_alone_can_be_named(tmp_path: Path, listed: Listed) -> None:
    folder = language(tmp_path, train=[row("a.mp3")], dev=[row("b.mp3"), row("c.mp3")])
    assert [u.utterance_id for u in listed(folder / "dev.tsv")[0]] == ["b", "c"]
