"""How fast a person may begin uploads, and how often they may ask about those that run."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request

from dam.api.access import PerMinute

ASKED_PER_UPLOAD = 5  # requests that an upload may take on an average


class UploadsPerMinute(PerMinute):
    """Uploads are counted by themselves: a folder of small files is more than a page ever asks."""

    def counted(self, request: Request, view: Any) -> tuple[str, int]:
        most = settings.LOUPE_UPLOADS_PER_MINUTE
        if request.method == "POST":
            return f"begins-{request.user.pk}", most
        return f"uploads-{request.user.pk}", most * ASKED_PER_UPLOAD
