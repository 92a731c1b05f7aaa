"""A client that was made from the served description uploads, searches and approves: against a
running Loupe with a worker, and with nothing of ours in between.
"""

import importlib
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from tests.homes import Home

pytestmark = pytest.mark.faults
CONFIG = Path(__file__).parent / "client.yml"
WAIT = 180
PEOPLE = """
from dam.actions import people, tokens
from dam.actions.brands import default_brand
from dam.scopes import Scope
person = people.create_person(
    username="reviewer", password="x", role="reviewer", brand=default_brand()
)
print("TOKEN" + tokens.create_token(user=person, name="Client", scopes=Scope.values)[1])
"""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def running(home: Home):
    """A Loupe with one worker; its address and a reviewer's token."""
    port = _free_port()
    home.env |= {"LOUPE_PORT": str(port), "LOUPE_WORKERS": "1", "LOUPE_ENCODER": "fake-v1"}
    token = home.run("shell", "-v0", "-c", PEOPLE).stdout.rpartition("TOKEN")[2].strip()
    with (home.folder / "up.log").open("w") as log:
        server = home.start("up", stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(address), "the server answers")
        yield address, token
    finally:
        server.terminate()
        server.wait(60)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/api/v1/me").status_code == 401
    except httpx.TransportError:
        return False


def until(done, what: str):
    """Wait until something is so, and return it."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        if found := done():
            return found
        time.sleep(0.5)
    raise AssertionError(f"in {WAIT} seconds it did not come to this: {what}")


def generate(address: str, token: str, folder: Path) -> ModuleType:
    """Make the client from the description as it is served, and import it."""
    headers = {"Authorization": f"Bearer {token}"}
    served = httpx.get(f"{address}/api/v1/schema/", headers=headers)
    description = folder / "openapi.json"
    description.write_text(json.dumps(served.json()))
    command = [
        *(str(Path(sys.executable).parent / "openapi-python-client"), "generate"),
        *("--path", str(description), "--output-path", str(folder / "loupe_client")),
        *("--meta", "none", "--config", str(CONFIG), "--fail-on-warning"),
    ]
    made = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    _every_operation_is_there(folder / "loupe_client", served.json())
    return importlib.import_module("loupe_client")


def test_a_generated_client_uploads_searches_and_approves(running, tmp_path, picture, monkeypatch):
    address, token = running
    monkeypatch.syspath_prepend(str(tmp_path))
    made = generate(address, token, tmp_path)
    api = _Calls(made.AuthenticatedClient(base_url=address, token=token, timeout=60))

    # Smaller than the brand asks for: so that it waits for a person.
    data = picture((200, 150), seed=4)
    sent = api.upload(data, "red-harbour.jpg", key="first-upload")
    assert (sent.outcome.value, sent.reason) == ("ingested", "")
    again = api.upload(data, "red-harbour.jpg", key="first-upload")
    assert again.version == sent.version, "the same request is done once"

    waiting = until(lambda: api.waiting(sent.asset), "it waits for review")
    assert waiting.findings[0].sentence
    decided = api.approve(waiting.id)
    assert decided.verdict.value == "approve"
    assert api.asset(sent.asset).current_version.state.value == "approved"

    found = until(lambda: api.search("harbour"), "it is found")
    assert found[0].asset.id == sent.asset
    assert found[0].why
    assert api.original(sent.version) == data
    assert api.refusal().status == 404

    other = api.upload(picture((200, 150), seed=5), "blue-boat.jpg", key="second-upload")
    link = api.relate(other.asset, sent.asset)
    assert [one.id for one in api.relations(sent.asset)] == [link.id]
    wish = {"assets": [sent.asset, other.asset], "pattern": "trip_{n:02}"}
    assert [row.new for row in api.preview(wish)] == ["trip_01.jpg", "trip_02.jpg"]
    renamed = api.rename(wish).renaming
    assert api.asset(other.asset).current_version.file_name == "trip_02.jpg"
    assert api.rename_back(renamed.id).undone == 2


def _every_operation_is_there(folder: Path, served: dict) -> None:
    for methods in served["paths"].values():
        for one in methods.values():
            made = folder / "api" / one["tags"][0].lower() / f"{one['operationId']}.py"
            assert made.exists(), one["operationId"]


class _Calls:
    """The generated functions that the test uses."""

    def __init__(self, client) -> None:
        self.client = client

    def _call(self, group: str, name: str, *args, **more):
        module = importlib.import_module(f"loupe_client.api.{group}.{name}")
        return module.sync(*args, client=self.client, **more)

    def _model(self, name: str):
        return getattr(importlib.import_module("loupe_client.models"), name)

    def upload(self, data: bytes, name: str, key: str):
        import io

        types = importlib.import_module("loupe_client.types")
        file = types.File(payload=io.BytesIO(data), file_name=name, mime_type="image/jpeg")
        body = self._model("UploadInRequest")(file=file)
        return self._call("uploads", "uploads_create", body=body, idempotency_key=key)

    def waiting(self, asset: int):
        page = self._call("review", "review_items", asset=asset)
        return page.results[0] if page.results else None

    def approve(self, item: int):
        body = self._model("DecisionInRequest").from_dict({"verdict": "approve"})
        return self._call("review", "review_decide", item, body=body)

    def asset(self, pk: int):
        return self._call("assets", "assets_get", pk)

    def search(self, text: str):
        return self._call("search", "search", q=text).results

    def relate(self, source: int, target: int):
        body = self._model("RelationInRequest").from_dict({"kind": "variant_of", "target": target})
        return self._call("relations", "relations_create", source, body=body)

    def relations(self, asset: int):
        return self._call("relations", "relations_list", asset).results

    def preview(self, wish: dict):
        body = self._model("RenamingPreviewInRequest").from_dict(wish)
        return self._call("renamings", "renamings_preview", body=body).results

    def rename(self, wish: dict):
        body = self._model("RenamingInRequest").from_dict(wish)
        return self._call("renamings", "renamings_create", body=body)

    def rename_back(self, pk: int):
        return self._call("renamings", "renamings_undo", pk)

    def original(self, version: int) -> bytes:
        return self._call("versions", "originals_get", version).payload.read()

    def refusal(self):
        return self._call("assets", "assets_get", 10**12)
