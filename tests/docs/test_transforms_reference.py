"""docs/reference/transforms.md has the options and presets of the code."""

from processing.transforms.negotiation import DPRS, QUALITY, WIDTHS
from processing.transforms.options import PRESET, READERS
from processing.transforms.presets import SHIPPED
from tests.docs.reading import codes, document, rows, sections

PAGE = "reference/transforms.md"


def test_every_option_is_documented():
    table = rows(sections(document(PAGE))["Options"])
    assert [codes(row[0])[0] for row in table] == [*READERS, PRESET]


def test_every_preset_is_documented():
    table = rows(sections(document(PAGE))["Presets"])
    assert {codes(row[0])[0]: codes(row[1])[0] for row in table} == SHIPPED


def test_what_is_said_of_quality_and_steps_is_so():
    text = document(PAGE).replace("\n", " ")
    usual = [quality for quality, _ in QUALITY.values()][:3]
    saving = [quality for _, quality in QUALITY.values()][:3]
    assert "is {} for JPEG, {} for WebP and {} for AVIF".format(*usual) in text
    assert "{}, {} and {} where the browser".format(*saving) in text
    assert f"one of {len(WIDTHS)} widths and {len(DPRS)} pixel ratios" in text
