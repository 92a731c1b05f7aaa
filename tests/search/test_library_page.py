"""The library page: what it shows, where its links lead, and who may see what."""

import html
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dam.models import PaletteColour, TagAssignment, Term
from search.language import parse
from search.narrowing import switched
from search.page import address

HTMX = {"HX-Request": "true"}


def client(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def page(user, where="/", **more) -> str:
    response = client(user).get(where, **more)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def shown(text: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<li class="card[^>]*data-asset="(\d+)"', text)]


def put_tag(asset, name: str) -> None:
    term, _ = Term.objects.get_or_create(facet="object", name=name)
    TagAssignment.objects.create(asset=asset, term=term, source="human", state="accepted")


def test_newest_first_and_only_what_one_may_see(viewer, reviewer, asset_factory):
    first, second = asset_factory(), asset_factory()
    hidden = asset_factory(state="in_review")
    assert shown(page(viewer)) == [second.pk, first.pk]
    text = page(reviewer)
    assert shown(text) == [hidden.pk, second.pk, first.pk]
    assert "In review" in text


def test_an_empty_library_says_what_to_do(owner, viewer):
    assert "Choose pictures" in page(owner)
    text = page(viewer)
    assert "Your library is empty" in text
    assert "Choose pictures" not in text


def test_nothing_found_says_what_to_do(viewer, asset_factory):
    asset_factory()
    assert "Nothing matches" in page(viewer, "/?q=type:png")


def test_pages_follow_each_other_without_gap_or_double(viewer, asset_factory):
    made = [asset_factory().pk for _ in range(130)]
    browser, where, seen = client(viewer), "/", []
    while where:
        text = html.unescape(browser.get(where, headers=HTMX if seen else {}).content.decode())
        seen += shown(text)
        more = re.search(r'hx-get="(/\?[^"]*cursor=[^"]*)"', text)
        where = more[1] if more else ""
    assert seen == made[::-1]


def test_a_further_page_is_a_fragment_for_htmx_and_a_page_without(viewer, asset_factory):
    for _ in range(61):
        asset_factory()
    more = re.search(r'hx-get="([^"]*cursor[^"]*)"', page(viewer))[1]
    assert "<html" not in page(viewer, more, headers=HTMX)
    assert "<html" in page(viewer, more)


def test_a_damaged_cursor_leads_to_the_first_page_and_says_so(viewer, asset_factory):
    asset = asset_factory()
    text = page(viewer, "/?cursor=nonsense")
    assert shown(text) == [asset.pk]
    assert "damaged" in text


def test_filters_narrow_show_as_chips_and_come_off(viewer, asset_factory):
    boat, other = asset_factory(), asset_factory()
    put_tag(boat, "narrowboat")
    text = page(viewer, "/?q=tag:narrowboat type:jpeg")
    assert shown(text) == [boat.pk]
    chips = re.findall(r'<a class="chip on" href="([^"]*)">', text)
    assert chips == [address(parse("type:jpeg")), address(parse("tag:narrowboat"))]
    assert sorted(shown(page(viewer, chips[0]))) == sorted([boat.pk, other.pk])


def test_facets_count_and_their_links_narrow(viewer, asset_factory):
    for _ in range(2):
        put_tag(asset_factory(), "narrowboat")
    put_tag(asset_factory(), "lighthouse keeper")
    text = page(viewer)
    link = re.search(
        r'<a href="([^"]*)"><span class="facet-tick"></span>'
        r'<span class="truncate">narrowboat</span><span class="count">2<',
        text,
    )
    assert link
    assert len(shown(page(viewer, link[1]))) == 2


def test_colours_are_swatches(viewer, asset_factory):
    for hex_ in ("#d32f2f", "#1e6fd0"):
        version = asset_factory().current_version
        from dam.colour import hex_to_oklab

        lightness, a, b = hex_to_oklab(hex_)
        PaletteColour.objects.create(
            version=version, position=0, hex=hex_, fraction=0.9, lightness=lightness, a=a, b=b
        )
    text = page(viewer)
    swatch = re.search(r'<a href="([^"]*)" class="facet-swatch" data-colour="#d32f2f"', text)
    assert len(shown(page(viewer, swatch[1]))) == 1


def test_a_facet_is_a_switch():
    query = parse("tag:sea")
    assert switched(query, "tag:boat").to_string() == "tag:sea tag:boat"
    assert switched(query, "tag:sea").empty
    assert switched(query, "nothing") == query


def test_what_was_not_understood_is_said(viewer, asset_factory):
    asset_factory()
    assert "is not a colour" in page(viewer, "/?q=color:blurple")


@pytest.mark.parametrize("where", ["/?like=x", "/?like=999999", "/?picture=../../etc/passwd"])
def test_what_is_not_there_is_404(viewer, where):
    assert client(viewer).get(where).status_code == 404


def test_similar_to_what_one_may_not_see_is_404(viewer, asset_factory):
    hidden = asset_factory(state="in_review")
    assert client(viewer).get(f"/?like={hidden.pk}").status_code == 404
    assert client(viewer).get(f"/assets/{hidden.pk}/similar").status_code == 404


def test_the_search_goes_along_to_the_asset_and_its_neighbours(viewer, asset_factory):
    boats = [asset_factory() for _ in range(3)]
    asset_factory()
    for boat in boats:
        put_tag(boat, "narrowboat")
    text = page(viewer, "/?q=tag:narrowboat")
    assert f"/assets/{boats[1].pk}?from=tag%3Anarrowboat" in text
    film = page(viewer, f"/assets/{boats[1].pk}/around?from=tag%3Anarrowboat")
    before = re.search(r'href="/assets/(\d+)[^"]*" rel="prev"', film)[1]
    after = re.search(r'href="/assets/(\d+)[^"]*" rel="next"', film)[1]
    assert (int(before), int(after)) == (boats[2].pk, boats[0].pk)


def test_an_asset_outside_the_search_has_no_neighbours(viewer, asset_factory):
    asset = asset_factory()
    response = client(viewer).get(f"/assets/{asset.pk}/around?from=type:png")
    assert response.status_code == 204


def test_select_all_gives_every_id_one_may_see(viewer, asset_factory):
    seen = [asset_factory().pk for _ in range(3)]
    asset_factory(state="in_review")
    found = json.loads(client(viewer).get("/search/ids?q=").content)
    assert sorted(found["ids"]) == seen


def test_a_dropped_picture_becomes_an_address_of_ones_own(viewer, picture):
    browser = client(viewer)
    upload = SimpleUploadedFile("a.jpg", picture((3000, 1000)))
    where = browser.post("/search/picture", {"file": upload}).json()["address"]
    token = re.fullmatch(r"/\?picture=(\w{32})", where)[1]
    kept = browser.get(f"/search/picture/{token}")
    assert kept["Content-Type"] == "image/webp"
    assert browser.get(where).status_code == 200


@pytest.mark.parametrize("body", [{}, {"file": SimpleUploadedFile("a.jpg", b"not a picture")}])
def test_a_dropped_something_is_refused_with_a_sentence(viewer, body):
    response = client(viewer).post("/search/picture", body)
    assert response.status_code == 400
    assert response.json()["detail"].endswith(".")


@pytest.mark.parametrize(
    "where", ["/", "/search", "/search/ids", "/search/picture/" + "0" * 32, "/assets/1/similar",
              "/assets/1/around"]
)  # fmt: skip
def test_nobody_looks_in_unsigned(db, where):
    response = Client().get(where)
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


@pytest.mark.usefixtures("other_brand")
def test_an_outsider_finds_nothing_of_ours(outsider, asset_factory):
    asset = asset_factory()
    assert shown(page(outsider)) == []
    assert client(outsider).get(f"/assets/{asset.pk}/around").status_code == 204
    assert json.loads(client(outsider).get("/search/ids").content)["ids"] == []
