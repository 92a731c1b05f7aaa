"""The brands' pages: rules are changed version by version, after one has seen what they do."""

import pytest

from dam.actions.rights import change_rights
from dam.forms import RulesForm
from dam.models import BrandProfile
from dam.models.brand import COLOUR_SPACES, PICTURE_FORMATS

RULES = {
    "palette": "#d33 #0b3d91",
    "palette_tolerance": "0.15",
    "min_width": "1000",
    "min_height": "600",
    "colour_spaces": COLOUR_SPACES,
    "formats": ["JPEG", "PNG"],
    "strip_gps": "on",
    "embed_metadata": "rights",
    "auto_accept": "0.9",
    "drop": "0.3",
    "note": "Sharper",
}


def test_rules_are_saved_as_the_next_version(as_, admin_user, brand):
    response = as_(admin_user).post("/brands/house", RULES)
    assert response.status_code == 302
    rules = brand.rules
    assert (rules.number, rules.note, rules.created_by) == (2, "Sharper", admin_user)
    assert rules.palette == ["#dd3333", "#0b3d91"]
    assert (rules.min_width, rules.formats) == (1000, ["JPEG", "PNG"])
    page = as_(admin_user).get("/brands/house").content.decode()
    assert "Least width: 320 → 1000" in page
    assert "Written into downloads: all → rights" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"palette": "#d33 teal"}, "is not a colour"),
        ({"drop": "0.95"}, "must not lie above"),
        ({"formats": []}, "This field is required"),
        ({"embed_metadata": "some"}, "some is not one of the available choices"),
        ({"min_width": "-3"}, "greater than or equal to 0"),
        ({"palette": " ".join(f"#0000{n:02x}" for n in range(30))}, "up to 24 colours"),
    ],
)
def test_rules_that_cannot_be_are_refused_with_a_sentence(as_, admin_user, brand, change, words):
    response = as_(admin_user).post("/brands/house", RULES | change)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert brand.rules.number == 1


def test_the_preview_changes_nothing(as_, admin_user, brand, asset_factory):
    asset_factory(width=800, height=600)
    asset_factory(width=2000, height=1500)
    text = as_(admin_user).post("/brands/house/preview", RULES).content.decode()
    assert "of 2 pictures comply" in text
    assert "Smaller than 1000 × 600 pixels" in text
    assert "2 by the rules in force" in text
    assert brand.rules.number == 1


def test_the_preview_names_what_is_wrong_in_the_form(as_, admin_user, brand):
    text = as_(admin_user).post("/brands/house/preview", RULES | {"palette": "x"}).content.decode()
    assert "is not a colour" in text


def test_an_admin_of_one_brand_sees_that_one(as_, person, brand, other_brand):
    keeper = person("keeper", "admin", brand=other_brand)
    page = as_(keeper).get("/brands/").content.decode()
    assert "Other" in page
    assert "House" not in page
    assert "New brand" not in page
    assert as_(keeper).post("/brands/", {"name": "Third"}).status_code == 403
    assert as_(keeper).post("/brands/house", RULES).status_code == 403
    assert as_(keeper).post("/brands/other", RULES).status_code == 302


def test_a_brand_is_made_with_first_rules(as_, admin_user):
    response = as_(admin_user).post("/brands/", {"name": "North Light"})
    assert response.url == "/brands/north-light"
    assert BrandProfile.objects.get(slug="north-light").rules.number == 1


def test_the_form_shows_the_rules_that_it_would_save(brand):
    form = RulesForm.of(brand.rules)
    assert form["formats"].value() == PICTURE_FORMATS
    assert form.swatches() == []
    assert form["auto_accept"].value() == brand.rules.auto_accept


@pytest.mark.parametrize(
    ("rule", "said", "unsaid"),
    [
        ("all", ["Ada Byron", "Harbour &lt;b&gt;", "Position"], []),
        ("rights", ["Ada Byron"], ["Position", "Graz"]),
        ("none", ["Nothing: the file is the picture"], ["Ada Byron"]),
    ],
)
def test_the_preview_says_what_a_download_would_carry(
    as_, admin_user, owner, asset_factory, rule, said, unsaid
):
    place = {"gps": [47.07, 15.44], "city": "Graz"}
    asset = asset_factory("Harbour <b>", metadata=place)
    change_rights(asset=asset, user=owner, creator="Ada Byron")
    rules = {name: value for name, value in RULES.items() if name != "strip_gps"}
    page = as_(admin_user).post("/brands/house/preview", rules | {"embed_metadata": rule})
    text = page.content.decode()
    written = text[text.index("What a download would say") :]
    assert all(words in written for words in said)
    assert not any(words in written for words in unsaid)
    hidden = as_(admin_user).post("/brands/house/preview", RULES | {"embed_metadata": "all"})
    assert "Graz" not in hidden.content.decode()
