"""Names on pages: a brand's pattern with its check, renaming many, downloads, facts."""

import io
import zipfile

import pytest

from dam.actions.brands import change_rules
from dam.actions.relations import relate
from dam.models import Renaming, Version
from dam.name_check import check
from dam.name_fields import reread

RULE = r"{brand}_{sku:[A-Z]{3}\d{4}}_v{version:02}"
PART = {"HX-Request": "true"}


@pytest.fixture
def ruled(brand, admin_user):
    def give(**rules):
        return change_rules(brand=brand, user=admin_user, rules=rules)

    return give


def names(*assets) -> list[str]:
    return [Version.objects.get(current_of=asset).file_name for asset in assets]


def test_a_new_pattern_reads_the_names_that_are_there(ruled, asset_factory, brand):
    one = asset_factory(file_name="ACME_ABC1234_v02.jpg").current_version
    two = asset_factory(file_name="holiday.jpg").current_version
    ruled(name_pattern=RULE)
    one.refresh_from_db()
    two.refresh_from_db()
    assert one.name_fields["sku"] == "ABC1234"
    assert two.name_fields == {}
    ruled(name_pattern="")
    one.refresh_from_db()
    assert one.name_fields == {}
    assert reread(brand, limit=1).last == two.pk


def test_the_check_counts_and_shows_the_newest_misfits(ruled, asset_factory, brand):
    asset_factory(file_name="ACME_ABC1234_v02.jpg")
    for n in range(6):
        asset_factory(file_name=f"IMG_{n}.jpg")
    found = check(brand, RULE)
    assert (found.fitting, found.total, found.cut) == (1, 7, False)
    assert found.misfits[0][0].file_name == "IMG_5.jpg"
    assert "sku (three capital letters" in found.misfits[0][1]
    assert check(brand, "") is None


def test_the_brand_page_tries_a_draft(as_, admin_user, brand, asset_factory):
    from dam.forms import RulesForm

    asset_factory(file_name="ACME_ABC1234_v02.jpg")
    asset_factory(file_name="IMG_1.jpg")
    form = RulesForm.of(brand.rules)
    fields = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    draft = fields | {"name_pattern": RULE, "download_pattern": "{sku}-{purpose}"}
    page = as_(admin_user).post("/brands/house/preview", draft).content.decode()
    assert '<strong class="number">1</strong> of 2 fit' in page
    assert "IMG_1.jpg" in page
    broken = as_(admin_user).post("/brands/house/preview", draft | {"name_pattern": "{sku"})
    assert "At character 1: this “{” has no “}”." in broken.content.decode()
    kept = as_(admin_user).post("/brands/house", draft)
    assert kept.status_code == 302
    assert brand.rules.name_pattern == RULE


def test_downloads_are_named_by_the_brand(ruled, as_, viewer, asset_factory, with_files):
    one = asset_factory("Red boat", file_name="ACME_ABC1234_v02.jpg")
    two = asset_factory("Red boat", file_name="other.jpg")
    for asset in (one, two):
        with_files(asset.current_version)
    ruled(name_pattern=RULE, download_pattern="{sku}_{purpose}")
    said = as_(viewer).get(f"/originals/{one.current_version_id}")["Content-Disposition"]
    assert said.endswith("filename*=UTF-8''ABC1234_original.jpg")
    # What has no SKU keeps its name: a download never fails for that.
    said = as_(viewer).get(f"/originals/{two.current_version_id}")["Content-Disposition"]
    assert said.endswith("''other.jpg")
    address = f"/renditions/{one.current_version_id}/preview"
    assert as_(viewer).get(address)["Content-Disposition"].startswith("inline")
    assert "ABC1234_preview.webp" in as_(viewer).get(address + "?download")["Content-Disposition"]
    ruled(download_pattern="{title}")
    answer = as_(viewer).post("/selection/download", {"asset": [one.pk, two.pk]})
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert sorted(archive.namelist()) == sorted(["Red-boat.jpg", f"{one.pk}-Red-boat.jpg"])


def test_renaming_by_the_page(as_, owner, asset_factory):
    assets = [asset_factory(file_name=f"{n}.jpg") for n in "abc"]
    ids = ",".join(str(one.pk) for one in assets)
    client = as_(owner)
    assert "3 chosen" in client.post("/rename", {"assets": ids}).content.decode()
    table = client.post(
        "/rename/preview", {"assets": ids, "pattern": "lot_{n:02}"}
    ).content.decode()
    assert "lot_01.jpg" in table
    assert "lot_03.jpg" in table
    clash = client.post("/rename/preview", {"assets": ids, "pattern": "{brand}"}).content.decode()
    assert "3 names cannot be had" in clash
    wrong = client.post("/rename/preview", {"assets": ids, "pattern": "{n"}).content.decode()
    assert "At character 1" in wrong
    refused = client.post("/rename/apply", {"assets": ids, "pattern": "{brand}"}, headers=PART)
    assert refused.status_code == 400
    assert "3 of these" in refused.content.decode()
    done = client.post("/rename/apply", {"assets": ids, "pattern": "lot_{n:02}"}, headers=PART)
    assert "3 files renamed." in done["HX-Trigger"]
    assert names(*assets) == ["lot_01.jpg", "lot_02.jpg", "lot_03.jpg"]
    made = Renaming.objects.get()
    assert "lot_{n:02}" in client.get("/rename").content.decode()
    back = client.post(f"/rename/{made.pk}/undo", headers=PART)
    assert back["HX-Redirect"] == "/rename"
    assert "3 files have their old names." in client.get("/rename").content.decode()
    assert names(*assets) == ["a.jpg", "b.jpg", "c.jpg"]
    assert client.post(f"/rename/{made.pk}/undo", headers=PART).status_code == 409


def test_only_one_s_own_are_renamed(as_, owner, teammate, asset_factory):
    mine, theirs = asset_factory(file_name="a.jpg"), asset_factory(file_name="b.jpg", user=teammate)
    ids = f"{mine.pk},{theirs.pk}"
    page = as_(owner).post("/rename", {"assets": ids}).content.decode()
    assert "1 is not yours to rename" in page
    as_(owner).post("/rename/apply", {"assets": ids, "pattern": "x{n}"})
    assert names(mine, theirs) == ["x1.jpg", "b.jpg"]


def test_the_page_of_an_asset_shows_fields_and_relations(
    ruled, as_, owner, viewer, teammate, asset_factory
):
    ruled(name_pattern=RULE)
    one = asset_factory("One", file_name="ACME_ABC1234_v02.jpg")
    version = one.current_version
    version.name_fields = {"brand": "ACME", "sku": "ABC1234", "version": 2, "ext": "jpg"}
    version.save()
    two, hidden = asset_factory("Two"), asset_factory("Hidden", state="in_review")
    relate(source=two, target=one, kind="variant_of", user=owner)
    relate(source=hidden, target=one, kind="variant_of", user=owner)
    page = as_(viewer).get(f"/assets/{one.pk}").content.decode()
    assert "?q=sku:ABC1234" in page
    assert "Variants" in page
    assert "Two" in page
    assert "Hidden" not in page
    assert "relations/" not in page
    assert page.count("relations/") < as_(owner).get(f"/assets/{one.pk}").content.decode().count(
        "relations/"
    )


def test_the_command_reads_every_name(ruled, asset_factory, capsys):
    import json

    from django.core.management import CommandError, call_command

    call_command("names")
    assert "No brand has a pattern" in capsys.readouterr().out
    ruled(name_pattern=RULE)
    one = asset_factory(file_name="ACME_ABC1234_v02.jpg").current_version
    asset_factory(file_name="IMG_1.jpg")
    assert one.name_fields == {}
    call_command("names", "--json")
    [said] = json.loads(capsys.readouterr().out)["brands"]
    assert (said["read"], said["fit"]) == (2, 1)
    assert said["misfits"][0]["name"] == "IMG_1.jpg"
    one.refresh_from_db()
    assert one.name_fields["sku"] == "ABC1234"
    call_command("names", "--brand", "house")
    assert "house: 1 of 2 fit" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no brand"):
        call_command("names", "--brand", "nowhere")
