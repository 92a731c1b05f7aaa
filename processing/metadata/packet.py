"""XMP packets (ISO 16684-1:2019) made from values."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element, SubElement, tostring

from processing.metadata.mapping import FIELDS, Shape
from processing.metadata.values import Values
from processing.metadata.xmp import PREFIXES

# A JPEG segment holds 65,533 bytes, the name of its kind among them; one size suits all formats.
MAX_PACKET = 60_000
_URIS = {prefix: uri for uri, prefix in PREFIXES.items()}
_RDF = "{" + _URIS["rdf"] + "}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'.encode()
_TAIL = b'\n<?xpacket end="r"?>'
_LONG = 1_000  # characters that are left of a text where a packet would be too large


def build(values: Values) -> bytes:
    """Return the packet of ``values``, MAX_PACKET bytes at most: keywords are cut before texts."""
    packet = _written(values)
    while len(packet) > MAX_PACKET and values.keywords:
        values = replace(values, keywords=values.keywords[: len(values.keywords) // 2])
        packet = _written(values)
    if len(packet) > MAX_PACKET:
        texts = {name: text[:_LONG] for name, text in values.texts.items()}
        packet = _written(replace(values, texts=texts, lists={}))
    return packet


def _written(values: Values) -> bytes:
    root = Element(_name("x:xmpmeta"))
    description = SubElement(SubElement(root, f"{_RDF}RDF"), f"{_RDF}Description")
    description.set(f"{_RDF}about", "")
    for field in FIELDS:
        items = values.lists.get(field.name) or _items(values, field.name)
        if items and field.xmp:
            _add(description, field.xmp[0], items, field.shape)
    if values.keywords:
        _add(description, "dc:subject", values.keywords, "bag")
    _add_facts(description, values)
    return _HEAD + tostring(root, encoding="utf-8") + _TAIL


def _items(values: Values, name: str) -> tuple[str, ...]:
    if name == "creator":
        return values.creators
    text = values.texts.get(name, "")
    return (text,) if text else ()


def _add_facts(description: Element, values: Values) -> None:
    """What is not a field of its own: that there are rights, the picture's names, the place."""
    if values.texts.get("copyright"):
        _add(description, "xmpRights:Marked", ("True",), "text")
    if values.document:
        _add(description, "xmpMM:DocumentID", (values.document,), "text")
    if values.version:
        _add(description, "xmpMM:VersionID", (values.version,), "text")
    if values.gps:
        latitude, longitude = values.gps
        _add(description, "exif:GPSLatitude", (_degrees(latitude, "NS"),), "text")
        _add(description, "exif:GPSLongitude", (_degrees(longitude, "EW"),), "text")


def _degrees(value: float, letters: str) -> str:
    """``48,12.5000N``: degrees and minutes (ISO 16684-2, GPSCoordinate)."""
    whole, part = divmod(round(abs(value) * 600_000), 600_000)
    return f"{whole},{part / 10_000:.4f}{letters[value < 0]}"


def _add(parent: Element, name: str, items: tuple[str, ...], shape: Shape) -> None:
    element = SubElement(parent, _name(name))
    if shape == "text":
        element.text = items[0]
        return
    array = SubElement(element, _RDF + shape.capitalize())
    for item in items:
        entry = SubElement(array, f"{_RDF}li")
        entry.text = item
        if shape == "alt":
            entry.set(_LANGUAGE, "x-default")


def _name(short: str) -> str:
    prefix, _, name = short.partition(":")
    return "{" + _URIS[prefix] + "}" + name
