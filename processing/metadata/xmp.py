"""XMP packets (ISO 16684-1) as flat names and values; hostile XML is refused, not obeyed."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from processing.metadata import MetadataError
from processing.metadata.cleaning import MAX_ENTRIES, MAX_ITEMS, clean_text

MAX_PACKET = 4 * 1024**2
_MAX_DEPTH = 40

PREFIXES = {
    "adobe:ns:meta/": "x",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://www.digikam.org/ns/1.0/": "digiKam",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
}
for _uri, _prefix in PREFIXES.items():
    register_namespace(_prefix, _uri)

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PACKET = re.compile(rb"<x:xmpmeta.*</x:xmpmeta>|<rdf:RDF.*</rdf:RDF>", re.DOTALL)
_ORIENTATION = "{http://ns.adobe.com/tiff/1.0/}Orientation"
# exif:GPSLatitude …, and IPTC's places, however they are spelt.
_PLACE = re.compile(r"\}(GPS\w*|\w*Location\w*|City|State|Province\w*|Country\w*)$")


def parse_packet(data: bytes) -> Element:
    """The XML tree of an XMP packet. Raises MetadataError for what is broken, huge or hostile."""
    if len(data) > MAX_PACKET:
        raise MetadataError("The XMP data is larger than any honest picture needs; it was skipped.")
    found = _PACKET.search(data)
    try:
        if found is None:
            raise ValueError("no packet")
        root = fromstring(found[0])
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise MetadataError("The XMP data is damaged and could not be read.") from error
    if _too_deep(root):
        raise MetadataError("The XMP data is nested deeper than any honest picture needs.")
    return root


def read_xmp(data: bytes) -> dict[str, Any]:
    """``"dc:title"`` → text or list of texts, over all descriptions. Raises MetadataError."""
    values: dict[str, Any] = {}
    for description in parse_packet(data).iter(f"{_RDF}Description"):
        for name, value in description.attrib.items():
            values.setdefault(_short(name), clean_text(value))
        for child in description:
            values.setdefault(_short(child.tag), _value(child))
        if len(values) > MAX_ENTRIES:
            break
    values.pop("rdf:about", None)
    return {name: value for name, value in values.items() if value}


def clean_xmp(data: bytes, *, strip_place: bool) -> bytes | None:
    """A packet without its orientation and, if asked, without places.

    Returns None when the packet cannot be read: what we cannot check must not travel.
    """
    try:
        root = parse_packet(data)
    except MetadataError:
        return None
    for element in list(root.iter()):
        for name in [name for name in element.attrib if _unwanted(name, strip_place)]:
            del element.attrib[name]
        for child in [child for child in element if _unwanted(child.tag, strip_place)]:
            element.remove(child)
    return tostring(root, encoding="utf-8")


def _unwanted(name: str, strip_place: bool) -> bool:
    return name == _ORIENTATION or (strip_place and _PLACE.search(name) is not None)


def _too_deep(root: Element) -> bool:
    level = [root]
    for _ in range(_MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True


def _short(tag: str) -> str:
    uri, _, name = tag.rpartition("}")
    prefix = PREFIXES.get(uri.lstrip("{"), "")
    return f"{prefix}:{name}" if prefix else clean_text(name, 100)


def _value(element: Element) -> Any:
    """Text of a simple property; the items of an array (rdf:Alt, Bag, Seq); None for structures."""
    # One more than is kept, so that a reader can tell that there were too many.
    found = islice(element.iter(f"{_RDF}li"), MAX_ITEMS + 1)
    items = [clean_text(item.text or "") for item in found]
    if items:
        alternatives = element.find(f"{_RDF}Alt") is not None
        return items[0] if alternatives else [item for item in items if item]
    return clean_text(element.text or "") or None
