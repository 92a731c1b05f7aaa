"""The Image API over a real library: who sees what, and what comes back."""

import io

import numpy as np
import pytest
from PIL import Image

from dam.actions.tokens import create_token
from dam.models import AccessEvent, Asset, Version
from processing.transforms import sources
from processing.transforms.iiif.identifiers import signed

pytestmark = pytest.mark.django_db


def test_a_person_gets_information_and_pictures(client, viewer, version):
    client.force_login(viewer)
    answer = client.get(f"/iiif/3/v{version.pk}/info.json")
    assert answer["Content-Type"] == "application/json"
    told = answer.json()
    assert (told["width"], told["height"], told["profile"]) == (1600, 1200, "level2")
    assert told["id"] == f"http://testserver/iiif/3/v{version.pk}"
    made = client.get(f"/iiif/3/v{version.pk}/0,0,800,600/400,/90/gray.png")
    opened = Image.open(io.BytesIO(made.content))
    assert opened.size == (300, 400)
    red, green, blue = (np.asarray(band) for band in opened.convert("RGB").split())
    assert np.array_equal(red, green)
    assert np.array_equal(red, blue)
    assert 'rel="canonical"' in made["Link"]
    assert "image/3/level2.json" in made["Link"]
    assert "private" in made["Cache-Control"]


def test_tiles_are_those_of_the_whole_picture(client, viewer, version):
    """Put together they are the picture: none is shifted, at full size and at half."""
    client.force_login(viewer)
    sources.run([version])
    for factor in (1, 2):
        side = 512 * factor
        whole = _read(client, version, f"full/{1600 // factor},/0/default.png")
        for left in range(0, 1600, side):
            wide = min(side, 1600 - left)
            part = f"{left},0,{wide},{side}/{-(-wide // factor)},512/0/default.png"
            tile = _read(client, version, part)
            beside = whole[:512, left // factor : left // factor + tile.shape[1]]
            assert np.abs(tile.astype(int) - beside).mean() < 1.0


def _read(client, version, part) -> np.ndarray:
    answer = client.get(f"/iiif/3/v{version.pk}/{part}")
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"))


def test_the_base_uri_leads_to_the_information(client, viewer, version):
    client.force_login(viewer)
    answer = client.get(f"/iiif/3/v{version.pk}")
    assert (answer.status_code, answer["Location"]) == (303, f"/iiif/3/v{version.pk}/info.json")


def test_json_ld_where_it_is_asked_for(client, viewer, version):
    client.force_login(viewer)
    headers = {"accept": "application/ld+json"}
    answer = client.get(f"/iiif/3/v{version.pk}/info.json", headers=headers)
    assert answer["Content-Type"].startswith("application/ld+json;profile=")


def test_a_signed_identifier_is_for_anybody_and_other_sites(client, version):
    who = signed(f"v{version.pk}")
    answer = client.get(f"/iiif/3/{who}/full/100,/0/default.jpg")
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "public" in answer["Cache-Control"]
    assert client.get(f"/iiif/3/{who}/info.json").json()["id"].endswith(who)
    assert client.options(f"/iiif/3/{who}/info.json").status_code == 204


def test_a_signature_is_for_its_picture_alone(client, version):
    who = signed(f"v{version.pk}")
    forged = [f"a{version.asset_id}~" + who.partition("~")[2], who[:-1] + "_", f"v{version.pk}~"]
    past = signed(f"v{version.pk}", seconds=-1)
    for other in (*forged, past, f"v{version.pk}", "nothing", "a%2Fb", "[frob]"):
        assert client.get(f"/iiif/3/{other}/info.json").status_code == 404, other


@pytest.mark.parametrize(
    "part",
    [
        "x/max/0/default.jpg",
        "full/full/0/default.jpg",
        "full/max/x/default.jpg",
        "full/max/0/x.jpg",
    ],
)
def test_what_makes_no_sense_is_400(client, version, part):
    assert client.get(f"/iiif/3/{signed(f'v{version.pk}')}/{part}").status_code == 400


def test_what_one_may_not_see_is_not_there(client, version, outsider, viewer, owner):
    address = f"/iiif/3/v{version.pk}/info.json"
    client.force_login(outsider)
    assert client.get(address).status_code == 404
    Version.objects.filter(pk=version.pk).update(state="in_review")
    client.force_login(viewer)
    assert client.get(address).status_code == 404
    client.force_login(owner)
    assert client.get(address).status_code == 200
    assert client.get(f"/iiif/3/{signed(f'v{version.pk}')}/info.json").status_code == 404


def test_looks_at_restricted_pictures_are_written_down(client, version, reviewer):
    Asset.objects.filter(pk=version.asset_id).update(restricted=True)
    client.force_login(reviewer)
    for part in ("info.json", "0,0,512,512/512,512/0/default.jpg"):
        answer = client.get(f"/iiif/3/v{version.pk}/{part}")
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-cache")
    assert AccessEvent.objects.filter(version=version, user=reviewer).count() == 1


def test_a_token_with_its_scope_will_do(client, version, viewer):
    _, secret = create_token(user=viewer, name="site", scopes=["assets:read"])
    _, other = create_token(user=viewer, name="none", scopes=["search:read"])
    address = f"/iiif/3/v{version.pk}/info.json"
    assert client.get(address, headers={"authorization": f"Bearer {secret}"}).status_code == 200
    assert client.get(address, headers={"authorization": f"Bearer {other}"}).status_code == 404


def test_a_part_of_a_huge_original_waits_for_its_base(client, viewer, version, monkeypatch):
    monkeypatch.setattr(sources, "_PART_OF", 1_000_000)
    client.force_login(viewer)
    address = f"/iiif/3/v{version.pk}/0,0,512,512/512,512/0/default.jpg"
    answer = client.get(address)
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    sources.run([version])
    assert client.get(address).status_code == 200


def test_signed_identifiers_are_not_logged(client, caplog, version):
    secret = signed(f"v{version.pk}")
    assert client.get(f"/iiif/3/{secret}/full/0,0/0/default.jpg").status_code == 400
    assert client.get(f"/iiif/3/{secret}x/full/max/0/default.jpg").status_code == 404
    assert secret not in caplog.text
