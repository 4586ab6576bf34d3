"""The whole report of `speechrnn prep validate` on a table, and on a Kaldi folder, that have every fault there is."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

Door = Callable[..., object]


def record(path: Path, seed: int, sample_rate_hz: int = 8000) -> None:
    """Write a second of noise."""
    noise = np.random.default_rng(seed).uniform(-0.1, 0.1, sample_rate_hz)
    soundfile.write(path, noise, sample_rate_hz, subtype="PCM_16")


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    """A folder of good recordings and bad ones."""
    folder = tmp_path / "sounds"
    folder.mkdir()
    for number in range(9):
        record(folder / f"{number}.wav", number)
    (folder / "again.wav").write_bytes((folder / "0.wav").read_bytes())
    record(folder / "wide.wav", 20, sample_rate_hz=16000)
    soundfile.write(folder / "silent.wav", np.zeros(8000), 8000)
    soundfile.write(folder / "clipped.wav", np.tile([1.0, 0.1], 4000), 8000)
    soundfile.write(folder / "slow.wav", np.full(8 * 8000, 0.1), 8000)
    (folder / "cut.wav").write_bytes((folder / "1.wav").read_bytes()[:1000])
    soundfile.write(folder / "short.wav", np.full(100, 0.1), 8000)
    return folder


ROWS = (
    (b"0.wav,one,train,ann,,", []),
    (b"1.wav,two,train,ben,,", []),
    (b"0.wav,one,train,ann,,", ["error: {0.wav}: the id 0 is taken already, by {0.wav} ({:2}) [duplicate_id] ({:4})"]),
    (b"gone.wav,one,train,ann,,", ["error: {gone.wav}: no such file [missing_audio] ({:5})"]),
    (b"2.wav,,train,ann,,", ["error: {2.wav}: its transcript is empty [empty_text] ({:6})"]),
    (
        b"3.wav,a\0b,train,ann,,",
        [r"error: {3.wav}: its transcript 'a\x00b' holds a control character ('\x00') [control_characters] ({:7})"],
    ),
    (
        "4.wav,e\u0301,train,ann,,".encode(),
        ["error: {4.wav}: its transcript 'e\u0301' is not in Unicode form NFC; --fix converts it [not_nfc] ({:8})"],
    ),
    (
        b"1.wav,one,train,ann,0.5,1.5",
        ["error: {1.wav}: its part 0.5 to 1.5 s lies outside the audio of 1.000 s [outside_audio] ({:9})"],
    ),
    (b"1.wav,one,train,ann,0.9,0.91", ["error: {1.wav}: 10.0 ms of audio; one frame needs 25 ms [too_short] ({:10})"]),
    (b"short.wav,one,train,ann,,", ["error: {short.wav}: 12.5 ms of audio; one frame needs 25 ms [too_short] ({:11})"]),
    (
        b"5.wav,one,trian,ann,,",
        ["error: {:12}: split 'trian'; wanted train, dev, valid, validation, test, or nothing [bad_line]"],
    ),
    (b"5.wav,one,train", ["error: {:13}: 3 cells where the header has 6 [bad_line]"]),
    (
        b'5.wav,"one,train,ann,,',
        [
            "error: {:14}: a quote opens on this line and is not closed; close it, or double it where it is part "
            "of the "
            "text [bad_line]"
        ],
    ),
    (
        b'5.wav,"one"1,train,ann,,',
        ["error: {:15}: ',' expected after '\"'; check the quotes of this line [bad_line]"],
    ),
    (
        b"5.wav,caf\xe9,train,ann,,",
        [
            "error: {:16}: not UTF-8 text; as Windows-1252 the line is '5.wav,café,train,ann,,': if that is right add "
            "encoding=cp1252, else save it as UTF-8 [bad_line]"
        ],
    ),
    (
        b"gone.wav,,trian,ann,soon,-1",
        [
            "error: {:17}: split 'trian'; wanted train, dev, valid, validation, test, or nothing [bad_line]",
            "error: {:17}: start 'soon'; wanted seconds from the beginning, such as 1.25 [bad_line]",
            "error: {:17}: end '-1'; wanted seconds from the beginning, such as 1.25 [bad_line]",
            "error: {gone.wav}: the id gone is taken already, by {gone.wav} ({:5}) [duplicate_id] ({:17})",
            "error: {gone.wav}: its transcript is empty [empty_text] ({:17})",
            "error: {gone.wav}: no such file [missing_audio] ({:17})",
        ],
    ),
    (
        b",,train,ann,2,1",
        [
            "error: {:18}: audio is empty; wanted the path of a sound file [bad_line]",
            "error: {:18}: end 1 s is not after start 2 s [bad_line]",
            "error: {:18}: its transcript is empty [empty_text]",
        ],
    ),
    (
        "cut.wav,e\u0301\0,train,ann,0,9".encode(),
        [
            "error: {cut.wav}: its transcript 'e\u0301\\x00' holds a control character ('\\x00') "
            "[control_characters] ({:19})",
            "error: {cut.wav}: its transcript 'e\u0301\\x00' is not in Unicode form NFC; --fix converts it "
            "[not_nfc] ({:19})",
            "error: {cut.wav}: truncated, 15044 bytes of audio that its header declares are missing; copy it "
            "again, or let "
            "ffmpeg write what there is to a new file [unreadable_audio] ({:19})",
        ],
    ),
    (b"silent.wav,one,train,ann,,", ["warning: {silent.wav}: almost silent, digital silence [near_silence] ({:20})"]),
    (
        b"clipped.wav,one,train,ann,,",
        [
            "warning: {clipped.wav}: clipped, 50.00% of its samples are at full scale; it was recorded too loud "
            "[clipped] "
            "({:21})"
        ],
    ),
    (b"6.wav," + b"so long a text in one second " * 2 + b",dev,cy,,", []),
    (b"wide.wav,one,dev,cy,,", []),
    (b"again.wav,one,test,di,,", []),
    (b"7.wav,one,test,ann,,", []),
    (b"8.wav,one,test,di,,", []),
    (b"slow.wav,I,dev,cy,,", []),
)
AT_THE_END = (
    "warning: {wide.wav}: 1 of 10 utterances are at 16000 Hz, this is the first; most are at 8000 Hz "
    "[mixed_sample_rates] ({:23})",
    "warning: {6.wav}: its transcript has 57 characters a second, over 1 s; usual here is 0.2 to 40 "
    "[text_too_long] ({:22})",
    "warning: {slow.wav}: its transcript has 0.125 characters a second, over 8 s; usual here is 0.2 to 40 "
    "[text_too_short] "
    "({:27})",
    "error: {again.wav}: the same sound is in train, as {0.wav} [same_audio] ({:24})",
    "error: {7.wav}: speaker 'ann' speaks in train too, as in {0.wav} [same_speaker] ({:25})",
)


def spelled(line: str, sounds: Path, table: Path) -> str:
    """Put in the folder of the recordings, and the table before each line number."""
    return line.replace("{:", f"{table}:").replace("{", f"{sounds}/").replace("}", "")


def test_a_table_with_every_fault_is_told_whole(main: Door, sounds: Path, tmp_path: Path) -> None:
    table = sounds / "mine.csv"
    lines = [b"audio,text,split,speaker,start,end", *(row for row, _ in ROWS)]
    table.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines) + b"\r\n")
    wanted = [
        f"warning: {table}:1: begins with a byte order mark; it is skipped [byte_order_mark]",
        f"warning: {table}:1: lines end in CR LF, as on Windows; read as LF [crlf]",
        f"warning: {table}:7: holds NUL bytes; the file is damaged, or not text [nul_bytes]",
        *(spelled(line, sounds, table) for _, told in ROWS for line in told),
        *(spelled(line, sounds, table) for line in AT_THE_END),
        "errors: 27 (10 bad_line, 3 empty_text, 2 duplicate_id, 2 missing_audio, 2 control_characters, 2 not_nfc, "
        "2 too_short, 1 outside_audio, 1 unreadable_audio, 1 same_audio, 1 same_speaker)",
        "warnings: 8 (1 byte_order_mark, 1 crlf, 1 nul_bytes, 1 near_silence, 1 clipped, 1 mixed_sample_rates, "
        "1 text_too_long, 1 text_too_short)",
    ]
    for jobs in (1, 2):
        ended = main("prep", "validate", "folder", "--path", table, "--data", tmp_path, "--jobs", jobs)
        assert ended.stderr.splitlines() == wanted
        assert (ended.code, ended.stdout) == (1, "10 utterances usable, 16 not\n")


def test_every_utterance_is_set_aside_once_however_many_faults_it_has(main: Door, sounds: Path, tmp_path: Path) -> None:
    table = sounds / "mine.csv"
    table.write_bytes(b"\r\n".join([b"audio,text,split,speaker,start,end", *(row for row, _ in ROWS)]))
    words = "folder", "--path", table, "--data", tmp_path, "--allow-leak"
    prepared = main("prep", *words)
    assert prepared.code == 1
    assert "set aside: 16 (7 bad_line, 2 control_characters, 2 too_short, 1 duplicate_id" in prepared.stderr
    (path,) = tmp_path.rglob("set_aside.jsonl")
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len({record["where"] for record in records}) == len(records) == 16
    assert [len(record.get("also", ())) for record in records if "also" in record] == [5, 2, 2]
    *findings, counts = map(json.loads, main("prep", "validate", *words, "--json").stdout.splitlines())
    faults = [finding for finding in findings if "utterance_id" in finding and finding["level"] == "error"]
    assert len(faults) == sum(1 + len(record.get("also", ())) for record in records) == 25
    assert (counts["usable"], counts["not_usable"]) == (10, 16)
    described = main("prep", "describe", *words)
    assert f"set aside: 16, see {path}" in described.stderr


def test_a_kaldi_folder_with_every_fault_is_told_whole(main: Door, sounds: Path, tmp_path: Path) -> None:
    kaldi = tmp_path / "kaldi"
    kaldi.mkdir()
    tables = {
        "wav.scp": [
            *(f"r{number} {sounds / f'{number}.wav'}" for number in range(3)),
            f"rb sox {sounds}/3.wav -t wav - speed 0.9 |",
            f"rc {sounds}/cut.wav",
            f"rd {sounds}/4.wav",
            f"rd {sounds}/5.wav",
            f"rg {sounds}/gone.wav",
        ],
        "segments": [
            "a1 r0 0 0.5",
            "a2 r0 0.5 1.0",
            "b1 rb 0 1",
            "c1 rc 0 1",
            "d1 rd 0 1",
            "e1 r1 0.5 1.5",
            "f1 r1 1 0.5",
            "f2 r1 nought 0.5",
            "g1 rg 0 1",
            "h1 lost 0 1",
            "i1 r2 0 1",
            "j1 r2 0 1",
            "j1 r2 0 1",
            "k1 r2 0 0.01",
            "l1 r2 0.2 0.4",
        ],
        "text": [
            *("a1 one", "a2 two", "b1 one", "c1", "d1 one", "e1 e\u0301\0", "f1 one", "f2", "g1 \udce9 one", "h1"),
            *("j1 one", "k1 one", "l1 one", "l1 two", "m1 one"),
        ],
        "utt2spk": ["a1 ann", "a2 ann", "l1 ann", "l1 ben"],
    }
    for name, lines in tables.items():
        (kaldi / name).write_bytes("".join(f"{line}\n" for line in lines).encode(errors="surrogateescape"))
    outside = "not in Unicode form NFC; --fix converts it"
    wanted = [
        f"warning: {kaldi}/text:6: holds NUL bytes; the file is damaged, or not text [nul_bytes]",
        f"error: {kaldi}/wav.scp:4: a command, and commands are not run: 'sox {sounds}/3.wav -t wav - speed 0.9 |'; "
        f"write "
        "its output to a file once and name that [unreadable_audio]",
        f"error: {sounds}/cut.wav: its transcript is empty [empty_text] ({kaldi}/text:4)",
        f"error: {sounds}/cut.wav: truncated, 15044 bytes of audio that its header declares are missing; copy it "
        f"again, or "
        f"let ffmpeg write what there is to a new file [unreadable_audio] ({kaldi}/text:4)",
        f"error: {kaldi}/wav.scp:7: rd has a line already, line 6; keep one of them [duplicate_id]",
        f"error: {sounds}/1.wav: its transcript 'e\u0301\\x00' holds a control character ('\\x00') "
        f"[control_characters] "
        f"({kaldi}/text:6)",
        f"error: {sounds}/1.wav: its transcript 'e\u0301\\x00' is {outside} [not_nfc] ({kaldi}/text:6)",
        f"error: {sounds}/1.wav: its part 0.5 to 1.5 s lies outside the audio of 1.000 s [outside_audio] "
        f"({kaldi}/text:6)",
        f"error: {kaldi}/segments:7: 'f1 r1 1 0.5'; wanted UTTERANCE RECORDING START END, times in seconds [bad_line]",
        f"error: {kaldi}/segments:8: 'f2 r1 nought 0.5'; wanted UTTERANCE RECORDING START END, times in seconds "
        f"[bad_line]",
        f"error: {sounds}/1.wav: its transcript is empty [empty_text] ({kaldi}/text:8)",
        f"error: {kaldi}/text:9: its transcript cannot be read: not UTF-8 text; as Windows-1252 the line is 'g1 é "
        f"one': if "
        "that is right add encoding=cp1252, else save it as UTF-8 [missing_text]",
        f"error: {sounds}/gone.wav: no such file [missing_audio] ({kaldi}/text:9)",
        f"error: {kaldi}/segments:10: wav.scp has no line for its recording lost [missing_audio]",
        f"error: {kaldi}/segments: its transcript is empty [empty_text] ({kaldi}/text:10)",
        f"error: {kaldi}/text: text has no line for this id [missing_text] ({kaldi}/segments:11)",
        f"error: {kaldi}/segments:13: j1 has a line already, line 12; keep one of them [duplicate_id]",
        f"error: {sounds}/2.wav: 10.0 ms of audio; one frame needs 25 ms [too_short] ({kaldi}/text:12)",
        f"error: {kaldi}/text:14: l1 has a line already, line 13; keep one of them [duplicate_id]",
        f"error: {kaldi}/utt2spk:4: l1 has a line already, line 3; keep one of them [duplicate_id]",
        f"error: {kaldi}/segments: segments has no line for this id [missing_audio] ({kaldi}/text:15)",
        "errors: 20 (4 duplicate_id, 3 empty_text, 3 missing_audio, 2 unreadable_audio, 2 bad_line, 2 missing_text, "
        "1 control_characters, 1 not_nfc, 1 outside_audio, 1 too_short)",
        "warnings: 1 (1 nul_bytes)",
    ]
    ended = main("prep", "validate", "folder", "--path", kaldi, "--data", tmp_path)
    assert ended.stderr.splitlines() == wanted
    assert (ended.code, ended.stdout) == (1, "2 utterances usable, 13 not\n")
