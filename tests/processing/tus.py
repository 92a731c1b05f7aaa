"""A small tus client for tests, on Django's own."""

import base64
import hashlib
from collections.abc import Callable

from django.test import Client

ROOT = "/api/v1/uploads/tus/"
BODY = "application/offset+octet-stream"


def encoded(**fields: str) -> str:
    pairs = (f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in fields.items())
    return ",".join(pairs)


def checksum(data: bytes, algorithm: str = "sha1") -> str:
    digest = hashlib.new(algorithm, data).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"


class Tus:
    """One person's requests; each method returns the answer as it is."""

    def __init__(self, user, **options) -> None:
        self.client = Client(**options)
        self.client.force_login(user)

    def ask(self, method: str, path: str, body: bytes = b"", **headers):
        names = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        names = {"Tus-Resumable": "1.0.0"} | names
        kind = names.pop("Content-Type", BODY)
        # Django names no type where there are no bytes; clients do.
        return self.client.generic(method, path, body, headers=names, CONTENT_TYPE=kind)

    def create(self, length: int | None, body: bytes = b"", *, fields=None, **headers):
        if length is not None:
            headers["Upload_Length"] = length
        if fields is not None:
            headers["Upload_Metadata"] = encoded(**fields)
        return self.ask("POST", ROOT, body, **headers)

    def begin(self, length: int | None, name: str = "sea.jpg", **more) -> str:
        answer = self.create(length, fields={"filename": name}, **more)
        assert answer.status_code == 201, answer.content
        return answer["Location"]

    def patch(self, place: str, offset: int, body: bytes, **headers):
        return self.ask("PATCH", place, body, Upload_Offset=offset, **headers)

    def offset(self, place: str) -> int:
        return int(self.ask("HEAD", place)["Upload-Offset"])

    def state(self, place: str) -> dict:
        return self.client.get(place).json()


Clients = Callable[..., Tus]
