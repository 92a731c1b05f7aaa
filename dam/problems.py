"""The form of every error that a program gets: problem JSON (RFC 9457)."""

from http import HTTPStatus
from typing import Any

MEDIA_TYPE = "application/problem+json"
# Not of HTTP: the answer of the tus protocol to bytes that were altered on their way.
OTHER_TITLES = {460: "Checksum Mismatch"}


def problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """Return the body of an error: `title` names the kind, `detail` is a sentence for a person."""
    title = OTHER_TITLES.get(status) or HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
