"""Who may change a reference, what does not fit into one, and settings that are locked."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from dam.models import Asset, Membership
from processing.consistency import actions
from processing.errors import InputError
from processing.models import Provenance, ReferenceSet
from processing.recipebook.actions import create_recipe
from processing.recipebook.lookup import load
from processing.recipes.reading import read
from processing.rendering.actions import render

pytestmark = pytest.mark.django_db

FILLED = """\
recipe: filled
variables: {wide: 64}
steps:
  - resize: {width: $wide}
outputs:
  main: {export: {format: jpeg}}
"""
OTHER_TYPE = """\
recipe: filled
variables: {wide: "#ffffff"}
steps:
  - pad: {aspect: "1:1", background: $wide}
outputs:
  main: {export: {format: jpeg}}
"""


@pytest.mark.parametrize("role", ["viewer", "creator", "reviewer"])
def test_only_admins_of_the_brand_change_it(reference, product, person, role):
    somebody, new = person("somebody", role), product()
    wishes = [
        lambda: actions.set_of(brand=reference.brand, category="event", user=somebody),
        lambda: actions.add_pictures(
            reference=reference, versions=[new.current_version], user=somebody
        ),
        lambda: actions.remove_pictures(reference=reference, assets=[new.pk], user=somebody),
        lambda: actions.change_set(reference=reference, user=somebody, floor=1.0),
        lambda: actions.remove_set(reference=reference, user=somebody),
        lambda: actions.ask_run(reference=reference, user=somebody),
        lambda: actions.lock(reference=reference, name="wide", value=3, user=somebody),
        lambda: actions.unlock(reference=reference, name="wide", user=somebody),
    ]
    for wish in wishes:
        with pytest.raises(PermissionDenied):
            wish()
    Membership.objects.filter(user=somebody).update(role="admin")
    somebody = type(somebody).objects.get(pk=somebody.pk)
    actions.change_set(reference=reference, user=somebody, floor=1.0)
    assert ReferenceSet.objects.get().floor == 1.0


def test_what_does_not_fit_is_refused_in_words(reference, product, other_brand, admin_user):
    good = product("Good")
    for wrong, words in (
        (product("Foreign", brand=other_brand), "another brand"),
        (product("Face", category="portrait"), "is Portrait, and this set is Product"),
        (product("Unknown", category=""), "without a category"),
        (product("Bad", state="rejected"), "no picture that is processed"),
        (product("Raw", state="processing"), "no picture that is processed"),
    ):
        with pytest.raises(ValidationError, match=words):
            actions.add_pictures(
                reference=reference,
                versions=[good.current_version, wrong.current_version],
                user=admin_user,
            )
    assert not reference.pictures.filter(version__asset=good).exists(), "all of them, or none"


def test_a_later_version_takes_the_place_of_an_earlier(reference, admin_user):
    asset = Asset.objects.get(title="Model 0")
    first = asset.current_version
    later = asset.versions.create(
        number=2, blob=first.blob, file_name="b.jpg", state="approved", created_by=admin_user
    )
    assert actions.add_pictures(reference=reference, versions=[later], user=admin_user) == 1
    assert reference.pictures.get(version__asset=asset).version == later
    assert actions.add_pictures(reference=reference, versions=[later], user=admin_user) == 0
    assert actions.remove_pictures(reference=reference, assets=[asset.pk], user=admin_user) == 1
    assert reference.pictures.count() == 3


def test_thresholds_have_their_range(reference, admin_user):
    with pytest.raises(ValidationError):
        actions.change_set(reference=reference, user=admin_user, floor=101.0)
    assert ReferenceSet.objects.get().floor == 70.0


class TestLocks:
    @pytest.fixture
    def recipe(self, admin_user, brand):
        return create_recipe(user=admin_user, text=FILLED, brand=brand).version.recipe

    @pytest.fixture
    def version(self, ingest, picture):
        made = ingest(picture((160, 120)), "chair.jpg").version
        Asset.objects.filter(pk=made.asset_id).update(category="product")
        made.asset.refresh_from_db()
        return made

    def width(self, version, user, **variables):
        recipe = read(FILLED, variables=variables)
        return render(version=version, recipe=recipe, user=user)[0].rendition

    def test_recipes_take_the_locked_value_and_say_so(
        self, reference, recipe, version, owner, admin_user
    ):
        assert self.width(version, owner).width == 64
        actions.lock(reference=reference, name="wide", value=48, user=admin_user)
        made = self.width(version, owner)
        assert made.width == 48
        how = Provenance.objects.get(rendition=made)
        assert how.variables == {"wide": 48}
        (locked,) = how.locked
        assert (locked["name"], locked["value"], locked["by"]) == ("wide", 48, "admin")
        Asset.objects.filter(pk=version.asset_id).update(category="event")
        version.asset.refresh_from_db()
        other = self.width(version, owner)
        assert other.width == 64
        assert Provenance.objects.get(rendition=other).locked == []

    def test_another_value_is_refused_in_words(self, reference, recipe, version, owner, admin_user):
        actions.lock(reference=reference, name="wide", value=48, user=admin_user)
        with pytest.raises(InputError, match=r"“wide” is locked to 48 for .*Product by admin"):
            self.width(version, owner, wide=50)
        assert self.width(version, owner, wide="48").width == 48, "the same, as a text"
        actions.unlock(reference=reference, name="wide", user=admin_user)
        assert self.width(version, owner, wide=50).width == 50

    def test_only_what_recipes_take_can_be_locked(self, reference, recipe, admin_user):
        with pytest.raises(ValidationError, match=r"No recipe of this brand .* “wider”"):
            actions.lock(reference=reference, name="wider", value=48, user=admin_user)
        with pytest.raises(ValidationError, match="does not take it"):
            actions.lock(reference=reference, name="wide", value="broad", user=admin_user)
        with pytest.raises(ValidationError, match="does not take it"):
            actions.lock(reference=reference, name="wide", value=-4, user=admin_user)
        made = actions.lock(reference=reference, name="wide", value="48", user=admin_user)
        assert made.value == 48, "as the variable has it"

    def test_a_lock_that_no_longer_fits_is_told(
        self, reference, recipe, version, owner, admin_user
    ):
        actions.lock(reference=reference, name="wide", value=48, user=admin_user)
        with pytest.raises(InputError, match="does not take what “wide” is locked to"):
            render(version=version, recipe=read(OTHER_TYPE), user=owner)

    def test_a_stored_recipe_is_read_again_with_what_it_includes(self, admin_user, brand, recipe):
        text = "recipe: outer\ninclude: [filled]\noutputs: {main: {export: jpeg}}\n"
        outer = load(create_recipe(user=admin_user, text=text, brand=brand).version.recipe)
        assert outer.again({"wide": 32}).steps[0].operator.width == 32
        assert outer.again({}).digest() == outer.digest()
