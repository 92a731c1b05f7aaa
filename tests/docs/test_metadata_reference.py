"""The table of metadata fields is the one that the code reads and writes by."""

from processing.metadata.mapping import FIELDS
from tests.docs.reading import codes, document, rows

WRITTEN = {"rights": "with the rights", "all": "with everything", "never": "never"}


def test_the_mapping_is_documented():
    table = [row for row in rows(document("reference/metadata.md")) if len(row) == 7]
    said = {codes(row[0])[0]: (row[1], *map(codes, row[2:6]), row[6]) for row in table}
    there = {}
    for field in FIELDS:
        written = WRITTEN[field.scope]
        if field.place:
            written += ", unless the place is left out"
        names = (list(part) for part in (field.xmp, field.iptc, field.exif, field.png))
        there[field.name] = (field.label, *names, written)
    assert said == there
