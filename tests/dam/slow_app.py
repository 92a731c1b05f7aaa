"""A small application behind dam.slowness: it reads what is sent, and may take long."""

import time

from dam.slowness import InTime, Patience


def _reads(environ, start_response):
    asked = environ["PATH_INFO"]
    if asked == "/works":
        time.sleep(float(environ["QUERY_STRING"]))
    got, left = 0, int(environ.get("CONTENT_LENGTH") or 0)
    try:
        while left and (piece := environ["wsgi.input"].read(min(left, 65536))):
            got, left = got + len(piece), left - len(piece)
    except OSError:  # as Django does
        asked = "broken"
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{asked} {got}".encode()]


application = InTime(
    _reads, Patience(seconds=2, rate=10_000, longest=30, threads=8), elsewhere="/elsewhere/"
)
