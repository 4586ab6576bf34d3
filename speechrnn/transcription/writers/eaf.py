"""ELAN's annotation format, version 3.0: tiers of intervals over a list of time slots in milliseconds."""

from pathlib import Path
from xml.etree import ElementTree as Xml

from speechrnn.transcription.transcript import Transcript
from speechrnn.transcription.writers.options import PLAIN, WriteOptions
from speechrnn.transcription.writers.tiers import Interval, tiers

_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_TYPE = "default-lt"


def write_eaf(transcript: Transcript, name: str, options: WriteOptions = PLAIN) -> str:
    """Write words and characters as tiers; ELAN looks for the recording beside the file, under its own name."""
    root = Xml.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": "speechrnn",
            # Fixed, as the same transcript gives the same file.
            "DATE": "1980-01-01T00:00:00+00:00",
            "FORMAT": "3.0",
            "VERSION": "3.0",
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:noNamespaceSchemaLocation": _SCHEMA,
        },
    )
    header = Xml.SubElement(root, "HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    media = "./" + _readable(Path(name).name)
    Xml.SubElement(header, "MEDIA_DESCRIPTOR", MEDIA_URL=media, RELATIVE_MEDIA_URL=media, MIME_TYPE="audio/x-wav")
    times = Xml.SubElement(root, "TIME_ORDER")
    for title, layer in tiers(transcript).items():
        _add_tier(root, times, title, layer)
    Xml.SubElement(root, "LINGUISTIC_TYPE", LINGUISTIC_TYPE_ID=_TYPE, TIME_ALIGNABLE="true", GRAPHIC_REFERENCES="false")
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _add_tier(root: Xml.Element, times: Xml.Element, title: str, layer: list[Interval]) -> None:
    tier = Xml.SubElement(root, "TIER", TIER_ID=title, LINGUISTIC_TYPE_REF=_TYPE)
    for number, interval in enumerate(layer, start=1):
        names = []
        for moment in (interval.start_ms, interval.end_ms):
            names.append(f"ts{len(times) + 1}")
            Xml.SubElement(times, "TIME_SLOT", TIME_SLOT_ID=names[-1], TIME_VALUE=str(moment))
        annotation = Xml.SubElement(
            Xml.SubElement(tier, "ANNOTATION"),
            "ALIGNABLE_ANNOTATION",
            ANNOTATION_ID=f"{title}{number}",
            TIME_SLOT_REF1=names[0],
            TIME_SLOT_REF2=names[1],
        )
        Xml.SubElement(annotation, "ANNOTATION_VALUE").text = interval.text


def _readable(name: str) -> str:
    """A path may hold bytes that are not UTF-8; XML may not."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
