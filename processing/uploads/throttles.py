"""How fast a person may begin uploads, and how often they may ask about those that run."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from rest_framework import status
from rest_framework.request import Request

from dam.api.access import PerMinute
from dam.models import User
from processing.uploads.refusals import Refusal

ASKED_PER_UPLOAD = 5  # requests that an upload may take on an average


class UploadsPerMinute(PerMinute):
    """Uploads are counted by themselves: a folder of small files is more than a page ever asks."""

    def counted(self, request: Request, view: Any) -> list[tuple[str, int]]:
        if not request.user.is_authenticated:
            return super().counted(request, view)
        most = settings.LOUPE_UPLOADS_PER_MINUTE
        if request.method == "POST":
            return [(f"begins-{request.user.pk}", most)]
        return [(f"uploads-{request.user.pk}", most * ASKED_PER_UPLOAD)]


_sending: Counter[int] = Counter()
_counting = threading.Lock()


@contextmanager
def sending(user: User) -> Iterator[None]:
    """Count a request whose body is being read: each takes a thread of the web server meanwhile.

    Raises Refusal (429) for more than a third of them, so that no one person can take them all.
    """
    most = max(2, settings.LOUPE_WEB_THREADS // 3)
    with _counting:
        if _sending[user.pk] >= most:
            raise Refusal(
                status.HTTP_429_TOO_MANY_REQUESTS,
                f"You are sending {most} files at the same time. Send the others after them.",
                Retry_After="2",
            )
        _sending[user.pk] += 1
    try:
        yield
    finally:
        with _counting:
            _sending[user.pk] -= 1
