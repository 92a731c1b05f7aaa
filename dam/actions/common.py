"""What the actions share."""

from contextlib import AbstractContextManager
from typing import Any

import pghistory

from dam.models import User


class Conflict(Exception):
    """Somebody else has changed it meanwhile; the message says what to do."""


def audited(user: User | None, reason: str = "", **more: Any) -> AbstractContextManager:
    """Put who and why into the audit events of what happens inside."""
    facts = {"user": user.pk if user else None, **more}
    if reason:
        facts["reason"] = reason
    return pghistory.context(**facts)
