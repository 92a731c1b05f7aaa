"""What the review room does when something happens to a version elsewhere."""

from typing import Any

from dam.models import Version
from dam.signals import version_settled
from review.models import ReviewItem


def connect() -> None:
    version_settled.connect(close_item, dispatch_uid="review_close_item")


def close_item(sender: type, version: Version, **more: Any) -> None:
    """Close the open item of a version that needs no decision any more.

    A person's own decision has marked its item as decided before it settles the version.
    """
    if version.settled:
        ReviewItem.objects.filter(version=version, state=ReviewItem.State.OPEN).update(
            state=ReviewItem.State.CLOSED, lease_holder=None, lease_until=None
        )
