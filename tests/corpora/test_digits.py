from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from speechrnn.corpora import digits, registry, spoken_digits
from speechrnn.corpora.digit_plan import VARIANTS, DigitSizes
from speechrnn.corpora.digits import list_utterances
from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

SOURCE = "free-spoken-digit-dataset-master"
SYNTHETIC = {"train": 10, "dev": 2, "test": 3}
REAL_SPEAKERS = {"ann", "bob", "cy"}


@pytest.fixture
def data(fsdd: Path) -> Path:
    """The miniature FSDD with the table of a synthetic corpus beside it, without its sound; returns the data folder."""
    rows = [
        f"{split}-{number}\t{split}\t{split}/{number}.wav\tone two\t{voice}"
        for split, voices in VARIANTS.items()
        for number, voice in enumerate(voices)
    ]
    (fsdd / "spoken_digits").mkdir()
    table = "\n".join(["id\tsplit\taudio\ttext\tspeaker", *rows])
    (fsdd / "spoken_digits" / "transcripts.tsv").write_text(table + "\n")
    return fsdd


def speakers_of(data: Path, config: CorpusConfig) -> dict[str, Counter[str | None]]:
    utterances = list_utterances(data / SOURCE, config).utterances
    return {
        split: Counter(utterance.speaker for utterance in utterances if utterance.split == split)
        for split in ("train", "dev", "test")
    }


def test_test_holds_unheard_synthetic_voices_alone_and_every_real_speaker_is_trained_on(data: Path) -> None:
    speakers = speakers_of(data, CorpusConfig(name="digits"))
    assert set(speakers["test"]) == set(VARIANTS["test"])
    assert not set(speakers["train"] + speakers["dev"]) & set(VARIANTS["test"])
    # Two digits, takes 0 to 11, of which 5 is dev: 11 a digit, the published test takes among them.
    assert {name: count for name, count in speakers["train"].items() if name in REAL_SPEAKERS} == dict.fromkeys(
        REAL_SPEAKERS, 22
    )
    assert {name: count for name, count in speakers["dev"].items() if name in REAL_SPEAKERS} == dict.fromkeys(
        REAL_SPEAKERS, 2
    )


def test_a_left_out_speaker_is_alone_in_test_and_heard_nowhere_else(data: Path) -> None:
    speakers = speakers_of(data, CorpusConfig(name="digits", leave_out="bob"))
    assert speakers["test"] == {"bob": 24}
    assert "bob" not in speakers["train"] + speakers["dev"]
    assert set(speakers["train"]) == {"ann", "cy", *VARIANTS["train"]}


def test_leaving_out_a_synthetic_voice_is_refused(data: Path) -> None:
    with pytest.raises(CorpusError, match=r"no speaker 'm2' to leave out; choose from ann, bob, cy"):
        list_utterances(data / SOURCE, CorpusConfig(name="digits", leave_out="m2"))


def test_preparing_it_makes_the_synthetic_part_first_and_again_when_that_changed(
    fsdd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("espeakng_loader", reason="the extra `demo` is not installed")
    assert not (fsdd / "spoken_digits").exists()
    made = _small_synthetic_part(monkeypatch, train=10)
    prepared = prepare_corpus(CorpusConfig(name="digits"), fsdd)
    assert {split: counts["utterances"] for split, counts in prepared.info["splits"].items()} == {
        "train": 66 + 10,
        "dev": 6 + 2,
        "test": 3,
    }
    assert prepare_corpus(CorpusConfig(name="digits"), fsdd).info == prepared.info
    _small_synthetic_part(monkeypatch, train=11)
    assert prepare_corpus(CorpusConfig(name="digits"), fsdd).info["splits"]["train"]["utterances"] == 66 + 11
    assert made == [fsdd / "spoken_digits"] * 2


def test_the_recordings_missing_is_an_error_that_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"corpus digits: no folder .*speechrnn prep digits --download"):
        prepare_corpus(CorpusConfig(name="digits"), tmp_path)


def _small_synthetic_part(monkeypatch: pytest.MonkeyPatch, train: int) -> list[Path]:
    """Have the corpus make few strings, and keep where it was asked to."""
    asked: list[Path] = []
    sizes = DigitSizes(**{**SYNTHETIC, "train": train})

    def make(source: Path, progress: object) -> None:
        asked.append(source)
        spoken_digits.make(source, sizes=sizes)

    small = replace(digits.CORPUS, beside=(replace(spoken_digits.CORPUS, make=make),))
    monkeypatch.setattr(registry, "CORPORA", {**registry.CORPORA, "digits": small})
    return asked
