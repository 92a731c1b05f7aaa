"""A picture whose metadata, in every place that is read, is markup that wants to run."""

from __future__ import annotations

import io
from xml.sax.saxutils import escape

from PIL import Image

from tests.conftest import picture_bytes

RUN = "window.harmed = (window.harmed || 0) + 1"
MARKUP = (
    f"</title></textarea></script>'\"><script>{RUN}</script>"
    f'<img src=x onerror="{RUN}"><svg onload="{RUN}"></svg>'
    f'<a href="javascript:{RUN}">x</a>{{{{7*7}}}}'
)
KEYWORD = f"<img src=x onerror={RUN.replace(' ', '')}>"


def _xmp() -> bytes:
    text = escape(MARKUP)

    def one(name: str) -> str:
        item = f'<rdf:li xml:lang="x-default">{text}</rdf:li>'
        return f"<{name}><rdf:Alt>{item}</rdf:Alt></{name}>"

    words = f"<rdf:li>{escape(KEYWORD)}</rdf:li><rdf:li>harbour</rdf:li>"
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        f'photoshop:Credit="{escape(MARKUP, {chr(34): "&quot;"})}" '
        f'xmpRights:WebStatement="javascript:{RUN}">'
        f"{one('dc:title')}{one('dc:description')}{one('dc:rights')}{one('xmpRights:UsageTerms')}"
        f"<dc:creator><rdf:Seq><rdf:li>{text}</rdf:li></rdf:Seq></dc:creator>"
        f"<dc:subject><rdf:Bag>{words}</rdf:Bag></dc:subject>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def jpeg() -> bytes:
    """A JPEG with the markup in its EXIF and its XMP."""
    exif = Image.Exif()
    for tag in (0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x8298):
        exif[tag] = MARKUP
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture_bytes((1400, 1000), seed=77))) as picture:
        picture.save(out, "JPEG", exif=exif, xmp=_xmp())
    return out.getvalue()
