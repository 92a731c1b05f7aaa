"""Which property of which standard holds what: one table, for reading and for writing.

Names follow the IPTC Photo Metadata Standard 2023.2 with its XMP properties (ISO 16684-1), the
data sets of IPTC-IIM 4.2 and the tags of EXIF 3.0 (CIPA DC-008). docs/reference/metadata.md shows
this table; a test keeps the two in step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["rights", "all", "never"]
Shape = Literal["text", "alt", "bag", "seq"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that metadata says. The first name of each standard is the one that is written.

    ``scope`` says under which rule of a brand it is written: with the rights, with everything, or
    never. ``shape`` is its form in XMP; ``place`` marks what goes where the place is left out.
    """

    name: str
    label: str
    xmp: tuple[str, ...] = ()
    iptc: tuple[str, ...] = ()
    exif: tuple[str, ...] = ()
    png: tuple[str, ...] = ()
    scope: Scope = "never"
    shape: Shape = "text"
    place: bool = False


FIELDS: tuple[Field, ...] = (
    Field(
        "title",
        "Title",
        xmp=("dc:title",),
        iptc=("ObjectName", "Headline"),
        exif=("XPTitle",),
        png=("Title",),
        scope="all",
        shape="alt",
    ),
    Field(
        "caption",
        "Description",
        xmp=("dc:description",),
        iptc=("Caption",),
        exif=("ImageDescription",),
        png=("Description",),
        scope="all",
        shape="alt",
    ),
    Field(
        "creator",
        "Creator",
        xmp=("dc:creator",),
        iptc=("By-line",),
        exif=("Artist", "XPAuthor"),
        png=("Author",),
        scope="rights",
        shape="seq",
    ),
    Field(
        "credit",
        "Credit line",
        xmp=("photoshop:Credit",),
        iptc=("Credit",),
        scope="rights",
    ),
    Field(
        "copyright",
        "Copyright notice",
        xmp=("dc:rights",),
        iptc=("CopyrightNotice",),
        exif=("Copyright",),
        png=("Copyright",),
        scope="rights",
        shape="alt",
    ),
    Field(
        "usage_terms",
        "Usage terms",
        xmp=("xmpRights:UsageTerms",),
        scope="rights",
        shape="alt",
    ),
    Field("rights_url", "Rights address", xmp=("xmpRights:WebStatement",), scope="rights"),
    Field(
        "digital_source",
        "Digital source type",
        xmp=("Iptc4xmpExt:DigitalSourceType",),
        scope="rights",
    ),
    Field("headline", "Headline", xmp=("photoshop:Headline",), iptc=("Headline",), scope="all"),
    Field(
        "instructions",
        "Instructions",
        xmp=("photoshop:Instructions",),
        iptc=("SpecialInstructions",),
    ),
    Field("source", "Source", xmp=("photoshop:Source",), iptc=("Source",), scope="all"),
    Field(
        "people",
        "People shown",
        xmp=("Iptc4xmpExt:PersonInImage",),
        scope="all",
        shape="bag",
    ),
    Field(
        "sublocation",
        "Place",
        xmp=("Iptc4xmpCore:Location",),
        iptc=("Sub-location",),
        scope="all",
        place=True,
    ),
    Field("city", "City", xmp=("photoshop:City",), iptc=("City",), scope="all", place=True),
    Field(
        "region",
        "State or province",
        xmp=("photoshop:State",),
        iptc=("Province-State",),
        scope="all",
        place=True,
    ),
    Field(
        "country",
        "Country",
        xmp=("photoshop:Country",),
        iptc=("Country",),
        scope="all",
        place=True,
    ),
    Field("label", "Label", xmp=("xmp:Label",)),
    Field("camera_make", "Camera make", xmp=("tiff:Make",), exif=("Make",)),
    Field("camera_model", "Camera model", xmp=("tiff:Model",), exif=("Model",)),
    Field("lens", "Lens", xmp=("exifEX:LensModel", "aux:Lens"), exif=("LensModel",)),
    Field("software", "Software", xmp=("xmp:CreatorTool",), exif=("Software",), png=("Software",)),
)
# What the camera writes, not an editor: EXIF is asked first.
EXIF_FIRST = frozenset({"camera_make", "camera_model", "lens", "software"})
MANY = frozenset({"people"})
BY_NAME = {field.name: field for field in FIELDS}
