"""The Image API's parts of an address: what they mean, what is refused, the canonical form."""

import pytest

from processing.transforms.errors import BadOptions
from processing.transforms.geometry import Region
from processing.transforms.iiif.information import information
from processing.transforms.iiif.parsing import Limits, parse

HAVE = (300, 200)
LIMITS = Limits(8_000, 25_000_000)


def asked(region="full", size="max", rotation="0", last="default.jpg", limits=LIMITS):
    return parse(region, size, rotation, last, HAVE, limits)


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("full", (0, 0, 300, 200)),
        ("square", (50, 0, 200, 200)),
        ("125,15,120,140", (125, 15, 120, 140)),
        ("125,15,200,200", (125, 15, 175, 185)),  # at the edge it is cut
        ("pct:41.6,7.5,40,70", (125, 15, 120, 140)),
        ("pct:41.6,7.5,66.6,100", (125, 15, 175, 185)),
    ],
)
def test_regions(text, box):
    assert asked(region=text).plan.region == Region(*box)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("max", (300, 200)),
        ("^max", (300, 200)),
        ("150,", (150, 100)),
        (",150", (225, 150)),
        ("pct:50", (150, 100)),
        ("225,100", (225, 100)),
        ("!225,100", (150, 100)),
        ("^360,", (360, 240)),
        ("^,240", (360, 240)),
        ("^pct:120", (360, 240)),
        ("^360,360", (360, 360)),
        ("^!360,360", (360, 240)),
        ("!400,100", (150, 100)),
    ],
)
def test_sizes(text, size):
    plan = asked(size=text).plan
    assert (plan.width, plan.height) == size


@pytest.mark.parametrize(
    "part",
    [
        {"region": region}
        for region in (
            "",
            "all",
            "1,2,3",
            "0,0,0,10",
            "300,0,5,5",
            "-1,0,5,5",
            "pct:0,0,0,0",
            "1,2,3,4,5",
        )
    ]
    + [
        {"size": size}
        for size in (
            *(
                "full",
                "",
                "0,",
                ",",
                "!10,",
                "301,",
                ",201",
                "pct:101",
                "pct:0",
                "^",
                "^9000,",
                "a,b",
            ),
            *("!0,5", "1e3,", "400,400", "!400,300"),
        )
    ]
    + [{"rotation": turn} for turn in ("361", "-1", "!!90", "", "90deg", "nan")]
    + [{"last": last} for last in ("default", "native.jpg", "default.gif", ".jpg", "color.", "x")],
)
def test_what_makes_no_sense_is_refused(part):
    with pytest.raises(BadOptions):
        asked(**part)


@pytest.mark.parametrize(
    ("parts", "canonical"),
    [
        (("full", "max", "0", "default.jpg"), "full/max/0/default.jpg"),
        (("0,0,300,200", "300,", "360", "color.jpg"), "full/max/0/default.jpg"),
        (("square", "50,", "!90.0", "gray.png"), "50,0,200,200/50,50/!90/gray.png"),
        (
            ("pct:0,0,50,50", "^300,", "22.5", "default.webp"),
            "0,0,150,100/^300,200/22.5/default.webp",
        ),
    ],
)
def test_the_canonical_form(parts, canonical):
    assert parse(*parts, HAVE, LIMITS).canonical == canonical
    again = parse(*canonical.split("/"), HAVE, LIMITS)
    assert again == parse(*parts, HAVE, LIMITS)


def test_a_picture_beyond_the_limits_is_made_smaller_and_says_so():
    limits = Limits(200, 20_000)
    plan = asked(limits=limits).plan
    assert plan.width * plan.height <= 20_000
    assert plan.width / plan.height == pytest.approx(1.5, rel=0.02)
    told = information("http://x/iiif/3/a1", HAVE, limits)
    assert (told["maxWidth"], told["maxArea"]) == (200, 20_000)
    assert "maxArea" not in information("http://x/iiif/3/a1", HAVE, LIMITS)


def test_information_names_every_level_and_only_known_licences():
    told = information(
        "http://x/iiif/3/a1",
        (5000, 3001),
        LIMITS,
        rights="https://creativecommons.org/licenses/by/4.0/",
    )
    assert told["tiles"] == [{"width": 512, "scaleFactors": [1, 2, 4, 8, 16, 32]}]
    assert told["sizes"][0] == {"width": 157, "height": 94}
    assert told["sizes"][-1] == {"width": 5000, "height": 3001}
    assert told["rights"] == "http://creativecommons.org/licenses/by/4.0/"
    assert "rights" not in information("http://x", HAVE, LIMITS, rights="https://example.com/terms")
