"""The page of formats names exactly the types that the library knows, and how they are called."""

from dam import formats
from tests.docs.reading import codes, document, rows


def test_every_picture_format_is_documented_with_its_names():
    table = [row for row in rows(document("reference/formats.md")) if len(row) == 5]
    said = {codes(row[0])[0]: (row[1], codes(row[2])[0], tuple(codes(row[3]))) for row in table}
    there = {media.label: (media.kind, media.mime, media.names) for media in formats.PICTURES}
    assert said == there


def test_every_other_type_is_documented():
    table = [row for row in rows(document("reference/formats.md")) if len(row) == 3]
    said = {row[0]: (row[1], codes(row[2])[0]) for row in table}
    assert said == {media.label: (media.family, media.mime) for media in formats.OTHERS}


def test_no_two_types_share_a_name():
    mimes = [media.mime for media in formats.ALL]
    assert len(mimes) == len(set(mimes))
    endings = [name for media in formats.PICTURES for name in media.names]
    assert len(endings) == len(set(endings))
