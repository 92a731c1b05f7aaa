"""docs/reference/transforms.md has the options and presets of the code."""

from processing.transforms.negotiation import DENSER, DPRS, MOST_AVIF, QUALITY, SAVING, WIDTHS
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
    assert "{jpg} for JPEG, {webp} for WebP and {avif} for AVIF".format(**QUALITY) in text
    assert f"{DENSER} less from `dpr=2` on" in text
    assert f"{SAVING} less where the browser" in text
    assert f"up to {MOST_AVIF // 10**6} megapixels" in text
    assert f"one of {len(WIDTHS)} widths and {len(DPRS)} pixel ratios" in text
