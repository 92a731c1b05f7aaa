"""Pictures that wait for a person."""

from collections.abc import Callable

import pytest


@pytest.fixture(autouse=True)
def _bare_vocabulary(db) -> None:
    """These tests bring their own few words."""
    from dam.models import Term

    Term.objects.all().delete()


@pytest.fixture(autouse=True)
def _exacting_bar(monkeypatch) -> None:
    """A few pictures are no library: let the bar be one that doubts something."""
    from review.bar import Bar

    monkeypatch.setattr("review.bar.FIRST", Bar(0.5, 1.0))


@pytest.fixture
def waiting(asset_factory) -> Callable:
    """Make a version in review with its open item, one finding and some suggested tags."""

    def make(*, suggest: dict[str, float] | None = None, **fields):
        from dam.models import TagAssignment, Term
        from review.models import Finding, ReviewItem

        asset = asset_factory(state="in_review", **fields)
        item = ReviewItem.objects.create(version=asset.current_version)
        Finding.objects.create(
            item=item, code="blurred", sentence="It is blurred: sharpness 0.04, 0.10 is asked for."
        )
        for name, confidence in (suggest or {}).items():
            term, _ = Term.objects.get_or_create(facet="object", name=name)
            TagAssignment.objects.create(
                asset=asset,
                term=term,
                version=asset.current_version,
                source="model",
                state="suggested",
                model="test",
                raw_score=confidence,
                confidence=confidence,
            )
        return item

    return make


@pytest.fixture
def tag_state() -> Callable:
    """Say what state a term has on an item's asset; None where it has none."""

    def state(item, name: str) -> str | None:
        rows = item.version.asset.tags.filter(term__name=name)
        return rows.values_list("state", flat=True).first()

    return state


@pytest.fixture
def term_id() -> Callable:
    def find(name: str) -> int:
        from dam.models import Term

        return Term.objects.get(name=name).pk

    return find
