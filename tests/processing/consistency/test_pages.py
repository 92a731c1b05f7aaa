"""The pages: what a set shows to whom, and what is changed there."""

import pytest
from django.urls import reverse
from django.utils import timezone

from dam.models import Asset
from processing.consistency import actions, running
from processing.consistency.chart import chart
from processing.models import ReferenceSet

pytestmark = pytest.mark.django_db
ADDRESS = "/consistency/house/product"


@pytest.fixture
def admin_page(client, admin_user):
    client.force_login(admin_user)
    return client


def act(client, **values):
    return client.post(f"{ADDRESS}/act", values, follow=True).content.decode()


def test_a_set_says_why_a_picture_is_off(admin_page, reference, product):
    product("Fine")
    product("Night", stops=-1.5)
    running.run(reference)
    page = admin_page.get(ADDRESS).content.decode()
    assert "Its subject is 2.0 stops darker than the reference&#x27;s." in page
    assert "Night" in page
    assert "Fine" not in page.split('id="worst"')[1], "nothing is off about it"
    part = admin_page.get(f"{ADDRESS}/worst?aspect=colour", headers={"HX-Request": "true"})
    assert "No picture is off here." in part.content.decode()
    assert admin_page.get(f"{ADDRESS}/worst?aspect=taste").status_code == 404


def test_pictures_that_one_may_not_see_stay_unseen(client, viewer, reference, product):
    product("Night", stops=-1.5)
    Asset.objects.filter(title__in=["Night", "Model 0"]).update(restricted=True)
    running.run(reference)
    client.force_login(viewer)
    page = client.get(ADDRESS).content.decode()
    assert "Night" not in page
    assert "Model 0" not in page
    assert "A picture that you may not see" in page
    assert "Measure now" not in page


def test_what_was_put_elsewhere_counts_no_more(admin_page, reference, product):
    product()
    Asset.objects.filter(title="Model 0").update(category="event")
    Asset.objects.filter(title="Model 1").update(deleted_at=timezone.now())
    page = admin_page.get(ADDRESS).content.decode()
    assert page.count("does not count") == 2
    assert "needs 3 measured pictures; this one has 2." not in page, "it is asked for: wait"
    ReferenceSet.objects.update(asked_at=None)
    page = admin_page.get(ADDRESS).content.decode()
    assert "needs 3 measured pictures; this one has 2." in page


def test_an_empty_set_says_what_it_lacks(admin_page, brand, admin_user):
    actions.set_of(brand=brand, category="product", user=admin_user)
    page = admin_page.get(ADDRESS).content.decode()
    assert "A reference needs 3 measured pictures; this one has 0." in page
    assert "No reference yet" not in admin_page.get(reverse("consistency")).content.decode()


def test_pictures_are_added_from_a_selection(admin_page, product, other_brand):
    chosen = [product(f"Chosen {n}").pk for n in range(2)] + [product(category="event").pk]
    response = admin_page.post("/consistency/pictures", {"asset": chosen})
    assert response.status_code == 204
    assert "3 pictures are references" in response.headers["HX-Trigger"]
    assert {of.category: of.pictures.count() for of in ReferenceSet.objects.all()} == {
        "product": 2,
        "event": 1,
    }
    plain = product("Plain", category="")
    response = admin_page.post("/consistency/pictures", {"asset": [*chosen, plain.pk]})
    assert response.status_code == 400
    assert "“Plain” has no category yet" in response.content.decode()


def test_what_is_changed_on_the_page(admin_page, reference):
    assert "That holds from the next run on." in act(
        admin_page, action="rules", floor="80", fall="5", newest="0"
    )
    reference.refresh_from_db()
    assert (reference.floor, reference.fall, reference.newest) == (80, 5, 0)
    assert "is no number" in act(admin_page, action="rules", floor="high", fall="5", newest="0")
    assert "is no number" in act(admin_page, action="rules", floor=".nan", fall="5", newest="0")
    assert "less than or equal to 100" in act(
        admin_page, action="rules", floor="101", fall="5", newest="0"
    )
    own = reference.pictures.first().version.asset_id
    assert "no longer in the reference" in act(admin_page, action="remove", asset=own)
    assert reference.pictures.count() == 3
    assert "locked to 0.8" in act(admin_page, action="lock", name="fill", value="0.8")
    assert "fill" in admin_page.get(f"{ADDRESS}/variables").content.decode()
    assert "no longer locked" in act(admin_page, action="unlock", name="fill")
    assert admin_page.post(f"{ADDRESS}/act", {"action": "explode"}).status_code == 400
    act(admin_page, action="forget")
    assert not ReferenceSet.objects.exists()
    assert Asset.objects.filter(title="Model 1").exists()


def test_the_form_that_renders_shows_what_is_locked(admin_page, reference, admin_user):
    actions.lock(reference=reference, name="fill", value=0.7, user=admin_user)
    asset = reference.pictures.first().version.asset
    address = reverse("render_form", args=[asset.pk]) + "?recipe=marketplace-main"
    page = admin_page.get(address).content.decode()
    assert "Locked for House, Product by admin." in page
    assert 'value="0.7" disabled' in page
    assert "was-fill" not in page
    assert "was-size" in page, "the others can be changed"


def test_a_chart_stands_where_runs_were_in_time(reference):
    from datetime import UTC, datetime

    days = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 11)]
    found = chart(days, [100.0, 50.0, 75.0], floor=70.0)
    assert found.line == "0.0,0.0 100.0,50.0 1000.0,25.0"
    assert found.floor == 30.0
    assert chart(days[:1], [90.0]) is None
