"""ELAN's annotation format, read back as XML."""

from xml.etree import ElementTree

from speechrnn.transcription.writers.eaf import write_eaf
from tests.transcription.writers.samples import SAID, SILENCE, WHOLE_WORDS


def _tiers(text: str) -> dict[str, list[tuple[int, int, str]]]:
    root = ElementTree.fromstring(text.encode())
    times = {slot.attrib["TIME_SLOT_ID"]: int(slot.attrib["TIME_VALUE"]) for slot in root.iter("TIME_SLOT")}
    return {
        tier.attrib["TIER_ID"]: [
            (times[one.attrib["TIME_SLOT_REF1"]], times[one.attrib["TIME_SLOT_REF2"]], one[0].text or "")
            for one in tier.iter("ALIGNABLE_ANNOTATION")
        ]
        for tier in root.iter("TIER")
    }


def test_words_and_letters_are_tiers_in_milliseconds() -> None:
    assert _tiers(write_eaf(SAID, "a.wav")) == {
        "words": [(300, 720, "hé"), (720, 900, '["a"?]'), (3661200, 3661500, "<b&>")],
        "characters": [(300, 500, "h"), (500, 720, "é"), (720, 900, "a"), (3661200, 3661500, "b")],
    }
    assert _tiers(write_eaf(WHOLE_WORDS, "a.wav")) == {"words": [(0, 500, "yes")]}
    assert _tiers(write_eaf(SILENCE, "a.wav")) == {"words": []}


def test_names_are_unique_and_the_recording_is_looked_for_beside_the_file() -> None:
    root = ElementTree.fromstring(write_eaf(SAID, "some/talk \udcff.wav").encode())
    names = [value for one in root.iter() for key, value in one.attrib.items() if key.endswith("_ID")]
    assert len(names) == len(set(names)) > 10
    (media,) = root.iter("MEDIA_DESCRIPTOR")
    assert media.attrib["RELATIVE_MEDIA_URL"] == "./talk \ufffd.wav"
    types = {one.attrib["LINGUISTIC_TYPE_ID"] for one in root.iter("LINGUISTIC_TYPE")}
    assert {tier.attrib["LINGUISTIC_TYPE_REF"] for tier in root.iter("TIER")} == types
