"""The ingest step "route"."""

from collections.abc import Sequence

from dam.models import Version
from review.actions import route


def run(versions: Sequence[Version]) -> None:
    for version in versions:
        route(version=version)
