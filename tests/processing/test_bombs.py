"""Hostile files end taken in or refused in words, within seconds, in little memory."""

import socketserver
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dam.models import Version
from dam.storage import original
from processing import sandbox, sandboxing
from processing.decode import Limits, inspect, verify
from processing.errors import InputError
from processing.formats.text import extract
from processing.metadata.reading import read
from processing.models import Job
from processing.renditions.making import LADDER, render
from tests.hostile import Hostile, damaged, drawings, files, names

SECONDS = 60  # on a machine that does much else; alone, none takes more than ten
MEBIBYTES = 1024


@pytest.fixture(scope="module", autouse=True)
def _a_cell_for_each():
    """The memory of each file by itself, and the installation's bounds."""
    bounds = sandbox.Bounds(memory_mib=MEBIBYTES, seconds=SECONDS)
    sandbox.configure(sandbox.Setup(bounds=bounds, calls=1))
    yield
    sandboxing.set_up()


def open_as_ingest_does(path: Path, name: str, out: Path) -> str:
    """Everything that upload and steps do with a file; return how it ended, in a word."""
    refusal: InputError | None = None
    try:
        header = sandbox.call(inspect, path, Limits(), name=name, others=True)
        if header.media.kind == "other":
            sandbox.call(extract, path, header.media)
            return "other"
        sandbox.call(verify, path, Limits(), first_frame=False)
        sandbox.call(read, path)
        made = sandbox.call(render, path, LADDER, out)
    except InputError as error:
        refusal = error
    if refusal is None:
        assert all(file.path.stat().st_size == file.bytes for file in made)
        return "picture"
    assert refusal.sentence.endswith(".")
    assert str(path) not in refusal.sentence
    assert not isinstance(refusal, sandbox.Crashed), refusal.detail
    return "refused"


@pytest.mark.parametrize("file", list(files()), ids=lambda file: file.name)
def test_a_hostile_file_ends_in_seconds_and_in_little_memory(file: Hostile, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(file.make())
    sandbox.usage().peak_mib, begun = 0.0, time.monotonic()
    ended = open_as_ingest_does(path, file.name, tmp_path)
    assert time.monotonic() - begun < SECONDS
    assert 0 < sandbox.usage().peak_mib < MEBIBYTES
    assert ended == ENDS.get(file.name, ended)


# Where only one end is right.
ENDS = {
    "thirty-thousand-square.png": "refused",
    "seventeen-thousand-square.png": "picture",
    "seventeen-thousand-square.avif": "refused",
    "ten-thousand-frames.gif": "picture",
    "fifty-thousand-pages.tif": "refused",
    "largest.jpg": "refused",
    "text.png": "picture",
    "letter.docx": "other",
    "zips-in-zips.zip": "other",
    "postscript.jpg": "refused",
    "page.jpg": "refused",
    "program.jpg": "refused",
    "elf.png": "refused",
    "page.html": "other",
    "picture-and-zip.jpg": "picture",
    "page-in-a-comment.jpg": "picture",
    "entities.svg": "refused",
    "reads-a-file.svg": "refused",
    "nothing.jpg": "refused",
}


@pytest.mark.parametrize("format", [*damaged.FORMATS, *damaged.OTHERS])
def test_a_file_cut_at_every_kibibyte_is_whole_or_refused(format, tmp_path):
    ends = ends_of_cuts(damaged.whole(format), format.lower().split()[0], tmp_path)
    assert ends.count("refused") >= len(ends) - 1, "at most the last cut may miss only padding"


def test_a_photograph_of_a_telephone_cut_at_every_kibibyte_is_refused(corpora, tmp_path):
    whole = (corpora / "formats" / "IMG_2682.heic").read_bytes()
    assert set(ends_of_cuts(whole, "heic", tmp_path)) == {"refused"}


def ends_of_cuts(whole: bytes, ending: str, folder: Path) -> list[str]:
    """How each cut of a file ends; the whole of it is a picture."""
    sandbox.configure(sandbox.Setup(bounds=sandbox.Bounds(seconds=SECONDS)))
    path, ends = folder / "file", []
    for cut in damaged.cuts(whole):
        path.write_bytes(cut)
        ends.append(open_as_ingest_does(path, f"cut.{ending}", folder))
    path.write_bytes(whole)
    assert open_as_ingest_does(path, f"whole.{ending}", folder) == "picture"
    return ends


class Canary(socketserver.ThreadingTCPServer):
    """A web server that nobody is to ask."""

    daemon_threads = True

    def __init__(self) -> None:
        asked = self.asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


@pytest.fixture
def canary():
    with Canary() as server:
        yield server
        server.shutdown()


@pytest.mark.django_db
def test_drawings_ask_nobody(canary, ingest, run_jobs):
    for name, text in drawings.drawings(canary.address).items():
        if name not in ("blurred.svg", "noise.svg"):  # slow, and with no address in them
            ingest(text.encode(), name)
    run_jobs()
    assert canary.asked == []
    assert not Version.objects.filter(state="processing").exists()


@pytest.mark.django_db
def test_hostile_files_through_the_whole_of_ingest(ingest, run_jobs):
    """Each ends in a state; nothing is a fault of ours, nothing is retried, no original is lost."""
    wanted = {
        *("text.png", "profile.png", "seventeen-thousand-square.avif", "ten-thousand-frames.gif"),
        *("long-exif.jpg", "one-strip.tif", "scrambled-1.png", "scrambled-1.webp", "letter.docx"),
        *("page-in-a-comment.jpg", "picture-and-zip.jpg", "page.html", "script.svg"),
    }
    found = [file for file in files() if file.name in wanted]
    assert len(found) == len(wanted)
    bodies = {file.name: file.make() for file in found}
    outcomes = {name: ingest(data, name) for name, data in bodies.items()}
    run_jobs()
    assert not Version.objects.filter(state="processing").exists()
    failed = Job.objects.exclude(error_category__in=["", "input"])
    assert [(job.step, job.error, job.error_detail) for job in failed] == []
    assert not Job.objects.filter(attempts__gt=1).exists()
    for name, outcome in outcomes.items():
        assert outcome.version or outcome.reason
        if outcome.version:
            with original(outcome.version.blob) as path:
                assert path.read_bytes() == bodies[name]


@pytest.mark.django_db
@pytest.mark.parametrize("name", names(), ids=range(len(names())))
def test_hostile_names_are_tamed_on_the_way_in_and_out(name, owner, ingest):
    client = Client()
    client.force_login(owner)
    version = ingest(name=name).version
    assert version is not None
    kept = version.file_name
    assert 0 < len(kept) <= 300
    assert kept.isprintable()
    assert not set("/\\\0\r\n\u202e") & set(kept)
    response = client.get(f"/originals/{version.pk}")
    disposition = response["Content-Disposition"]
    assert disposition.startswith('attachment; filename="')
    assert disposition.isascii()
    assert disposition.count('"') == 2
    assert disposition.count(";") == 2
    assert "Set-Cookie" not in response.headers
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Type"] == "application/octet-stream"


@pytest.mark.django_db
def test_a_crowd_is_asked_to_come_again(owner, picture, monkeypatch):
    """With no place free, a page and a script are told so; nothing is kept of the file."""
    from processing.sandbox import calling

    monkeypatch.setattr(calling._service, "setup", replace(calling._service.setup, patience=0.1))
    client = Client()
    client.force_login(owner)
    turns = [calling._service._turn.acquire(timeout=0) for _ in range(2)]
    try:
        data = {"file": SimpleUploadedFile("x.jpg", picture())}
        script = client.post("/api/v1/uploads/", data, headers={"Accept": "*/*"})
        data["file"].seek(0)
        search = client.post("/search/picture", data)
    finally:
        for taken in turns:
            assert taken
            calling._service._turn.release()
    for answer in (script, search):
        assert answer.status_code == 503
        assert answer["Retry-After"] == "30"
        assert "Try again" in answer.json()["detail"]
    assert script["Content-Type"] == "application/problem+json"
    assert not Version.objects.exists()
