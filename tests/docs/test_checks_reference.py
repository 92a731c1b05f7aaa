"""Checks after processing are in their reference page, with the thresholds that they have."""

from processing.compression.searching import MOST_TRIES
from processing.operators.export.lossy import TARGET
from processing.postchecks import catalogue
from tests.docs.reading import codes, document, rows


def test_checks_and_their_parameters_are_documented():
    table = rows(document("reference/checks-after-processing.md"))
    said = {codes(row[0])[0]: set(codes(row[3])) for row in table}
    assert said == {name: set(kind.model_fields) for name, kind in catalogue.checks().items()}


def test_thresholds_are_those_that_hold():
    for row in rows(document("reference/checks-after-processing.md")):
        fields = catalogue.check(codes(row[0])[0]).model_fields
        for name, field in fields.items():
            if isinstance(field.default, float):
                assert f"`{name}` {field.default:g}" in row[3]


def test_what_compression_explains_holds():
    text = document("explanation/compression.md")
    assert f"The default of {TARGET:g}" in text
    assert MOST_TRIES == 5
    assert "at most five times" in text
