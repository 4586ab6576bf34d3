"""Public corpora through lhotse's own functions, on miniatures of what their hosts publish."""

import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import soundfile
from lhotse import CutSet, Recording, RecordingSet, SupervisionSegment, SupervisionSet
from lhotse.recipes import aishell, commonvoice, librispeech, switchboard

from speechrnn.corpora.catalogue import read_catalogue
from speechrnn.corpora.prepare import PreparedCorpus, prepare_corpus
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.registry import find_corpus
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.data.cuts import load_split
from speechrnn.data.source import read_samples
from speechrnn.errors import CorpusError, MissingDependencyError, UsageError
from speechrnn.features.torchaudio_compat import load_torchaudio
from speechrnn.recipe import CorpusConfig, FeaturesConfig
from tests.corpora.hosts.english import librispeech_part, timit
from tests.corpora.hosts.every import HOSTS
from tests.corpora.hosts.voice import speak

LAYOUTS = {key: host.lay_out for key, host in HOSTS.items() if find_corpus(host.name).entry is not None}
SETTINGS: dict[str, dict[str, Any]] = {
    "mls": {"language": "pl"},
    "voxpopuli": {"language": "en"},
}


def listed(name: str, folder: Path, **settings: Any) -> Listing:
    return find_corpus(name).list_utterances(LAYOUTS[name](folder), CorpusConfig(name=name, **settings))


def prepared(name: str, folder: Path, data: Path, **settings: Any) -> PreparedCorpus:
    return prepare_corpus(CorpusConfig(name=name, path=str(folder), **settings), data)


def utterances(listing: Listing) -> list[Utterance]:
    found = [item for item in listing.utterances if isinstance(item, Utterance)]
    assert found, "nothing was listed"
    return found


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_file_in_the_manifests_is_there_and_as_long_as_its_reader_says(name: str, tmp_path: Path) -> None:
    corpus = prepared(name, LAYOUTS[name](tmp_path / "there"), tmp_path / "data", **SETTINGS.get(name, {}))
    for recording in RecordingSet.from_file(corpus.directory / f"{name}_recordings_train.jsonl.gz"):
        # libsndfile, since lhotse wants a program for NIST SPHERE that few have
        assert soundfile.info(recording.sources[0].source).duration == pytest.approx(recording.duration, abs=1e-4)


def test_segments_of_long_talks_keep_their_times(tmp_path: Path) -> None:
    found = utterances(listed("tedlium3", tmp_path))
    first = [(item.start_seconds, item.duration_seconds) for item in found if item.split == "train"]
    assert first == [(0.1, pytest.approx(1.0)), (1.2, pytest.approx(1.2))]


def test_speakers_are_those_of_the_corpus(tmp_path: Path) -> None:
    assert {item.speaker for item in utterances(listed("aishell", tmp_path))} == {"S0002", "S0003", "S0724", "S0764"}


def test_the_language_of_a_part_is_a_tag_not_lhotses_name(tmp_path: Path) -> None:
    assert {item.language for item in utterances(listed("mls", tmp_path, language="pl"))} == {"pl"}
    (tmp_path / "f").mkdir()
    assert {item.language for item in utterances(listed("fleurs", tmp_path / "f"))} == {"sw"}


def test_one_language_that_is_there_is_taken_and_of_several_one_must_be_named(tmp_path: Path) -> None:
    assert {item.language for item in utterances(listed("commonvoice", tmp_path / "one"))} == {"sw"}
    with pytest.raises(UsageError, match=r"^corpus mls: which language\? Give language=TAG, of pt, pl$"):
        listed("mls", tmp_path / "several")


def test_a_language_the_corpus_lacks_is_refused_with_those_it_has(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^corpus mls: no language 'sw'; it has en, de, nl, es, fr, it, pt, pl$"):
        listed("mls", tmp_path, language="sw")


def test_parts_choose_what_is_prepared(tmp_path: Path) -> None:
    librispeech_part(tmp_path, "test-other", ["367"])
    usual = Counter(item.split for item in utterances(listed("mini_librispeech", tmp_path)))
    assert usual == {"train": 3, "dev": 3, "test": 3}  # dev is one of two train speakers; test-other is left out
    chosen = utterances(listed("mini_librispeech", tmp_path, parts=("train-clean-5", "test-other")))
    assert {item.speaker for item in chosen if item.split == "test"} == {"367"}


def test_a_part_that_is_not_there_is_an_error_even_beside_one_that_is(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"has no part 'train-clean-100'; lhotse found train-clean-5$"):
        listed("mini_librispeech", tmp_path, parts=("train-clean-5", "train-clean-100"))


def test_options_reach_lhotses_function(tmp_path: Path) -> None:
    plain = utterances(listed("mini_librispeech", tmp_path / "a"))[0].text
    lower = utterances(listed("mini_librispeech", tmp_path / "b", options={"normalize_text": "lower"}))[0].text
    assert (plain, lower) == ("MISTER QUILTER IS THE APOSTLE", "mister quilter is the apostle")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"normalise_text": "lower"}, r"no option 'normalise_text'; did you mean 'normalize_text'\?$"),
        ({"corpus_dir": "/"}, r"no option 'corpus_dir'; it has alignments_dir, normalize_text$"),
    ],
)
def test_an_option_lhotse_lacks_is_refused_with_those_it_has(
    options: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=message):
        listed("mini_librispeech", tmp_path, options=options)


def test_a_corpus_of_one_speaker_without_parts_gets_drawn_splits(tmp_path: Path) -> None:
    found = utterances(listed("ljspeech", tmp_path))
    assert Counter(item.split for item in found) == {"train": 3, "dev": 1, "test": 1}
    assert found[1].text == "in about fourteen fifty-five,"  # the spelled-out column


def test_the_same_corpus_lists_the_same_whatever_order_the_disk_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight = [item.utterance_id for item in utterances(listed("mini_librispeech", tmp_path))]
    walk = Path.rglob
    monkeypatch.setattr(Path, "rglob", lambda self, pattern: iter(sorted(walk(self, pattern), reverse=True)))
    source = find_corpus("mini_librispeech").list_utterances(tmp_path, CorpusConfig(name="mini_librispeech"))
    assert [item.utterance_id for item in utterances(source)] == straight


def test_what_lhotse_would_drop_in_silence_is_named(tmp_path: Path) -> None:
    LAYOUTS["mini_librispeech"](tmp_path)
    broken, gone = (tmp_path / "train-clean-5" / "19" / "119" / f"19-119-000{number}.flac" for number in (0, 1))
    broken.write_bytes(b"no sound")
    gone.unlink()
    corpus = prepared("mini_librispeech", tmp_path, tmp_path / "data")
    assert {(problem.path, problem.kind) for problem in corpus.set_aside} == {
        (str(broken), "unreadable_audio"),
        (str(gone), "missing_audio"),
    }


def test_a_file_without_transcript_is_named_once(tmp_path: Path) -> None:
    LAYOUTS["aishell"](tmp_path)
    extra = speak(tmp_path / "data_aishell" / "wav" / "train" / "S0002" / "BAC009S0002W0999.wav", "也")
    problems = find_corpus("aishell").list_utterances(tmp_path, CorpusConfig(name="aishell")).problems
    assert [(problem.utterance_id, problem.kind) for problem in problems] == [(extra.stem, "missing_text")]


def test_an_utterance_without_words_is_set_aside_where_none_is_meant_to_be(tmp_path: Path) -> None:
    table = LAYOUTS["commonvoice"](tmp_path / "there") / "sw" / "train.tsv"
    table.write_text(table.read_text(encoding="utf-8").replace("Watu wote wamezaliwa huru", ""), encoding="utf-8")
    corpus = prepared("commonvoice", tmp_path / "there", tmp_path / "data")
    assert corpus.set_aside.counts == {"empty_text": 1}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_folder_that_is_another_corpus_is_one_line_that_says_so(name: str, tmp_path: Path) -> None:
    (tmp_path / "README").write_text("nothing here")
    with pytest.raises((CorpusError, UsageError), match=rf"^corpus {name}: .*") as caught:
        find_corpus(name).list_utterances(tmp_path, CorpusConfig(name=name))
    assert len(str(caught.value).splitlines()) == 1


def test_a_package_lhotse_misses_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacks(**_: Any) -> None:
        raise ModuleNotFoundError("No module named 'textgrid'")

    monkeypatch.setattr(librispeech, "prepare_librispeech", lacks)
    with pytest.raises(MissingDependencyError, match=r"prepare_librispeech needs a package .*'textgrid'"):
        listed("mini_librispeech", tmp_path)


def test_nothing_is_fetched_while_preparing(tmp_path: Path) -> None:
    (LAYOUTS["voxpopuli"](tmp_path) / "asr_en.tsv.gz").unlink()
    with pytest.raises(CorpusError, match=r"asr_en\.tsv\.gz: is not there, .* get it from https://dl\.fbai"):
        find_corpus("voxpopuli").list_utterances(tmp_path, CorpusConfig(name="voxpopuli", language="en"))


@pytest.mark.parametrize("module", [librispeech, commonvoice])
def test_lhotse_is_left_as_it_was(module: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger()
    before = dict(vars(module)), list(logger.handlers), logger.level
    listed(next(name for name in LAYOUTS if module.__name__.endswith(name.removeprefix("mini_"))), tmp_path)
    assert (dict(vars(module)), list(logger.handlers), logger.level) == before
    assert capfd.readouterr() == ("", "")  # no bars, no messages


def test_each_side_of_a_telephone_call_is_heard_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # By hand: Ann says 1 on the left while Bob says 2 on the right, in one stereo file, as Switchboard has them.
    left, right = np.full(8000, 0.25), np.full(8000, -0.5)
    soundfile.write(tmp_path / "call.wav", np.stack([left, right], axis=1), 8000)
    recording = Recording.from_file(tmp_path / "call.wav")
    said = [
        SupervisionSegment(f"{speaker}-{number}", "call", 0.1, 0.8, channel=side, text=text, speaker=speaker)
        for number in range(3)
        for side, text, speaker in ((0, "one", "ann"), (1, "two", "bob"))
    ]
    both = {"recordings": RecordingSet.from_recordings([recording]), "supervisions": SupervisionSet.from_segments(said)}
    monkeypatch.setattr(switchboard, "prepare_switchboard", lambda **_: both)
    config = CorpusConfig(name="switchboard", path=str(tmp_path), leave_out="bob")
    corpus = prepare_corpus(config, tmp_path / "data", shar=True)
    load_torchaudio()  # lhotse reads what is packed with it
    for split, value in {"train": 0.25, "test": -0.5}.items():
        cuts = list(load_split(corpus.directory, split))
        assert cuts
        for cut in cuts:
            samples = read_samples(cut, FeaturesConfig(sample_rate_hz=8000))
            assert np.allclose(samples, value, atol=1e-3)
            assert len(samples) == 6400
        for cut in CutSet.from_shar(in_dir=corpus.directory / "shar" / split):
            assert np.allclose(cut.load_audio(), value, atol=1e-3)


def test_no_corpus_of_the_catalogue_ends_in_a_stack_trace_on_an_empty_folder(tmp_path: Path) -> None:
    tried = [(name, corpus) for name, corpus in read_catalogue().items() if not corpus.useless]
    assert len(tried) > 80
    for name, corpus in tried:
        language = next(iter(corpus.entry.languages), None) if corpus.entry else None
        with pytest.raises((CorpusError, UsageError, MissingDependencyError), match=r"^[^\n]+$"):
            corpus.list_utterances(tmp_path, CorpusConfig(name=name, language=language))
        assert not list(tmp_path.iterdir()), f"{name} leaves something in the corpus"


@pytest.mark.parametrize(
    ("name", "prepare"), [("mini_librispeech", librispeech.prepare_librispeech), ("aishell", aishell.prepare_aishell)]
)
def test_utterances_are_those_that_lhotse_itself_finds(
    name: str, prepare: Callable[[Path], Any], tmp_path: Path
) -> None:
    ours = {
        u.utterance_id: (u.text, u.speaker, u.start_seconds, str(u.path)) for u in utterances(listed(name, tmp_path))
    }
    theirs = {}
    for part in prepare(tmp_path).values():
        files = {recording.id: recording.sources[0].source for recording in part["recordings"]}
        for said in part["supervisions"]:
            theirs[said.id] = said.text, said.speaker, said.start, files[said.recording_id]
    assert {key: value for key, value in theirs.items() if key in ours} == ours


def test_a_speaker_who_is_not_there_cannot_be_left_out(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"^corpus mini_librispeech: no speaker 'ann' to leave out; known are 19, 26"):
        listed("mini_librispeech", tmp_path, leave_out="ann")


@pytest.mark.parametrize(
    ("folder", "spell"), [("", str.upper), ("", str.lower), ("TIMIT", str.upper), ("a/b", str.lower)]
)
def test_timit_is_found_in_capitals_or_not_wherever_its_parts_lie(
    folder: str, spell: Callable[[str], str], tmp_path: Path
) -> None:
    timit(tmp_path, folder, spell)
    found = utterances(find_corpus("timit").list_utterances(tmp_path, CorpusConfig(name="timit")))
    # The sentences all speakers say are left out, and so is a test speaker who is neither in dev nor in the core test.
    assert {(item.split, item.speaker) for item in found} == {
        ("train", "FCJF0"),
        ("train", "MARC0"),
        ("dev", "FAKS0"),
        ("test", "MDAB0"),
    }
    assert {item.path for item in found} < set(tmp_path.rglob("*"))
    assert {item.path.stem.lower() for item in found} == {"sx127"}


def test_a_part_of_unknown_use_is_named_and_parts_takes_it_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def found(**_: Any) -> dict[str, Any]:
        recordings = {
            part: Recording.from_file(speak(tmp_path / f"{part}.wav", "ah")) for part in ("train", "dev", "misc")
        }
        return {
            part: {
                "recordings": RecordingSet.from_recordings([recording]),
                "supervisions": SupervisionSet.from_segments([SupervisionSegment(part, part, 0.0, 0.3, text="ah")]),
            }
            for part, recording in recordings.items()
        }

    monkeypatch.setattr(aishell, "prepare_aishell", found)
    corpus = find_corpus("aishell")
    usual = list(corpus.list_utterances(tmp_path, CorpusConfig(name="aishell")).utterances)
    assert [item.kind for item in usual if isinstance(item, Problem)] == ["left_out"]
    asked = utterances(corpus.list_utterances(tmp_path, CorpusConfig(name="aishell", parts=("train", "dev", "misc"))))
    assert {item.utterance_id: item.split for item in asked} == {"train": "train", "dev": "dev", "misc": "train"}
