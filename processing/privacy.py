"""Taking the place where a picture was made out of its metadata."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

# Names of the XMP properties that hold a place: exif:GPSLatitude …, and IPTC's location fields.
_PLACE = re.compile(r"\}(GPS\w*|Location\w*|City|State|Country\w*|SubLocation|Sublocation)$")
_PACKET = re.compile(rb"<x:xmpmeta.*</x:xmpmeta>|<rdf:RDF.*</rdf:RDF>", re.DOTALL)
_ORIENTATION = "{http://ns.adobe.com/tiff/1.0/}Orientation"

_PREFIXES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
}
for _prefix, _uri in _PREFIXES.items():
    register_namespace(_prefix, _uri)


def clean_xmp(data: bytes, *, strip_place: bool) -> bytes | None:
    """An XMP packet without its orientation and, if asked, without places.

    Returns None when the packet cannot be read: what we cannot check must not travel.
    """
    found = _PACKET.search(data)
    if found is None:
        return None
    try:
        root = fromstring(found[0])
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    _prune(root, strip_place)
    return tostring(root, encoding="utf-8")


def _unwanted(name: str, strip_place: bool) -> bool:
    return name == _ORIENTATION or (strip_place and _PLACE.search(name) is not None)


def _prune(element: Element, strip_place: bool) -> None:
    for name in [name for name in element.attrib if _unwanted(name, strip_place)]:
        del element.attrib[name]
    for child in list(element):
        if _unwanted(child.tag, strip_place):
            element.remove(child)
        else:
            _prune(child, strip_place)
