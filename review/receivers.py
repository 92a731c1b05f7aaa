"""What the review room does when something happens to a version elsewhere."""

from typing import Any

from dam.models import Rendition, Version
from dam.signals import version_settled
from processing.signals import rendition_made
from review.actions.renditions import judge
from review.models import ReviewItem


def connect() -> None:
    rendition_made.connect(look_at_rendition, dispatch_uid="review_rendition_made")
    version_settled.connect(close_item, dispatch_uid="review_close_item")


def close_item(sender: type, version: Version, **more: Any) -> None:
    """Close the open item of a version that needs no decision any more.

    A person's own decision has marked its item as decided before it settles the version.
    """
    if version.settled:
        about = ReviewItem.objects.filter(version=version, purpose="")
        about.filter(state=ReviewItem.State.OPEN).update(
            state=ReviewItem.State.CLOSED, lease_holder=None, lease_until=None
        )


def look_at_rendition(sender: type, rendition: Rendition, **more: Any) -> None:
    """Ask a person about what a recipe made, or close what was asked about an earlier one."""
    judge(rendition=rendition)
