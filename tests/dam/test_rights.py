"""Rights and credit: written by people, filled from files where nobody has written."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from dam import audit
from dam.actions.library import describe
from dam.actions.rights import change_rights, take_from_file
from dam.models import Asset

RIGHTS = {
    "creator": "Ada Byron",
    "credit": "Ada Byron / House",
    "copyright_notice": "© 2026 House",
    "usage_terms": "Editorial use only.\nNo resale.",
    "rights_url": "https://example.com/licence",
}


def test_the_owner_writes_rights_and_the_history_says_so(asset_factory, owner):
    asset = asset_factory()
    change_rights(asset=asset, user=owner, **RIGHTS)
    asset.refresh_from_db()
    assert {name: getattr(asset, name) for name in RIGHTS} == RIGHTS
    (entry,) = [one for one in audit.timeline(asset) if one.what == "Changed rights and credit"]
    assert entry.who == str(owner)
    assert "Creator: “Ada Byron”" in entry.details


@pytest.mark.parametrize("who", ["viewer", "teammate", "outsider"])
def test_others_may_not(request, asset_factory, who):
    asset = asset_factory()
    with pytest.raises(PermissionDenied):
        change_rights(asset=asset, user=request.getfixturevalue(who), creator="Me")
    asset.refresh_from_db()
    assert asset.creator == ""


def test_what_is_not_named_stays(asset_factory, owner):
    asset = asset_factory()
    change_rights(asset=asset, user=owner, creator="Ada", credit="House")
    change_rights(asset=asset, user=owner, credit="")
    asset.refresh_from_db()
    assert (asset.creator, asset.credit) == ("Ada", "")


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "example.com", "https://", "ftp://example.com/x", "data:text/html,x"],
)
def test_an_address_is_one_that_a_page_may_link_to(asset_factory, owner, address):
    asset = asset_factory()
    with pytest.raises(ValidationError) as caught:
        change_rights(asset=asset, user=owner, rights_url=address, creator="Ada")
    assert list(caught.value.message_dict) == ["rights_url"]
    asset.refresh_from_db()
    assert asset.creator == ""


def test_too_long_a_value_is_told_and_not_cut(asset_factory, owner):
    with pytest.raises(ValidationError) as caught:
        change_rights(asset=asset_factory(), user=owner, creator="x" * 301)
    assert "300" in caught.value.message_dict["creator"][0]


def test_line_breaks_and_controls_cannot_begin_anything(asset_factory, owner):
    asset = asset_factory()
    change_rights(
        asset=asset,
        user=owner,
        creator="Ada\r\nSet-Cookie: a=b\0\u202e",
        usage_terms="One\r\nTwo\x1b[31m",
    )
    asset.refresh_from_db()
    assert asset.creator == "Ada Set-Cookie: a=b"
    assert asset.usage_terms == "One\nTwo[31m"


def test_a_file_fills_only_what_nobody_has_written(asset_factory, owner):
    asset = asset_factory("My own title", file_name="img_1.jpg")
    change_rights(asset=asset, user=owner, creator="Ada Byron")
    said = {"title": "From file", "creator": "Eve", "credit": "Agency", "rights_url": "nonsense"}
    take_from_file(version=asset.current_version, said=said)
    asset.refresh_from_db()
    assert (asset.title, asset.creator) == ("My own title", "Ada Byron")
    assert (asset.credit, asset.rights_url) == ("Agency", "")


@pytest.mark.django_db(transaction=True)
def test_the_history_says_what_came_from_the_file(asset_factory):
    asset = asset_factory()
    take_from_file(version=asset.current_version, said={"credit": "Agency"})
    newest = audit.timeline(asset)[0]
    assert (newest.who, newest.why) == ("Loupe", "Taken from the file")


def test_a_title_made_from_the_name_gives_way(asset_factory):
    asset = asset_factory("Img 1", file_name="img_1.jpg")
    take_from_file(version=asset.current_version, said={"title": "Harbour at dawn"})
    assert Asset.objects.get(pk=asset.pk).title == "Harbour at dawn"


def test_what_is_too_long_in_a_file_is_cut(asset_factory):
    asset = asset_factory()
    take_from_file(version=asset.current_version, said={"creator": "x" * 5000})
    assert len(Asset.objects.get(pk=asset.pk).creator) == 300


def test_what_a_person_cleared_is_not_filled_again(asset_factory, owner):
    asset = asset_factory()
    said = {"creator": "Camera owner", "credit": "Agency", "description": "A harbour"}
    take_from_file(version=asset.current_version, said=said)
    change_rights(asset=asset, user=owner, creator="", credit="Agency")
    asset.refresh_from_db()
    describe(asset=asset, user=owner, title=asset.title, description="")
    take_from_file(version=asset.current_version, said=said | {"usage_terms": "Editorial"})
    asset.refresh_from_db()
    assert (asset.creator, asset.description) == ("", "")
    assert asset.usage_terms == "Editorial"  # nobody decided about it
    assert asset.decided_fields == ["creator", "description"]  # nor did they of the credit


def test_a_title_that_a_person_gave_back_its_first_words_stays(asset_factory, owner):
    asset = asset_factory(file_name="dsc_0001.jpg")
    describe(asset=asset, user=owner, title="Harbour", description="")
    describe(asset=asset, user=owner, title="Dsc 0001", description="")
    take_from_file(version=asset.current_version, said={"title": "From the file"})
    asset.refresh_from_db()
    assert asset.title == "Dsc 0001"


def test_the_panel_shows_and_changes_it_in_place(as_, owner, asset_factory):
    asset, client, part = asset_factory(), as_(owner), {"HX-Request": "true"}
    address = f"/assets/{asset.pk}/rights"
    form = client.get(address, headers=part).content.decode()
    assert all(f'name="{name}"' in form for name in RIGHTS)
    shown = client.post(address, RIGHTS, headers=part).content.decode()
    assert "<form" not in shown
    assert 'href="https://example.com/licence"' in shown
    assert "No resale." in client.get(f"/assets/{asset.pk}").content.decode()


def test_a_refused_value_keeps_what_was_typed(as_, owner, asset_factory):
    asset = asset_factory()
    typed = RIGHTS | {"rights_url": "javascript:alert(1)"}
    answer = as_(owner).post(f"/assets/{asset.pk}/rights", typed, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "This is not a web address" in text
    assert 'value="Ada Byron"' in text
    assert 'href="javascript' not in text
    asset.refresh_from_db()
    assert asset.creator == ""


def test_markup_stays_text(as_, owner, asset_factory):
    asset = asset_factory()
    nasty = '"><script>alert(1)</script>'
    values = dict.fromkeys(["creator", "credit", "copyright_notice", "usage_terms"], nasty)
    change_rights(asset=asset, user=owner, **values)
    asset.current_version.metadata = {
        "people": [nasty],
        "city": nasty,
        "headline": nasty,
        "instructions": nasty,
        "label": nasty,
        "problems": [nasty],
    }
    asset.current_version.save()
    for address in (f"/assets/{asset.pk}", f"/assets/{asset.pk}/rights"):
        text = as_(owner).get(address).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text
