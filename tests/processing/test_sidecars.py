"""XMP beside a picture: kept, read, believed before the file's own words, given back."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dam.actions.sidecars import LARGEST
from dam.actions.versions import restore
from dam.models import Asset
from dam.storage import original
from processing.metadata.reading import read
from search.filters import narrowed
from search.language import parse
from search.models import SearchDocument
from tests.processing.test_metadata import XMP, camera_exif, dataset, jpeg

SIDECAR = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
  xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
  xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
  xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
  xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
  xmp:Rating="4" xmp:Label="Red" photoshop:Credit="Sidecar agency" photoshop:City="Graz"
  exif:GPSLatitude="47,4.2N" exif:GPSLongitude="15,26,24E"
  xmpRights:WebStatement="https://example.com/sidecar">
 <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Title beside</rdf:li></rdf:Alt></dc:title>
 <dc:subject><rdf:Bag><rdf:li>clock tower</rdf:li></rdf:Bag></dc:subject>
 <lr:hierarchicalSubject><rdf:Bag><rdf:li>Cities|Graz</rdf:li></rdf:Bag></lr:hierarchicalSubject>
 <ext:PersonInImage><rdf:Bag><rdf:li>Ada</rdf:li><rdf:li>Eve</rdf:li></rdf:Bag></ext:PersonInImage>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_it_wins_over_what_is_embedded(tmp_path):
    path = jpeg(tmp_path / "a.jpg", exif=camera_exif(), xmp=XMP, iim=dataset(110, b"IPTC agency"))
    found = read(path, SIDECAR)
    assert (found.title, found.credit, found.city) == ("Title beside", "Sidecar agency", "Graz")
    assert found.keywords == ("clock tower", "Graz")
    assert found.hierarchies == (("Cities", "Graz"),)
    assert (found.rating, found.label, found.people) == (4, "Red", ("Ada", "Eve"))
    assert found.gps == pytest.approx((47.07, 15.44))
    assert found.usage_terms == "Editorial only"  # what it does not say is still the file's
    assert found.camera_model == "Camera One"
    assert found.raw["sidecar"]["dc:title"] == "Title beside"


@pytest.mark.parametrize("data", [b"rubbish", SIDECAR[:-30], b"<x:xmpmeta>" + b"<a>" * 999])
def test_a_broken_one_is_told_and_costs_nothing(tmp_path, data):
    found = read(jpeg(tmp_path / "a.jpg", exif=camera_exif(), xmp=XMP), data)
    assert found.title == "Title from XMP"
    assert found.problems == ("The sidecar's XMP data is damaged and could not be read.",)


def test_it_is_kept_and_what_it_says_is_on_the_asset(ingest, run_jobs, client, owner):
    client.force_login(owner)
    outcome = ingest(sidecar=SIDECAR)
    run_jobs()
    outcome.asset.refresh_from_db()
    version = outcome.asset.versions.get()
    assert outcome.asset.title == "Title beside"
    assert (outcome.asset.credit, outcome.asset.rights_url) == (
        "Sidecar agency",
        "https://example.com/sidecar",
    )
    assert version.sidecar_id == hashlib.sha256(SIDECAR).hexdigest()
    with original(version.sidecar) as path:
        assert path.read_bytes() == SIDECAR
    names = set(outcome.asset.tags.filter(source="import").values_list("term__name", flat=True))
    assert names == {"clock tower", "graz"}
    answer = client.get(f"/originals/{version.pk}/sidecar")
    assert b"".join(answer.streaming_content) == SIDECAR
    assert answer["Content-Disposition"].startswith('attachment; filename="picture.xmp"')
    assert answer["X-Content-Type-Options"] == "nosniff"
    page = client.get(f"/assets/{outcome.asset.pk}").content.decode()
    assert "Graz (47.0700, 15.4400)" in page
    assert "Ada, Eve" in page


def test_the_restored_version_has_it_too(ingest, owner):
    version = ingest(sidecar=SIDECAR).version
    assert restore(version=version, user=owner).sidecar_id == version.sidecar_id


def test_too_large_a_one_costs_itself_alone(ingest):
    outcome = ingest(sidecar=b"x" * (LARGEST + 1))
    assert outcome.outcome == "ingested"
    assert outcome.reason == "Its sidecar is larger than 4 MiB and was not kept."
    assert outcome.version.sidecar is None


def test_it_comes_with_an_upload(client, owner, picture, run_jobs):
    client.force_login(owner)
    answer = client.post(
        "/api/v1/uploads/",
        {
            "file": SimpleUploadedFile("a.jpg", picture()),
            "sidecar": SimpleUploadedFile("a.xmp", SIDECAR),
        },
    )
    assert answer.status_code == 201
    run_jobs()
    assert Asset.objects.get().title == "Title beside"


def test_it_comes_with_the_next_version_too(client, owner, picture, ingest, run_jobs):
    client.force_login(owner)
    asset = ingest().asset
    file, beside = (
        SimpleUploadedFile("a.jpg", picture(seed=9)),
        SimpleUploadedFile("a.xmp", SIDECAR),
    )
    answer = client.post(f"/api/v1/assets/{asset.pk}/versions/", {"file": file, "sidecar": beside})
    assert answer.status_code == 201
    assert asset.versions.get(number=2).sidecar.size == len(SIDECAR)


def test_what_is_shown_and_who_made_it_is_found_by_word(ingest, run_jobs):
    outcome = ingest(sidecar=SIDECAR)
    run_jobs()
    body = SearchDocument.objects.get(asset=outcome.asset).body
    assert all(word in body for word in ("Graz", "Eve", "Sidecar agency"))
    assert narrowed(parse("creator:sidecar"), None)[0].get() == outcome.asset
    assert not narrowed(parse("creator:byron"), None)[0].exists()
