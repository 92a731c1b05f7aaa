"""The WSGI entry point that granian serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from dam.lane import Lane
from dam.slowness import InTime, Patience
from dam.sockets import watch_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dam.settings")
watch_connections()
application = InTime(
    Lane(get_wsgi_application(), prefixes=("/i/", "/iiif/"), width=3),
    Patience(
        seconds=settings.LOUPE_BODY_SECONDS,
        rate=settings.LOUPE_BODY_RATE,
        longest=settings.LOUPE_BODY_LONGEST,
        threads=settings.LOUPE_WEB_THREADS,
    ),
    elsewhere="/api/v1/uploads/tus/",  # processing/uploads/body.py
)
