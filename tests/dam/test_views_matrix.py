"""Who gets which page: every address of the library room, for every role.

Columns: nobody (not signed in), outsider (another brand), viewer, teammate (creator, not the
owner), owner, reviewer, admin. The asset is approved; `own` is in review; `binned` is in the bin.
"""

import pytest

from dam.actions.sidecars import keep_sidecar
from dam.actions.tokens import create_token
from dam.library_urls import urlpatterns
from dam.models import Collection, User

LOGIN, OK, GONE, NO, BAD, MOVED = 302, 200, 404, 403, 400, 302
ROLES = ["outsider", "viewer", "teammate", "owner", "reviewer", "admin_user"]
EVERYONE_INSIDE = dict.fromkeys(ROLES, OK) | {"outsider": GONE}
EDITORS = {
    "outsider": GONE,
    "viewer": NO,
    "teammate": NO,
    "owner": MOVED,
    "reviewer": MOVED,
    "admin_user": MOVED,
}
DECIDED = {
    "outsider": GONE,
    "viewer": GONE,
    "teammate": GONE,
    "owner": OK,
    "reviewer": OK,
    "admin_user": OK,
}
KEEPERS = dict.fromkeys(ROLES, NO) | {"outsider": GONE, "owner": MOVED, "admin_user": MOVED}
PART = {role: 204 if code == MOVED else NO for role, code in EDITORS.items()}

# name → (method, address, body, what each role gets)
CASES = {
    "asset": ("get", "/assets/{asset}", {}, EVERYONE_INSIDE),
    "asset, undecided": ("get", "/assets/{own}", {}, DECIDED),
    "asset_tag": ("post", "/assets/{asset}/tags", {"name": "sea"}, EDITORS),
    "asset_edit": ("get", "/assets/{asset}/edit", {}, EVERYONE_INSIDE),
    "asset_edit, changed": ("post", "/assets/{asset}/edit", {"title": "New"}, EDITORS),
    "asset_rights": ("get", "/assets/{asset}/rights", {}, EVERYONE_INSIDE),
    "asset_rights, changed": ("post", "/assets/{asset}/rights", {"creator": "Ada"}, EDITORS),
    "asset_history": ("get", "/assets/{asset}/history", {}, DECIDED),
    "asset_restrict": ("post", "/assets/{asset}/restrict", {}, EDITORS),
    "asset_reads": ("get", "/assets/{asset}/reads", {}, DECIDED),
    "asset_bin": ("post", "/assets/{asset}/bin", {}, EDITORS),
    "asset_unbin": (
        "post",
        "/assets/{binned}/unbin",
        {},
        {role: MOVED if code == MOVED else GONE for role, code in EDITORS.items()},
    ),
    "compare": ("get", "/assets/{asset}/compare", {}, DECIDED),
    "version_restore": (
        "post",
        "/versions/{old}/restore",
        {},
        {role: MOVED if code == MOVED else GONE for role, code in EDITORS.items()},
    ),
    "rendition": ("get", "/renditions/{current}/preview", {}, EVERYONE_INSIDE),
    "rendition, undecided": ("get", "/renditions/{own_version}/preview", {}, DECIDED),
    "original": ("get", "/originals/{current}", {}, EVERYONE_INSIDE),
    "original, undecided": ("get", "/originals/{own_version}", {}, DECIDED),
    "sidecar": ("get", "/originals/{current}/sidecar", {}, EVERYONE_INSIDE),
    "sidecar, undecided": ("get", "/originals/{own_version}/sidecar", {}, DECIDED),
    "terms": ("get", "/terms?q=s", {}, dict.fromkeys(ROLES, OK)),
    "bin": ("get", "/bin", {}, dict.fromkeys(ROLES, OK)),
    "selection_tag": ("post", "/selection/tag", {"name": "sea", "asset": "{asset}"}, PART),
    "selection_bin": ("post", "/selection/bin", {"asset": "{asset}"}, PART),
    "selection_unbin": ("post", "/selection/unbin", {"asset": "{binned}"}, PART),
    "selection_list": (
        "post",
        "/selection/list",
        {"asset": "{asset}"},
        {role: NO if code == GONE else OK for role, code in EVERYONE_INSIDE.items()},
    ),
    "selection_download": (
        "post",
        "/selection/download",
        {"asset": "{asset}"},
        {role: NO if code == GONE else OK for role, code in EVERYONE_INSIDE.items()},
    ),
    "collections": ("get", "/collections/", {}, dict.fromkeys(ROLES, OK)),
    "collection": ("get", "/collections/{collection}", {}, EVERYONE_INSIDE),
    "collection_edit": (
        "post",
        "/collections/{collection}/edit",
        {"name": "Other"},
        KEEPERS,
    ),
    "collection_items": (
        "post",
        "/collections/{collection}/items",
        {"asset": "{asset}"},
        KEEPERS,
    ),
    "brands": ("get", "/brands/", {}, dict.fromkeys(ROLES, NO) | {"admin_user": OK}),
    "brands, new": (
        "post",
        "/brands/",
        {"name": "Fresh"},
        dict.fromkeys(ROLES, NO) | {"admin_user": MOVED},
    ),
    "brand": ("get", "/brands/house", {}, dict.fromkeys(ROLES, GONE) | {"admin_user": OK}),
    "brand, changed": ("post", "/brands/house", {}, dict.fromkeys(ROLES, NO) | {"admin_user": 422}),
    "brand_preview": (
        "post",
        "/brands/house/preview",
        {},
        dict.fromkeys(ROLES, NO) | {"admin_user": OK},
    ),
    "settings": ("get", "/settings/", {}, dict.fromkeys(ROLES, OK)),
    "tokens": ("get", "/settings/tokens", {}, dict.fromkeys(ROLES, OK)),
    "tokens, new": ("post", "/settings/tokens", {}, dict.fromkeys(ROLES, BAD)),
    "token_revoke": (
        "post",
        "/settings/tokens/{token}/revoke",
        {},
        dict.fromkeys(ROLES, NO) | {"owner": MOVED, "admin_user": MOVED},
    ),
    "service_add": (
        "post",
        "/settings/services/",
        {"name": "shop", "role": "viewer"},
        dict.fromkeys(ROLES, NO) | {"admin_user": MOVED},
    ),
    "service_end": (
        "post",
        "/settings/services/{service}/end",
        {},
        dict.fromkeys(ROLES, NO) | {"admin_user": MOVED},
    ),
}


@pytest.fixture
def things(asset_factory, owner, with_files):
    """What the addresses are of, by name."""
    asset = asset_factory("Approved")
    current = with_files(asset.current_version)
    old = with_files(
        asset.versions.create(
            number=0, blob=current.blob, file_name="old.jpg", state="superseded", created_by=owner
        )
    )
    own = asset_factory("Undecided", state="in_review")
    with_files(own.current_version)
    for version in (current, own.current_version):
        keep_sidecar(version=version, data=b"<x:xmpmeta/>")
    binned = asset_factory("Binned")
    type(binned).objects.filter(pk=binned.pk).update(deleted_at="2026-01-01T00:00:00Z")
    collection = Collection.objects.create(name="Spring", owner=owner)
    collection.items.create(asset=asset, added_by=owner)
    token, _ = create_token(user=owner, name="Script", scopes=["assets:read"])
    service = User.objects.create(username="program", is_service=True)
    return {
        "asset": asset.pk,
        "current": current.pk,
        "old": old.pk,
        "own": own.pk,
        "own_version": own.current_version_id,
        "binned": binned.pk,
        "collection": collection.pk,
        "token": token.pk,
        "service": service.username,
    }


def _ask(client, case, things):
    method, address, body, _expected = CASES[case]
    values = {name: value.format(**things) for name, value in body.items()}
    return getattr(client, method)(address.format(**things), values)


def test_every_route_is_in_the_table():
    assert {pattern.name for pattern in urlpatterns} == {case.split(",")[0] for case in CASES}


@pytest.mark.parametrize("case", CASES)
def test_nobody_gets_in_unsigned(as_, things, case):
    response = _ask(as_(None), case, things)
    assert response.status_code == LOGIN
    assert response.url.startswith("/accounts/login/")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("case", CASES)
def test_each_role_gets_what_it_may(request, as_, things, case, role):
    user = request.getfixturevalue(role)
    assert _ask(as_(user), case, things).status_code == CASES[case][3][role]
