"""What ingest makes of a file's name, and of bytes that the library has already."""

import pytest

from dam.actions.brands import change_rules, create_brand
from dam.models import Asset, Blob, Membership, Relation, Version

RULE = r"{brand}_{sku:[A-Z]{3}\d{4}}_v{version:02}"


@pytest.fixture
def ingest(ingest, picture):
    """Bring in a picture that no other call brings."""
    seeds = iter(range(10_000, 20_000))

    def bring(data=None, name="picture.jpg", **more):
        return ingest(data or picture((400, 300), seed=next(seeds)), name, **more)

    return bring


@pytest.fixture
def ruled(brand, admin_user):
    def give(**rules):
        change_rules(brand=brand, user=admin_user, rules={"name_pattern": RULE, **rules})

    return give


def test_fields_are_kept_on_the_version(ruled, ingest):
    ruled()
    made = ingest(name="ACME_ABC1234_v02.jpg").version
    assert made.name_fields == {"brand": "ACME", "sku": "ABC1234", "version": 2, "ext": "jpg"}
    assert ingest(name="holiday.jpg").version.name_fields == {}


def test_the_next_version_by_name_is_related(ruled, ingest):
    ruled()
    first = ingest(name="ACME_ABC1234_v01.jpg").asset
    second = ingest(name="ACME_ABC1234_v02.jpg").asset
    ingest(name="ACME_ZZZ1234_v02.jpg")
    link = Relation.objects.get()
    assert (link.source, link.target, link.kind) == (second, first, "next_of")
    assert Asset.objects.count() == 3


def test_it_becomes_a_version_where_the_brand_says_so(ruled, ingest, teammate, reviewer):
    ruled(next_version_by_name=True)
    first = ingest(name="ACME_ABC1234_v01.jpg").asset
    second = ingest(name="ACME_ABC1234_v03.jpg")
    assert second.asset == first
    assert second.version.number == 2
    older = ingest(name="ACME_ABC1234_v00.jpg")
    assert older.asset != first
    # Who may not add a version to it makes an asset of their own.
    theirs = ingest(name="ACME_ABC1234_v04.jpg", user=teammate)
    assert theirs.asset != first
    assert ingest(name="ACME_ABC1234_v05.jpg", user=reviewer).version.number == 2


def test_the_same_bytes_in_two_brands_are_two_assets_and_one_original(
    ingest, picture, admin_user, owner, teammate
):
    data = picture(seed=5)
    first = ingest(data, "a.jpg")
    other = create_brand(user=admin_user, name="Elsewhere")
    Membership.objects.create(user=teammate, brand=other, role="creator")
    again = ingest(data, "b.jpg", user=teammate, brand=other)
    assert again.outcome == "ingested"
    assert again.asset != first.asset
    assert Blob.objects.count() == 1
    assert Version.objects.filter(blob=Blob.objects.get()).count() == 2
    # Within a brand they are a duplicate.
    assert ingest(data, "c.jpg", user=teammate).outcome == "duplicate"
    assert ingest(data, "d.jpg", user=teammate, brand=other).asset == again.asset
