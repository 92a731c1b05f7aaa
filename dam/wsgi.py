"""The WSGI entry point that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from dam.sockets import watch_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dam.settings")
watch_connections()
application = get_wsgi_application()
