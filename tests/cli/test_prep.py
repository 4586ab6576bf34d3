import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile

from speechrnn.cli import app
from tests.cli.mini_yesno import write_yesno

ROOT = Path(__file__).parents[2]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The yes/no corpus in miniature."""
    write_yesno(tmp_path)
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `speechrnn prep ...` in this process; returns exit code, stdout and stderr."""

    def run_prep(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["speechrnn", "prep", *map(str, words)])
        with pytest.raises(SystemExit, match=r"^[012]$") as ended:
            app.main()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return run_prep


def test_preparing_prints_the_splits_and_where_the_manifests_are(run: Run, data: Path) -> None:
    code, out, err = run("yesno", "--data", data)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "train\t27 utterances\t0.5 min",
        "dev\t3 utterances\t0.1 min",
        "test\t30 utterances\t0.5 min",
        f"manifests\t{data / 'manifests' / 'yesno'}",
    ]


def test_both_doors_and_the_environment_give_the_same(data: Path) -> None:
    results = [
        subprocess.run(
            [sys.executable, *door, "prep", "yesno"],
            cwd=ROOT,
            env=os.environ | {"SPEECHRNN_DATA": str(data)},
            capture_output=True,
            text=True,
        )
        for door in (["cli.py"], ["-m", "speechrnn.cli"])
    ]
    assert [result.returncode for result in results] == [0, 0], results[0].stderr
    assert results[0].stdout == results[1].stdout
    assert "test\t30 utterances" in results[0].stdout


def test_what_is_set_aside_is_named_and_exits_1_with_the_rest_prepared(run: Run, data: Path) -> None:
    victim = data / "waves_yesno" / "0_0_0_0_0_1_0_0.wav"
    victim.write_text("no sound")
    for _ in range(2):  # the second time nothing is done, and it is still said
        code, out, err = run("yesno", "--data", data)
        assert code == 1
        assert "train\t26 utterances" in out
        assert re.search(rf"^error: {victim}: cannot be decoded; .*\[unreadable_audio\]$", err, re.MULTILINE)
        assert err.splitlines()[-1] == "set aside: 1 (1 unreadable_audio); the rest is usable"


def test_many_faults_are_cut_short_with_the_place_of_all_of_them(run: Run, data: Path) -> None:
    for file in sorted((data / "waves_yesno").glob("*.wav"))[10:40]:
        file.write_bytes(b"")
    code, _, err = run("yesno", "--data", data)
    assert code == 1
    assert len(err.splitlines()) == 22
    assert f"error: and 10 more; all of them in {data / 'manifests' / 'yesno' / 'set_aside.jsonl'}" in err
    code, out, err = run("validate", "yesno", "--data", data)
    assert (code, out) == (1, "30 utterances usable, 30 not\n")
    assert len(err.splitlines()) == 31  # validate names them all


def test_validate_writes_nothing(run: Run, data: Path) -> None:
    assert run("validate", "yesno", "--data", data) == (0, "60 utterances usable, 0 not\n", "")
    assert not (data / "manifests").exists()


def test_describe_counts_words_and_characters(run: Run, data: Path) -> None:
    code, out, err = run("describe", "yesno", "--data", data)
    assert (code, err) == (0, "")
    assert re.search(
        r"^ *split +utts +hours +speakers +words +distinct +train +alphabet +second +minute *$", out, re.MULTILINE
    )
    assert re.search(r"^ *test +30 +0\.01 +1 +240 +2 +0 +6 +\d+\.\d +480 *$", out, re.MULTILINE)
    picture = data / "manifests" / "yesno" / "describe.png"
    assert out.splitlines()[-1] == f"picture\t{picture}"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert re.search(r"test characters: ' ':210 .*'Y':\d+", out)


def test_leave_out_and_force_and_path_change_something(run: Run, tmp_path: Path) -> None:
    recordings = tmp_path / "free-spoken-digit-dataset-master" / "recordings"
    recordings.mkdir(parents=True)
    for speaker in ("ann", "bob"):
        for take in range(16):
            soundfile.write(recordings / f"1_{speaker}_{take}.wav", np.zeros(800), 8000)
    assert "leave-out-bob" in run("fsdd", "--data", tmp_path, "--leave-out", "bob")[1]
    manifest = tmp_path / "manifests" / "fsdd" / "leave-out-bob" / "corpus.json"
    before = manifest.stat().st_mtime_ns
    run("fsdd", "--data", tmp_path, "--leave-out", "bob")
    assert manifest.stat().st_mtime_ns == before
    run("fsdd", "--data", tmp_path, "--leave-out", "bob", "--force")
    assert manifest.stat().st_mtime_ns != before
    table = tmp_path / "mine.csv"
    table.write_text("audio,text\n" + "\n".join(f"{file},one" for file in sorted(recordings.iterdir())))
    assert "test\t3 utterances" in run("folder", "--data", tmp_path, "--path", table)[1]


def test_jobs_read_files_in_other_processes_and_find_the_same(
    run: Run, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from speechrnn.corpora import read_ahead

    pools: list[int] = []

    def watch(jobs: int, **options: object) -> read_ahead.ProcessPoolExecutor:
        pools.append(jobs)
        return ProcessPoolExecutor(jobs, **options)

    monkeypatch.setattr(read_ahead, "ProcessPoolExecutor", watch)
    (data / "waves_yesno" / "0_0_0_0_0_1_0_0.wav").write_text("no sound")
    assert run("validate", "yesno", "--data", data) == (alone := run("validate", "yesno", "--data", data, "-j", "1"))
    assert pools == []
    assert run("validate", "yesno", "--data", data, "--jobs", "2") == alone
    assert pools == [2]
    assert alone[0] == 1


def test_shar_packs_the_sound_beside_the_manifests(run: Run, data: Path) -> None:
    code, out, _ = run("yesno", "--data", data, "--shar")
    archives = data / "manifests" / "yesno" / "shar"
    assert code == 0
    assert out.splitlines()[-3:] == [f"shar\t{archives / split}\t1 shards" for split in ("train", "dev", "test")]
    assert (archives / "train" / "recording.000000.tar").exists()


def test_download_takes_the_corpus_from_a_mirror(run: Run, data: Path, tmp_path: Path) -> None:
    import tarfile

    with tarfile.open(tmp_path / "waves_yesno.tar.gz", "w:gz") as tar:
        tar.add(data / "waves_yesno", "waves_yesno")
    code, out, err = run("yesno", "--data", tmp_path / "new", "--download", "--mirror", tmp_path)
    assert code == 0
    assert "test\t30 utterances" in out
    licence, where = err.splitlines()
    assert licence.startswith("licence of yesno: free to use")
    assert where == f"corpus in {tmp_path / 'new' / 'waves_yesno'}"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "error: prep: wanted one corpus, came none; see `speechrnn prep --list`"),
        (("validate",), 2, "error: prep validate: wanted one corpus, came none"),
        (("yesno", "fsdd"), 2, "error: prep: wanted one corpus, came yesno fsdd"),
        (("yesnoo",), 2, "error: no corpus 'yesnoo'; did you mean 'yesno'?"),
        (("yesno", "--path", "x"), 2, "error: corpus yesno: takes no path"),
        (("yesno", "--mirror", "x"), 2, "error: prep yesno: --mirror x only says where --download looks"),
        (("folder", "--path", "nowhere"), 2, "error: corpus folder: nowhere does not exist"),
        (("validate", "yesno", "--shar"), 2, "error: prep validate yesno: writes nothing, --shar does not go with it"),
        (("fsdd",), 1, "error: corpus fsdd: no folder free-spoken-digit-dataset-master"),
    ],
)
def test_a_wrong_command_is_one_line_on_stderr(
    run: Run, tmp_path: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    got, out, err = run(*words, "--data", tmp_path)
    assert (got, out) == (code, "")
    assert err.startswith(message)
    assert len(err.splitlines()) == 1


def test_describe_with_a_recipe_shows_transcripts_before_and_after(run: Run, data: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "mine.yaml"
    recipe.write_text("name: mine\ncorpus: {name: yesno}\ntext: {remove: E}\n")
    plain = run("describe", "yesno", "--data", data)[1]
    code, out, err = run("describe", "yesno", "--data", data, "--recipe", recipe)
    assert (code, err) == (0, "")
    assert [line for line in out.splitlines() if line in plain.splitlines()] == plain.splitlines()
    assert "normalised by mine, of 60 transcripts changed by: nfc 0, case 60, remove 0, spaces 0" in out
    assert len(re.findall(r"^  \S+ \(case\)\n    before  [YESNO ]+\n    after   [yesno ]+$", out, re.MULTILINE)) == 10
    assert re.search(r"^characters left: ' ':420 .*'o':\d+", out, re.MULTILINE)


def test_a_setting_of_the_text_can_be_tried_in_passing(run: Run, data: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "mine.yaml"
    recipe.write_text("name: mine\ncorpus: {name: yesno}\ntext: {remove: E}\n")
    words = "describe", "yesno", "text.remove=O", "text.case=upper", "--data", data, "--recipe", recipe
    code, out, _ = run(*words)
    shown = re.findall(r"^    after   (.+)$", out, re.MULTILINE)
    assert (code, len(shown)) == (0, 10)
    assert set("".join(shown)) == set("YESN ")


def test_a_recipe_of_another_corpus_only_normalises(run: Run, data: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "mine.yaml"
    recipe.write_text("name: mine\ncorpus: {name: fsdd, leave_out: theo}\ntext: {case: keep}\n")
    code, out, err = run("describe", "yesno", "--data", data, "--recipe", recipe)
    assert (code, err) == (0, f"note: {recipe} trains on fsdd; of yesno it only normalises the transcripts\n")
    assert "transcripts changed by: nfc 0, spaces 0" in out


def test_a_recipe_of_this_corpus_says_how_it_is_prepared_unless_the_command_does(
    run: Run, data: Path, tmp_path: Path
) -> None:
    recipe = tmp_path / "mine.yaml"
    recipe.write_text("name: mine\ncorpus: {name: yesno, dev_fraction: 0.4}\n")
    described = run("describe", "yesno", "--data", data, "--recipe", recipe)[1]
    changed = run("describe", "yesno", "dev_fraction=0.2", "--data", data, "--recipe", recipe)[1]
    assert re.search(r"^ *dev +12 ", described, re.MULTILINE)
    assert re.search(r"^ *dev +6 ", changed, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("yesno",), "--recipe goes with `prep describe yesno`"),
        (("validate", "yesno"), "--recipe goes with `prep describe yesno`"),
        (("describe", "yesno"), "text.numbers: 'sw' came, and num2words knows"),
    ],
)
def test_a_recipe_that_cannot_be_used_is_refused_before_any_work(
    words: tuple[str, ...], reason: str, run: Run, data: Path, tmp_path: Path
) -> None:
    recipe = tmp_path / "mine.yaml"
    recipe.write_text("name: mine\ncorpus: {name: yesno}\ntext: {numbers: sw}\n")
    code, out, err = run(*words, "--data", data, "--recipe", recipe)
    assert (code, out) == (2, "")
    assert reason in err
    assert not (data / "manifests").exists()


@pytest.mark.parametrize("subcommand", [(), ("describe",), ("validate",)])
def test_a_setting_of_the_text_without_a_recipe_says_where_it_goes(
    subcommand: tuple[str, ...], run: Run, data: Path
) -> None:
    code, out, err = run(*subcommand, "yesno", "text.case=upper", "--data", data)
    assert (code, out) == (2, "")
    assert "prep yesno: text.case=upper is a setting of a recipe" in err
    assert "`prep describe yesno --recipe FILE text.case=upper` shows" in err
