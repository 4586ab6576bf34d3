"""ELAN files are written by pympi, not by us; our own writer has a round trip of its own."""

from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from pympi.Elan import Eaf

from speechrnn.corpora.imports.annotated import Annotation, Media, Tier
from speechrnn.corpora.imports.eaf import read_eaf
from speechrnn.errors import CorpusError
from speechrnn.transcription.transcript import Segment, Transcript, Word
from speechrnn.transcription.writers.eaf import write_eaf

PHRASES = [(1234, 2001, "mwána ámí"), (2001, 3999, "à dzá"), (4001, 4003, "ngá")]


@pytest.fixture
def eaf() -> Eaf:
    """Phrases with a time, their words and a gloss of each word without, and notes."""
    document = Eaf(author="test")
    document.add_linguistic_type("words", "Symbolic_Subdivision", False)
    document.add_linguistic_type("gloss", "Symbolic_Association", False)
    document.add_tier("tx@Ann", part="Ann")
    document.add_tier("wd@Ann", ling="words", parent="tx@Ann", part="Ann")
    document.add_tier("gl@Ann", ling="gloss", parent="wd@Ann")
    document.add_tier("notes")
    for start, end, text in PHRASES:
        document.add_annotation("tx@Ann", start, end, text)
        before = None
        for word in text.split():
            document.add_ref_annotation("wd@Ann", "tx@Ann", (start + end) // 2, word, prev=before)
            before = f"a{document.maxaid}"
    document.remove_tier("default")
    return document


def save(eaf: Eaf, path: Path) -> Path:
    eaf.to_file(str(path))
    return path


def tiers(path: Path) -> dict[str, Tier]:
    return {tier.name: tier for tier in read_eaf(path).tiers}


def test_aligned_annotations_of_pympi_are_read_to_the_millisecond(eaf: Eaf, tmp_path: Path) -> None:
    path = save(eaf, tmp_path / "a.eaf")
    wanted = [(start / 1000, end / 1000, text) for start, end, text in PHRASES]
    found = tiers(path)["tx@Ann"]
    assert [(one.start_seconds, one.end_seconds, one.text) for one in found.annotations] == wanted
    by_pympi = Eaf(str(path)).get_annotation_data_for_tier("tx@Ann")
    assert sorted(by_pympi) == PHRASES
    assert (found.speaker, tiers(path)["notes"].speaker) == ("Ann", None)


def test_words_that_share_the_time_of_a_phrase_are_joined_in_their_order(eaf: Eaf, tmp_path: Path) -> None:
    path = save(eaf, tmp_path / "a.eaf")
    tree = Xml.parse(path)
    words = next(tier for tier in tree.iter("TIER") if tier.get("TIER_ID") == "wd@Ann")
    words[:] = reversed(words)  # the order is that of PREVIOUS_ANNOTATION, not of the file
    tree.write(path)
    found = tiers(path)
    assert found["wd@Ann"].annotations == found["tx@Ann"].annotations


def test_what_refers_to_words_has_the_time_of_their_phrase(eaf: Eaf, tmp_path: Path) -> None:
    words = [name for name, _ in eaf.tiers["wd@Ann"][1].items()]
    for name, gloss in zip(reversed(words), ["take", "he", "come", "my", "child"], strict=True):
        eaf.tiers["gl@Ann"][1][eaf.generate_annotation_id()] = (name, gloss, None, None)
    found = tiers(save(eaf, tmp_path / "a.eaf"))["gl@Ann"].annotations
    assert [(one.start_seconds, one.text) for one in found] == [
        (1.234, "child my"),
        (2.001, "come he"),
        (4.001, "take"),
    ]


def document(slots: str, annotations: str, header: str = 'TIME_UNITS="milliseconds"') -> str:
    return (
        f'<ANNOTATION_DOCUMENT><HEADER {header}/><TIME_ORDER>{slots}</TIME_ORDER><TIER TIER_ID="t">{annotations}</TIER>'
        "</ANNOTATION_DOCUMENT>"
    )


def slot(number: int, value: int | None) -> str:
    return f'<TIME_SLOT TIME_SLOT_ID="ts{number}"' + ("/>" if value is None else f' TIME_VALUE="{value}"/>')


def aligned(number: int, first: int, second: int) -> str:
    return (
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{number}" TIME_SLOT_REF1="ts{first}" '
        f'TIME_SLOT_REF2="ts{second}"><ANNOTATION_VALUE>w{number}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>'
    )


def refers(number: int, to: str, previous: str = "") -> str:
    previous = f' PREVIOUS_ANNOTATION="{previous}"' if previous else ""
    return f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a{number}" ANNOTATION_REF="{to}"{previous}/></ANNOTATION>'


def test_slots_without_a_value_divide_the_time_between_those_that_have_one(tmp_path: Path) -> None:
    slots = slot(1, 1000) + slot(2, None) + slot(3, None) + slot(4, 2500) + slot(5, 3000)
    path = tmp_path / "a.eaf"
    path.write_text(document(slots, aligned(1, 1, 2) + aligned(2, 2, 3) + aligned(3, 3, 4) + aligned(4, 4, 5)))
    assert tiers(path)["t"].annotations == (
        Annotation(1.0, 1.5, "w1"),
        Annotation(1.5, 2.0, "w2"),
        Annotation(2.0, 2.5, "w3"),
        Annotation(2.5, 3.0, "w4"),
    )


def test_an_annotation_that_no_slot_places_has_no_time(tmp_path: Path) -> None:
    path = tmp_path / "a.eaf"
    slots = slot(1, 1000) + slot(2, None) + slot(3, None) + slot(4, 4000) + slot(5, 5000)
    path.write_text(document(slots, aligned(1, 1, 2) + aligned(2, 4, 5) + aligned(3, 3, 4)))
    assert tiers(path)["t"].annotations == (
        Annotation(4.0, 5.0, "w2"),
        Annotation(None, None, "w1"),
        Annotation(None, None, "w3"),
    )


def test_recordings_are_named_with_their_origin(tmp_path: Path, eaf: Eaf) -> None:
    eaf.add_linked_file("file:///C:/field/talk.wav", relpath="./talk.wav", time_origin=1500)
    eaf.add_linked_file("file:///C:/field/talk.mpg", mimetype="video/mpeg")
    assert read_eaf(save(eaf, tmp_path / "a.eaf")).media == (
        Media("file:///C:/field/talk.wav", "./talk.wav", 1.5),
        Media("file:///C:/field/talk.mpg", None, 0.0),
    )


def test_what_we_write_ourselves_comes_back(tmp_path: Path) -> None:
    words = (Word("one", 0.31, 0.5, 1.0), Word("two", 0.62, 1.0, 1.0))
    transcript = Transcript((Segment(words),), 2.0, "given")
    (tmp_path / "a.eaf").write_text(write_eaf(transcript, "/d/talk.wav"), encoding="utf-8")
    assert tiers(tmp_path / "a.eaf")["words"].annotations == (
        Annotation(0.31, 0.5, "one"),
        Annotation(0.62, 1.0, "two"),
    )
    assert read_eaf(tmp_path / "a.eaf").media == (Media("./talk.wav", "./talk.wav"),)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", r"not an ELAN file \(no element found"),
        ("<TIER></TIER>", r"not an ELAN file, its outermost element is TIER"),
        (document("", "", 'TIME_UNITS="PAL-frames"'), r"counted in PAL-frames; wanted milliseconds"),
        (document(slot(1, 0).replace('"0"', '"nan"'), ""), r"no whole ELAN file \(invalid literal for int"),
        (document(slot(1, 0).replace('"0"', f'"{10**400}"'), ""), r"no whole ELAN file \(int too large"),
        (document(slot(1, 0), aligned(1, 1, 2)), r"refers to 'ts2', which is not in it"),
        (document("", refers(1, "a9")), r"refers to 'a9', which is not in it"),
        (document("", refers(1, "a2") + refers(2, "a1")), r"in a circle"),
        (document("", refers(1, "a9", "a2") + refers(2, "a9", "a1")), r"in a circle"),
    ],
)
def test_what_is_no_whole_elan_file_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "a.eaf").write_text(content)
    with pytest.raises(CorpusError, match=reason):
        read_eaf(tmp_path / "a.eaf")
