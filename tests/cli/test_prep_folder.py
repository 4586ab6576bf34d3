"""A folder of recordings with a table as a spreadsheet saves it, tried as its owner would."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

Door = Callable[..., object]
NUM_RECORDINGS = 20


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Twenty recordings by four speakers."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    for number in range(NUM_RECORDINGS):
        sound = np.random.default_rng(number).uniform(-0.1, 0.1, 4000)
        soundfile.write(folder / f"Aufnahme_{number:02}.wav", sound, 8000)
    return folder


def table(codec: str, wrong: int | None = 7) -> bytes:
    """What a spreadsheet writes in half of Europe; one name has a space where the file has an underscore."""
    names = [f"Aufnahme{' ' if number == wrong else '_'}{number:02}.wav" for number in range(NUM_RECORDINGS)]
    speakers = ["Zoë", "Ann", "Björn", "Cem"]
    lines = ["Audio;Text;Speaker"] + [f'{name};"éh; bien {n}";{speakers[n % 4]}' for n, name in enumerate(names)]
    return ("\r\n".join(lines) + "\r\n").encode(codec)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-8"])
def test_a_table_of_a_spreadsheet_becomes_a_corpus_and_its_one_wrong_name_is_spelled_out(
    main: Door, recordings: Path, tmp_path: Path, codec: str
) -> None:
    (recordings / "Liste.csv").write_bytes(table(codec))
    ended = main("prep", "folder", "--path", recordings / "Liste.csv", "--data", tmp_path)
    assert ended.code == 1
    wrong = recordings / "Aufnahme 07.wav"
    expected = f"error: {wrong}: no such file; did you mean 'Aufnahme_07.wav'? [missing_audio]"
    assert ended.errors[0] == f"{expected} ({recordings / 'Liste.csv'}:9)"
    assert len(ended.errors) == 1
    assert ended.stderr.splitlines()[-1] == "set aside: 1 (1 missing_audio); the rest is usable"
    counts = [int(line.split("\t")[1].split()[0]) for line in ended.stdout.splitlines()[:3]]
    assert sum(counts) == NUM_RECORDINGS - 1
    info = json.loads(next(tmp_path.rglob("corpus.json")).read_text(encoding="utf-8"))
    assert {name: split["speakers"] for name, split in info["splits"].items()} == {"train": 2, "dev": 1, "test": 1}


def test_the_folder_may_be_named_in_place_of_its_only_table(main: Door, recordings: Path, tmp_path: Path) -> None:
    (recordings / "Liste.csv").write_bytes(table("utf-8-sig", wrong=None))
    ended = main("prep", "validate", "folder", "--path", recordings, "--data", tmp_path)
    assert (ended.code, ended.stdout) == (0, f"{NUM_RECORDINGS} utterances usable, 0 not\n")


def test_windows_1252_is_asked_for_and_then_read(main: Door, recordings: Path, tmp_path: Path) -> None:
    (recordings / "Liste.csv").write_bytes(table("cp1252", wrong=None))
    words = ("prep", "validate", "folder", "--path", recordings / "Liste.csv", "--data", tmp_path)
    refused = main(*words)
    assert refused.code == 1
    assert (
        "Liste.csv:2: not UTF-8 text; as Windows-1252 the line is 'Aufnahme_00.wav;\"éh; bien 0\";Zoë'"
        in refused.stderr
    )
    assert "add encoding=cp1252" in refused.stderr
    assert main(*words, "encoding=cp1252").stdout == f"{NUM_RECORDINGS} utterances usable, 0 not\n"


def test_a_setting_that_is_wrong_is_answered_with_what_there_is(main: Door, recordings: Path, tmp_path: Path) -> None:
    (recordings / "Liste.csv").write_bytes(table("utf-8", wrong=None))
    words = ("prep", "folder", "--path", recordings / "Liste.csv", "--data", tmp_path)
    unknown = main(*words, "format=kaldy")
    assert unknown.code == 2
    assert "format" in unknown.errors[0]
    assert "kaldi" in unknown.errors[0]
    codec = main(*words, "encoding=cp9999")
    assert (codec.code, len(codec.errors)) == (2, 1)
    assert "encoding 'cp9999': not known" in codec.errors[0]
