"""Signed addresses against a real library: what is sent, to whom, and what is not."""

import io

import numpy as np
import pytest
from PIL import Image

from dam.models import Asset, Version
from processing import queue
from processing.transforms import keys, sources
from processing.transforms.addresses import signed_path
from processing.transforms.storing import base_name, bases, pictures

pytestmark = pytest.mark.django_db


def opened(response) -> Image.Image:
    assert response.status_code == 200, response.content[:300]
    return Image.open(io.BytesIO(response.content))


@pytest.mark.parametrize(
    ("options", "size", "form"),
    [
        ("w=400,f=jpg", (400, 300), "JPEG"),
        ("h=150,f=webp", (200, 150), "WEBP"),
        ("w=300,h=300,fit=cover,f=jpg", (300, 300), "JPEG"),
        ("w=300,h=300,fit=cover,g=smart,f=jpg", (300, 300), "JPEG"),
        ("w=300,h=300,fit=pad,f=png", (300, 300), "PNG"),
        ("w=200,dpr=2,f=jpg", (400, 300), "JPEG"),
        ("w=100,r=90,f=jpg", (100, 133), "JPEG"),
        ("crop=100:100:400:200,f=jpg", (400, 200), "JPEG"),
        ("w=3200,f=jpg", (1600, 1200), "JPEG"),
        ("w=2000,fit=contain,f=jpg", (2000, 1500), "JPEG"),
        ("p=social", (1200, 630), "JPEG"),
        ("w=80,f=avif", (80, 60), "AVIF"),
        ("-", (1600, 1200), "JPEG"),
    ],
)
def test_options_give_the_size_and_type_that_they_say(shown, version, options, size, form):
    made = opened(shown(version, options))
    assert (made.size, made.format) == (size, form)


def test_from_its_base_it_looks_as_from_the_original(shown, version):
    first = opened(shown(version, "w=400,f=png"))
    sources.run([version])
    second = opened(shown(version, "w=400,q=99,f=png"))
    difference = np.abs(np.asarray(first, int) - np.asarray(second, int))
    assert difference.mean() < 1.5
    assert difference.max() < 40


def test_asking_has_the_base_made_once_at_the_lowest_priority(shown, version, run_jobs):
    from processing.models import Job

    shown(version, "w=400")
    shown(version, "w=300")
    job = Job.objects.get(step=sources.STEP)
    assert (job.version, job.priority) == (version, 1)
    run_jobs()
    assert bases().used(base_name(version.blob_id))
    version.refresh_from_db()
    assert queue.unfinished([version.pk]) == 0


def test_a_damaged_base_is_thrown_away(shown, version):
    sources.run([version])
    path = bases().path(base_name(version.blob_id))
    path.write_bytes(path.read_bytes()[:1000])
    assert opened(shown(version, "w=500,f=jpg")).size == (500, 375)
    assert not path.exists()


def test_transparency_stays_or_is_laid_on_what_is_asked(ingest, shown):
    from tests.processing.transforms.conftest import approved

    data = io.BytesIO()
    Image.new("RGBA", (300, 200), (255, 0, 0, 0)).save(data, "PNG")
    version = approved(ingest(data.getvalue(), "clear.png").version)
    assert opened(shown(version, "w=100,f=png")).getpixel((5, 5))[3] == 0
    ground = opened(shown(version, "w=100,f=png,bg=00ff00")).convert("RGB").getpixel((5, 5))
    assert ground == (0, 255, 0)
    assert opened(shown(version, "w=100", headers={"accept": "image/png"})).format == "PNG"


def test_an_asset_shows_its_current_version_for_a_while_and_a_version_for_ever(shown, version):
    asset = shown(f"a{version.asset_id}", "w=100")
    assert "immutable" not in asset["Cache-Control"]
    assert "max-age=300" in asset["Cache-Control"]
    assert shown(version, "w=100")["Cache-Control"] == "public, max-age=31536000, immutable"
    assert shown(version, "w=100", seconds=60)["Cache-Control"] in {
        f"public, max-age={left}" for left in (58, 59, 60)
    }


def test_a_focal_point_that_is_set_shows_soon(shown, version, forget):
    smart = "w=50,h=50,fit=cover,g=smart,f=png"
    first = shown(version, smart)
    assert "immutable" not in first["Cache-Control"]
    Version.objects.filter(pk=version.pk).update(focus_x=0.0, focus_y=0.5)
    forget()
    left = opened(shown(version, smart))
    assert left.tobytes() == opened(shown(version, smart.replace("smart", "left"))).tobytes()


def test_what_is_had_already_is_not_sent_again(shown, client, version):
    first = shown(version, "w=100,f=jpg")
    address = signed_path(f"v{version.pk}", "w=100,f=jpg")
    again = client.get(address, headers={"if-none-match": f'"x", W/{first["ETag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


def test_what_the_browser_says_decides_and_varies(shown, version):
    webp = shown(version, "w=auto,dpr=auto", headers={"accept": "image/webp", "width": "400"})
    jpeg = shown(version, "w=auto,dpr=auto", headers={"accept": "image/*", "save-data": "on"})
    assert (webp["Content-Type"], jpeg["Content-Type"]) == ("image/webp", "image/jpeg")
    assert opened(webp).width == 400
    for header in ("Accept", "Save-Data", "Width", "Sec-CH-DPR"):
        assert header in webp["Vary"]
    assert "Vary" not in shown(version, "w=100,q=80,f=jpg")


def test_other_sites_may_show_them_and_they_can_do_nothing(shown, version):
    answer = shown(version, "w=100")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize(
    "change",
    [
        {"restricted": True},
        {"deleted_at": "2026-01-01T00:00Z"},
    ],
    ids=["restricted", "binned"],
)
def test_what_viewers_may_not_see_is_not_there(shown, version, forget, change):
    assert shown(version, "w=100").status_code == 200
    Asset.objects.filter(pk=version.asset_id).update(**change)
    forget()
    assert shown(version, "w=100").status_code == 404
    assert shown(f"a{version.asset_id}", "w=100").status_code == 404


@pytest.mark.parametrize("state", sorted(set(Version.State) - {Version.State.APPROVED}))
def test_what_is_not_approved_is_not_there(shown, version, forget, state):
    Version.objects.filter(pk=version.pk).update(state=state)
    forget()
    assert shown(version, "w=100").status_code == 404


def test_what_does_not_exist_is_not_there(shown, version):
    assert shown("v999999", "w=100").status_code == 404
    assert shown("a999999", "w=100").status_code == 404


def test_signed_addresses_are_not_logged(client, caplog):
    assert client.get("/i/k1.nothing/-/v1/x").status_code == 403
    assert caplog.records == []


def test_it_is_made_once_and_kept(shown, version, monkeypatch):
    first = shown(version, "w=120,f=jpg")
    monkeypatch.setattr(sources, "with_pixels", None)  # making it again would fail
    again = shown(version, "f=jpg,w=120")  # the same, written otherwise
    assert again.content == first.content
    assert len([path for path in pictures().folder.rglob("*") if path.is_file()]) == 2


def test_more_than_may_be_made_is_refused_in_words(shown, version, settings):
    settings.LOUPE_TRANSFORM_PIXELS = 100_000
    answer = shown(version, "w=800,h=800,fit=cover")
    assert answer.status_code == 400
    assert "800 × 800" in answer.content.decode()
    assert shown(version, "w=300,h=300,fit=cover,f=jpg").status_code == 200
    assert shown(version, "w=300,h=300,fit=cover,f=avif").status_code == 400


def test_a_huge_original_waits_for_its_base(shown, version, settings):
    settings.LOUPE_TRANSFORM_PIXELS_IN = 1_000_000
    answer = shown(version, "w=100")
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    sources.run([version])
    assert shown(version, "w=100").status_code == 200


@pytest.mark.parametrize("form", ["jpg", "png", "webp", "avif"])
def test_pictures_say_whose_they_are_as_the_brand_wants_it(
    shown, version, forget, form, admin_user
):
    from dam.actions.brands import change_rules

    Asset.objects.filter(pk=version.asset_id).update(
        copyright_notice="© 2026 Ada Example", description="Nobody else's business"
    )
    said = shown(version, f"w=60,f={form},q=70").content
    assert "© 2026 Ada Example".encode() in said
    assert b"business" not in said
    assert opened(shown(version, f"w=60,f={form},q=70")).info.get("icc_profile")
    brand = version.asset.brand
    change_rules(brand=brand, user=admin_user, rules={"embed_metadata": "none"})
    forget()
    assert b"Ada Example" not in shown(version, f"w=60,f={form},q=70").content


def test_what_is_kept_is_withdrawn_with_its_picture_and_its_key(shown, client, version, forget):
    address = signed_path(f"v{version.pk}", "w=90,f=jpg")
    first = client.get(address)
    assert first.status_code == 200
    keys.rotate()
    assert client.get(address).status_code == 200  # the key before still verifies
    Version.objects.filter(pk=version.pk).update(state="rejected")
    forget()
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again["Cache-Control"]) == (404, "no-store")
    Version.objects.filter(pk=version.pk).update(state="approved")
    forget()
    keys.retire("k1")
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again["Cache-Control"]) == (403, "no-store")


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.replace("/w=90", "//w=90"),
        lambda path: path.replace("/w=90", "/./w=90"),
        lambda path: path.replace("/w=90", "/x/../w=90"),
        lambda path: path.replace("w=90", "w=090"),
        lambda path: path.replace("w=90", "w=%EF%BC%99%30"),
        lambda path: path + "/",
        lambda path: path + "%00",
        lambda path: path.replace("/i/k1.", "/i/K1."),
        lambda path: path.replace("/i/k1.", "/i/k1.."),
        lambda path: path.replace("/i/k1.", "/i/k1.9999999999."),
    ],
)
def test_an_address_has_one_spelling(client, version, change):
    path = signed_path(f"v{version.pk}", "w=90,f=jpg")
    assert client.get(change(path)).status_code == 403
