"""Reads ELAN's annotation format, `.eaf` 2.0 to 3.0; times in the file are milliseconds.

An annotation has two time slots, or refers to one of another tier whose time it shares. Slots without a value lie at
equal distances between those that have one, as ELAN shows them. Annotations that share one time, such as the words of
a phrase, are joined by spaces, since nobody has said when each of them begins.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as Xml

from speechrnn.corpora.imports.annotated import AnnotatedFile, Annotation, Media, Tier
from speechrnn.errors import CorpusError

SUFFIX: Final = ".eaf"
_Span = tuple[float | None, float | None]  # milliseconds


def read_eaf(path: Path) -> AnnotatedFile:
    """Read tiers and where the recording is.

    Raises:
        CorpusError: it is no ELAN file, does not count time in milliseconds, or refers to what is not there.
    """
    try:
        root = Xml.parse(path).getroot()
    except (Xml.ParseError, UnicodeDecodeError, LookupError, ValueError) as error:
        raise CorpusError(f"{path}: not an ELAN file ({error}); save it again in ELAN") from error
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror or error})") from error
    header = root.find("HEADER")
    if root.tag != "ANNOTATION_DOCUMENT" or header is None:
        raise CorpusError(f"{path}: not an ELAN file, its outermost element is {root.tag}; save it again in ELAN")
    if (units := header.get("TIME_UNITS", "milliseconds")) != "milliseconds":
        raise CorpusError(f"{path}: its time is counted in {units}; wanted milliseconds, save it with a newer ELAN")
    try:
        return AnnotatedFile(path, tuple(_tiers(root)), tuple(map(_media, header.iterfind("MEDIA_DESCRIPTOR"))))
    except KeyError as error:
        raise CorpusError(f"{path}: refers to {error}, which is not in it; save it again in ELAN") from error
    except (ValueError, OverflowError) as error:
        raise CorpusError(f"{path}: no whole ELAN file ({error}); save it again in ELAN") from error


def _media(descriptor: Xml.Element) -> Media:
    """Read one recording; a file may name several, such as film and sound."""
    origin = int(descriptor.get("TIME_ORIGIN") or 0) / 1000
    return Media(descriptor.get("MEDIA_URL", ""), descriptor.get("RELATIVE_MEDIA_URL"), origin)


def _tiers(root: Xml.Element) -> Iterator[Tier]:
    """Read every tier, parents before children or not."""
    tiers = {tier.get("TIER_ID", ""): tier for tier in root.iterfind("TIER")}
    spans: dict[str, _Span] = {}
    slots = {slot.attrib["TIME_SLOT_ID"]: _value(slot) for slot in root.iterfind("TIME_ORDER/TIME_SLOT")}
    for tier in tiers.values():
        spans |= _aligned_spans(tier, slots)
    references = {item.attrib["ANNOTATION_ID"]: item for item in root.iterfind("TIER/ANNOTATION/REF_ANNOTATION")}
    order = _Order(references)
    for name, tier in tiers.items():
        found = [_annotation(spans[item.attrib["ANNOTATION_ID"]], [item]) for item in _items(tier, "ALIGNABLE")]
        groups: dict[str, list[Xml.Element]] = {}
        for item in sorted(_items(tier, "REF"), key=lambda item: order.key(item.attrib["ANNOTATION_ID"])):
            groups.setdefault(order.key(item.attrib["ANNOTATION_ID"])[0], []).append(item)
        found += [_annotation(spans[ancestor], items) for ancestor, items in groups.items()]
        yield Tier(name, tier.get("PARTICIPANT", "").strip() or None, "intervals", tuple(_in_time(found)))


def _items(tier: Xml.Element, kind: str) -> Iterator[Xml.Element]:
    return tier.iterfind(f"ANNOTATION/{kind}_ANNOTATION")


def _value(slot: Xml.Element) -> float | None:
    value = slot.get("TIME_VALUE")
    return None if value is None else float(int(value))


def _annotation(span: _Span, items: list[Xml.Element]) -> Annotation:
    """Join the texts of all that share one span."""
    words = [word for item in items for word in item.findtext("ANNOTATION_VALUE", "").split()]
    start, end = (None if moment is None else moment / 1000 for moment in span)
    return Annotation(start, end, " ".join(words))


def _in_time(found: list[Annotation]) -> list[Annotation]:
    """Sort by time; annotations without any come last."""
    return sorted(found, key=lambda item: float("inf") if item.start_seconds is None else item.start_seconds)


def _aligned_spans(tier: Xml.Element, slots: Mapping[str, float | None]) -> dict[str, _Span]:
    """Find the time of every annotation that has slots.

    Neighbours that share a slot without a value divide the time from the last known slot to the next one equally.
    """
    spans: dict[str, _Span] = {}
    run: list[str] = []
    begin: float | None = None
    for item in _items(tier, "ALIGNABLE"):
        start, end = slots[item.attrib["TIME_SLOT_REF1"]], slots[item.attrib["TIME_SLOT_REF2"]]
        if start is not None or not run:
            spans |= _divide(run, begin, None)
            run, begin = [], start
        run.append(item.attrib["ANNOTATION_ID"])
        if end is not None:
            spans |= _divide(run, begin, end)
            run, begin = [], None
    return spans | _divide(run, begin, None)


def _divide(run: list[str], begin: float | None, end: float | None) -> dict[str, _Span]:
    """Give each of a run of annotations an equal share of the time between two slots."""
    if begin is None or end is None:
        return dict.fromkeys(run, (None, None))
    share = (end - begin) / max(len(run), 1)
    edges = [begin + share * number for number in range(len(run))] + [end]
    return {name: (edges[number], edges[number + 1]) for number, name in enumerate(run)}


class _Order:
    """Where an annotation that refers to another stands: its aligned ancestor, then its place under each parent."""

    def __init__(self, references: Mapping[str, Xml.Element]) -> None:
        self._references = references
        self._places: dict[str, int] = {}

    def key(self, name: str) -> tuple[str, tuple[int, ...]]:
        """Return the ancestor with a time, and the places from it down to this annotation.

        Raises:
            ValueError: annotations refer to each other in a circle.
        """
        places: list[int] = []
        while (item := self._references.get(name)) is not None:
            places.append(self._place(name))
            name = item.attrib["ANNOTATION_REF"]
            if len(places) > len(self._references):
                raise ValueError(f"annotation {name} refers to itself in a circle")
        return name, tuple(reversed(places))

    def _place(self, name: str) -> int:
        """Count the annotations before this one under the same parent."""
        chain: list[str] = []
        at: str | None = name
        while at is not None and at not in self._places:
            chain.append(at)
            if len(chain) > len(self._references):
                raise ValueError(f"annotation {name} refers to itself in a circle")
            at = self._references[at].get("PREVIOUS_ANNOTATION")
        first = 0 if at is None else self._places[at] + 1
        self._places |= {link: first + number for number, link in enumerate(reversed(chain))}
        return self._places[name]
