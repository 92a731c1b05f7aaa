"""Options: what is read, what is refused, what the browser decides, and where it all goes."""

import pytest

from processing.transforms.errors import BadOptions
from processing.transforms.geometry import Original, Region, planned
from processing.transforms.looks import Coding, Look
from processing.transforms.negotiation import MOST_AVIF, WIDTHS, settle
from processing.transforms.options import NONE, Options, canonical, parse
from processing.transforms.presets import SHIPPED


@pytest.mark.parametrize(
    "text",
    [
        *("", "w", "w=", "w=0", "w=-1", "w=1e3", "w=08", "w=8001", "w=1.5", "W=1", " w=1", "w=１"),
        *("w=1,w=1", "x=1", "w=1,,h=1", "w=1;h=1", "q=0", "q=101", "f=gif", "f=JPG", "fit=fill"),
        *("fit=cover", "fit=cover,w=10", "fit=pad,h=10", "w=auto,h=5,fit=cover", "dpr=5", "dpr=0"),
        *("dpr=nan", "g=2:1", "g=0.5", "g=middle", "bg=fff", "bg=#ffffff", "bg=FFFFFF", "blur=inf"),
        *("blur=101", "sharp=0", "r=45", "flip=x", "crop=1:2:3", "crop=0:0:0:5", "p=nothing"),
        *("p=", "w=1" + ",h=1" * 100),
    ],
)
def test_what_is_no_option_is_refused_in_words(text):
    with pytest.raises(BadOptions) as told:
        parse(text, SHIPPED)
    assert str(told.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "short"),
    [
        (NONE, NONE),
        ("h=5,w=10", "w=10,h=5"),
        ("fit=inside,q=auto,f=auto,dpr=1", NONE),
        ("dpr=2.0,g=0.30:1", "dpr=2,g=0.3:1"),
        ("crop=0:5:10:20,flip=h", "flip=h,crop=0:5:10:20"),
    ],
)
def test_there_is_one_short_form(text, short):
    assert canonical(parse(text, {})) == short
    assert parse(short, {}) == parse(text, {})


def test_a_preset_stands_where_nothing_else_is_said():
    presets = {"card": "w=640,h=480,fit=cover", "loop": "p=card"}
    assert parse("p=card", presets) == Options(w=640, h=480, fit="cover")
    assert parse("h=400,p=card", presets) == Options(w=640, h=400, fit="cover")
    with pytest.raises(BadOptions):
        parse("p=loop", presets)


LARGE = Original((10_000, 8_000))


def wishes(options, headers=None, *, alpha=False, original=LARGE):
    return settle(options, headers or {}, original, alpha=alpha)


def test_whatever_browsers_say_there_are_few_widths_and_ratios():
    asked = Options(w="auto", dpr="auto")
    told = {
        (settled.plan.width, settled.finish.quality)
        for width in range(1, 5_001)
        for settled in [wishes(asked, {"sec-ch-width": str(width)})]
    }
    assert {width for width, _ in told} == set(WIDTHS)
    assert len(told) == len(WIDTHS)
    ratios = {
        wishes(Options(w=10, dpr="auto"), {"dpr": f"{n / 10}"}).plan.width for n in range(100)
    }
    assert ratios == {10, 15, 20, 30}


@pytest.mark.parametrize("said", ["", "x", "-5", "1e9", "9" * 400, "NaN", "٣"])
def test_hints_that_make_no_sense_are_passed_over(said):
    assert wishes(Options(w="auto"), {"width": said}).plan.width == 1200


@pytest.mark.parametrize(
    ("accept", "alpha", "form"),
    [
        ("image/avif,image/webp,*/*", False, "avif"),
        ("image/avif;q=0,image/webp,*/*", True, "webp"),
        ("image/*,*/*;q=0.8", False, "jpg"),
        ("image/webp;q=0", False, "jpg"),
        ("IMAGE/WEBP ; q=0.5", False, "webp"),
        ("", True, "png"),
        ("image/webpx", False, "jpg"),
    ],
)
def test_the_type_is_one_that_the_browser_takes(accept, alpha, form):
    assert wishes(Options(w=800), {"accept": accept}, alpha=alpha).finish.format == form


def test_nobody_waits_for_a_large_avif_that_was_not_asked_for():
    accept = {"accept": "image/avif,image/webp"}
    side = int(MOST_AVIF**0.5)
    assert wishes(Options(w=side, h=side, fit="cover"), accept).finish.format == "avif"
    assert wishes(Options(w=side + 1, h=side, fit="cover"), accept).finish.format == "webp"
    asked = Options(w=side + 1, h=side, fit="cover", f="avif")
    assert wishes(asked, accept).finish.format == "avif"


def test_dense_screens_and_saved_data_get_lower_quality():
    def quality(headers=None, **more):
        return wishes(Options(f="jpg", **more), headers).finish.quality

    assert quality() == 80
    assert quality(dpr=2.0) == 72
    assert quality({"save-data": "on"}) == 62
    assert quality({"save-data": "on"}, q=90) == 90


def test_a_picture_that_was_looked_at_gets_the_quality_that_it_needs():
    codings = {"webp-small": Coding(61), "webp-large": Coding(100, lossless=True)}
    seen = Original((4000, 3000), look=Look({**codings, "jpg-large": Coding(70, True)}))

    def coded(headers=None, **options):
        finish = wishes(Options(**options), headers, original=seen).finish
        return finish.quality, finish.full_chroma, finish.lossless

    assert coded(f="webp", w=500) == (61, False, False)
    assert coded(f="webp", w=501) == (100, False, True)
    assert coded({"save-data": "on"}, f="webp", w=501) == (60, False, False)
    assert coded(f="jpg", w=800, dpr=2.0) == (62, True, False)
    assert coded(f="jpg", w=200) == (80, False, False)  # nothing was found for that
    assert coded(f="webp", w=800, q=33) == (33, False, False)


def plan(have=(1000, 500), **options):
    return planned(Options(f="jpg", q=80, **options), Original(have))


def test_covering_keeps_what_matters():
    assert plan(w=100, h=100, fit="cover").region == Region(250, 0, 500, 500)
    assert plan(w=100, h=100, fit="cover", g="left").region == Region(0, 0, 500, 500)
    assert plan(w=100, h=100, fit="cover", g=(0.9, 0.5)).region == Region(500, 0, 500, 500)
    assert plan(w=100, h=100, fit="cover", g=(0.4, 0.5)).region == Region(150, 0, 500, 500)
    assert plan(w=2000, h=100, fit="cover", g="bottom").region == Region(0, 450, 1000, 50)


def test_frames_are_meant_for_what_is_shown():
    assert plan(w=100, r=90).out == (100, 200)
    assert plan(w=100, h=100, fit="pad").out == (100, 100)
    assert plan(w=300, h=100, fit="pad", r=270).out == (300, 100)
    assert plan(w=300, h=100, fit="cover", r=90).out == (300, 100)


def test_only_contain_and_cover_enlarge():
    assert plan(w=2000).out == (1000, 500)
    assert plan(w=2000, fit="contain").out == (2000, 1000)
    assert plan(w=2000, h=2000, fit="cover").out == (2000, 2000)
    assert (plan(w=2000, h=2000, fit="pad").width, plan(w=2000, h=2000, fit="pad").out) == (
        1000,
        (2000, 2000),
    )


def test_a_crop_outside_of_the_picture_is_refused():
    with pytest.raises(BadOptions):
        plan(crop=(1000, 0, 5, 5))
    assert plan(crop=(900, 400, 500, 500)).region == Region(900, 400, 100, 100)
