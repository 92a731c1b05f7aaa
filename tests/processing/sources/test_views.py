"""The pages of sources: who gets them, what they show, what they change."""

import pytest
from django.test import Client

from processing.models import Source
from processing.sources.actions import add_source, change_source

ROLES = ["outsider", "viewer", "teammate", "owner", "reviewer", "brand_admin", "admin_user"]
ADMINS = {"brand_admin", "admin_user"}


@pytest.fixture
def other_admin(person, other_brand):
    """An admin of another brand."""
    return person("other_admin", "admin", brand=other_brand)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def admin_page(brand_admin) -> Client:
    return signed_in(brand_admin)


@pytest.fixture
def form(inbox, brand, brand_admin) -> dict:
    return {
        "name": "Drop",
        "path": str(inbox),
        "brand": brand.pk,
        "bringer": brand_admin.pk,
        "tags": "Kraken Bay, q7 launch",
        "priority": 7,
        "recursive": "on",
        "include": "*.jpg\n*.tif",
        "exclude": "",
        "afterwards": "move",
        "done_folder": "done",
        "failed_folder": "failed",
        "settle_seconds": 2,
        "looking": "auto",
        "poll_seconds": 60,
    }


# address → (method, what an admin gets, what an admin of another brand gets)
CASES = {
    "/settings/sources": ("get", 200, 200),
    "/settings/sources/add/folder": ("get", 200, 200),
    "/settings/sources/add/s3": ("get", 200, 200),
    "/settings/sources/look": ("post", 200, 200),
    "/settings/sources/{pk}": ("get", 200, 404),
    "/settings/sources/{pk}/edit": ("get", 200, 404),
    "/settings/sources/{pk}/act": ("post", 302, 404),
}


class TestWho:
    @pytest.mark.parametrize("who", ROLES)
    @pytest.mark.parametrize("address", CASES)
    def test_only_admins_of_a_brand(self, who, address, request, source_of):
        method, code, _ = CASES[address]
        client = signed_in(request.getfixturevalue(who))
        address = address.format(pk=source_of().pk)
        answer = getattr(client, method)(address, {"action": "scan"})
        assert answer.status_code == (code if who in ADMINS else 403)

    @pytest.mark.parametrize("address", CASES)
    def test_not_those_of_another(self, address, other_admin, source_of):
        method, _, code = CASES[address]
        source = source_of()
        client = signed_in(other_admin)
        answer = getattr(client, method)(address.format(pk=source.pk), {"action": "remove"})
        assert answer.status_code == code
        assert Source.objects.filter(pk=source.pk).exists()
        assert source.name.encode() not in client.get("/settings/sources").content

    @pytest.mark.parametrize("address", CASES)
    def test_nobody_unsigned(self, address, db):
        method = CASES[address][0]
        assert getattr(Client(), method)(address.format(pk=1)).status_code == 302

    def test_an_admin_of_another_brand_cannot_bring_files_into_ours(
        self, other_admin, form, source_of
    ):
        answer = signed_in(other_admin).post("/settings/sources/add/folder", form)
        assert answer.status_code == 422
        assert not Source.objects.exists()


class TestForm:
    def test_a_folder_is_added_and_changed(self, admin_page, form, brand, brand_admin):
        answer = admin_page.post("/settings/sources/add/folder", form)
        source = Source.objects.get()
        assert answer["Location"] == f"/settings/sources/{source.pk}"
        assert (source.tags, source.include) == (["kraken bay", "q7 launch"], ["*.jpg", "*.tif"])
        assert (source.brand, source.bringer, source.priority) == (brand, brand_admin, 7)
        shown = admin_page.get(f"/settings/sources/{source.pk}/edit").content.decode()
        assert "kraken bay, q7 launch" in shown
        admin_page.post(f"/settings/sources/{source.pk}/edit", form | {"afterwards": "leave"})
        source.refresh_from_db()
        assert source.afterwards == "leave"

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"path": "/etc"}, "Only folders below"),
            ({"path": "../x"}, "whole path"),
            ({"path": ""}, "required"),
            ({"priority": 11}, "less than or equal to 10"),
            ({"tags": "x" * 121}, "120 characters"),
            ({"done_folder": "../../etc"}, "Name a folder"),
            ({"done_folder": "/etc"}, "Only folders below"),
            ({"afterwards": "tag"}, "valid choice"),
            ({"settle_seconds": 0}, "greater than"),
            ({"name_pattern": "{sku"}, "sku"),
        ],
    )
    def test_faults_stand_beside_their_fields(self, admin_page, form, changed, said):
        answer = admin_page.post("/settings/sources/add/folder", form | changed)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not Source.objects.exists()

    def test_a_name_is_taken_once_and_folders_do_not_overlap(
        self, admin_page, form, source_of, inbox
    ):
        source_of(name="Drop")
        (inbox / "within").mkdir()
        answer = admin_page.post(
            "/settings/sources/add/folder", form | {"path": str(inbox / "within")}
        )
        said = answer.content.decode()
        assert "already exists" in said
        assert "the folder of the source" in said

    def test_it_tells_what_is_in_the_folder(self, admin_page, form, inbox, picture):
        for name in ("a.jpg", "b.tif", "c.png", ".hidden"):
            (inbox / name).write_bytes(picture())
        said = admin_page.post("/settings/sources/look", form).content.decode()
        assert "4 files lie there now; 2 would be taken" in said

    @pytest.mark.parametrize("path", ["/etc", "/nowhere"])
    def test_it_tells_nothing_of_other_folders(self, admin_page, form, path):
        said = admin_page.post("/settings/sources/look", form | {"path": path}).content.decode()
        assert "Only folders below" in said

    def test_a_bucket_s_key_is_never_shown(self, admin_page, form):
        given = form | {"bucket": "drop", "access_key": "me", "secret_key": "very-secret-words"}
        admin_page.post("/settings/sources/add/s3", given)
        source = Source.objects.get()
        for address in ("", "/edit"):
            shown = admin_page.get(f"/settings/sources/{source.pk}{address}").content.decode()
            assert "very-secret-words" not in shown
            assert source.secret_key not in shown
        admin_page.post(
            f"/settings/sources/{source.pk}/edit", given | {"secret_key": "", "prefix": "x"}
        )
        source.refresh_from_db()
        assert (source.prefix, bool(source.secret_key)) == ("x", True)


class TestSource:
    def test_last_files_with_what_became_of_them(self, admin_page, source_of, take, inbox, picture):
        (inbox / "a.jpg").write_bytes(picture())
        (inbox / "evil<b>.jpg").write_bytes(b"<html>")
        source = source_of()
        take(source)
        shown = admin_page.get(f"/settings/sources/{source.pk}").content.decode()
        assert "a.jpg</a>" in shown
        assert "evil&lt;b&gt;.jpg" in shown
        assert "not a picture" in shown
        part = admin_page.get(f"/settings/sources/{source.pk}", headers={"HX-Request": "true"})
        assert b"<html" not in part.content[:200]

    def test_a_duplicate_that_one_may_not_see_stays_unnamed(
        self, admin_page, source_of, take, inbox, picture, ingest, other_brand, person
    ):
        stranger = person("stranger", "creator", brand=other_brand)
        asset = ingest(picture(), user=stranger, brand=other_brand).asset
        (inbox / "a.jpg").write_bytes(b"<html>")
        source = source_of()
        take(source)
        source.files.update(state="duplicate", reason="", asset=asset)
        shown = admin_page.get(f"/settings/sources/{source.pk}").content.decode()
        assert f"/assets/{asset.pk}" not in shown
        assert "Was there already" in shown

    def test_acts(self, admin_page, source_of):
        source = source_of()
        address = f"/settings/sources/{source.pk}/act"
        admin_page.post(address, {"action": "pause"})
        assert not Source.objects.get().active
        admin_page.post(address, {"action": "resume"})
        assert Source.objects.get().active
        admin_page.post(address, {"action": "scan"})
        assert Source.objects.get().scan_asked_at
        assert admin_page.post(address, {"action": "burn"}).status_code == 403
        admin_page.post(address, {"action": "remove"})
        assert not Source.objects.exists()

    def test_failed_ones_are_tried_again(
        self, admin_page, source_of, take, inbox, picture, settings
    ):
        settings.LOUPE_MAX_PIXELS = 1000
        (inbox / "a.jpg").write_bytes(picture())
        source = source_of(afterwards="leave")
        assert take(source)["failed"] == 1
        settings.LOUPE_MAX_PIXELS = 10_000_000
        assert take(source)["taken"] == 0
        admin_page.post(f"/settings/sources/{source.pk}/act", {"action": "retry"})
        assert take(source)["taken"] == 1

    def test_a_secret_is_shown_once(self, admin_page, brand, brand_admin):
        source = add_source(
            user=brand_admin,
            name="Drop",
            kind="s3",
            brand=brand,
            bucket="b",
            access_key="k",
            secret_key="s",
        )
        admin_page.post(f"/settings/sources/{source.pk}/act", {"action": "secret"})
        first = admin_page.get(f"/settings/sources/{source.pk}").content.decode()
        assert "Authorization: Bearer" in first
        assert (
            "Authorization: Bearer"
            not in admin_page.get(f"/settings/sources/{source.pk}").content.decode()
        )


class TestActions:
    def test_a_changed_rule_is_gone_by_for_what_was_left(
        self, source_of, take, inbox, picture, brand_admin, below
    ):
        (inbox / "a.jpg").write_bytes(picture())
        source = source_of(afterwards="leave")
        take(source)
        change_source(source=source, user=brand_admin, afterwards="move")
        answer = take(Source.objects.get())
        assert (answer["taken"], below()) == (0, ["done/a.jpg"])

    def test_loupe_s_own_folders_are_not_watched(self, source_of, settings, tmp_path):
        from django.core.exceptions import ValidationError

        settings.LOUPE_WATCH_ROOTS = [tmp_path]
        settings.MEDIA_ROOT.mkdir()
        for path in (tmp_path, settings.MEDIA_ROOT):
            with pytest.raises(ValidationError, match="its own files"):
                source_of(path=str(path))

    def test_the_history_keeps_settings_and_no_secrets(self, source_of, brand_admin):
        source = source_of()
        change_source(source=source, user=brand_admin, priority=9)
        Source.objects.update(taken=5)
        events = source.events.order_by("pgh_id")
        assert list(events.values_list("priority", flat=True)) == [5, 9]
        assert not hasattr(events.first(), "secret_key")
