"""Relations: who may make them, what holds of them, and what they refuse."""

import pytest
from django.core.exceptions import PermissionDenied

from dam.actions.relations import relate, unrelate
from dam.models import Relation

Kind = Relation.Kind


def test_a_link_is_made_once(asset_factory, owner):
    one, two = asset_factory(), asset_factory()
    first = relate(source=two, target=one, kind=Kind.VARIANT_OF, user=owner)
    assert relate(source=two, target=one, kind=Kind.VARIANT_OF, user=owner) == first
    assert Relation.objects.count() == 1
    assert first.created_by == owner


def test_a_symmetric_link_is_the_same_either_way(asset_factory, owner):
    one, two = asset_factory(), asset_factory()
    first = relate(source=two, target=one, kind=Kind.NEAR_DUPLICATE, user=owner)
    assert relate(source=one, target=two, kind=Kind.NEAR_DUPLICATE, user=owner) == first
    assert first.source == one


def test_no_circles_where_there_is_a_direction(asset_factory, owner):
    a, b, c = asset_factory(), asset_factory(), asset_factory()
    relate(source=b, target=a, kind=Kind.VARIANT_OF, user=owner)
    relate(source=c, target=b, kind=Kind.VARIANT_OF, user=owner)
    with pytest.raises(ValueError, match="circle"):
        relate(source=a, target=c, kind=Kind.VARIANT_OF, user=owner)
    relate(source=a, target=c, kind=Kind.NEXT_OF, user=owner)  # another kind is another graph


def test_what_is_refused(asset_factory, owner, teammate, viewer, outsider):
    one, two = asset_factory(), asset_factory()
    with pytest.raises(ValueError, match="itself"):
        relate(source=one, target=one, kind=Kind.VARIANT_OF, user=owner)
    with pytest.raises(ValueError, match="no such"):
        relate(source=one, target=two, kind="cousin_of", user=owner)
    for person in (teammate, viewer, outsider):
        with pytest.raises(PermissionDenied):
            relate(source=one, target=two, kind=Kind.VARIANT_OF, user=person)
    hidden = asset_factory(state="in_review", user=teammate)
    with pytest.raises(PermissionDenied):
        relate(source=one, target=hidden, kind=Kind.VARIANT_OF, user=owner)
    assert not Relation.objects.exists()


def test_letting_go(asset_factory, owner, teammate):
    one, two = asset_factory(), asset_factory(user=teammate)
    link = relate(source=one, target=two, kind=Kind.VARIANT_OF, user=owner)
    with pytest.raises(PermissionDenied):
        unrelate(relation=link, user=teammate)
    unrelate(relation=link, user=owner)
    assert not Relation.objects.exists()
    both = relate(source=one, target=two, kind=Kind.NEAR_DUPLICATE, user=owner)
    unrelate(relation=both, user=teammate)  # of a symmetric one, either end
    assert not Relation.objects.exists()
