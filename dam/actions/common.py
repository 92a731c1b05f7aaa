"""What the actions share."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pghistory

from dam.models import User

_known: ContextVar[dict[str, Any] | None] = ContextVar("audit_facts", default=None)


class Conflict(Exception):
    """Somebody else has changed it meanwhile; the message says what to do."""


@contextmanager
def audited(user: User | None, reason: str = "", **more: Any) -> Iterator[None]:
    """Put who and why into the audit events of what happens inside.

    One change may be part of another: then the outer one's person and reason stand, because all
    events of a transaction share one context.
    """
    facts: dict[str, Any] = {"user": user.pk if user else None, **more}
    if reason:
        facts["reason"] = reason
    facts |= _known.get() or {}
    token = _known.set(facts)
    try:
        with pghistory.context(**facts):
            yield
    finally:
        _known.reset(token)
