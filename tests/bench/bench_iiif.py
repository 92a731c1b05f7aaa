"""The official validator of the IIIF Image API against a running server.

`iiif-validator` from PyPI, in an environment of its own (tests/bench/thumbor.py says where);
skipped with a word where it cannot be had. Its test picture (a hundred squares, a colour each) is
drawn from its own table, brought in, and asked for by a signed identifier. Fails where a test of
level 2 fails; those of the optional level 3 are told.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.thumbor import installed
from tests.faults.uploading import Server
from tests.homes import ROOT, Home

VALIDATOR = "iiif-validator==1.0.5"
DRAW = """
import sys
from PIL import Image
from iiif_validator.validator import ValidationInfo
picture = Image.new("RGB", (1000, 1000))
for x, column in enumerate(ValidationInfo().colorInfo):
    for y, colour in enumerate(column):
        picture.paste(colour, (x * 100, y * 100, x * 100 + 100, y * 100 + 100))
picture.save(sys.argv[1])
"""
BRING_IN = """
import sys, django
django.setup()
from dam.models import User, Version
from processing.actions import ingest_file
from processing.transforms import sources
from processing.transforms.iiif.identifiers import signed
person = User.objects.create_superuser("iiif", "iiif@example.com", "loupe-bench-1")
with open(sys.argv[1], "rb") as source:
    version = ingest_file(source=source, file_name="squares.png", user=person).version
Version.objects.filter(pk=version.pk).update(state="approved")
if sys.argv[2] == "base":
    sources.run([version])
print("IS" + signed(f"v{version.pk}"))
"""


def validate(
    python: Path, port: int, identifier: str, level: int
) -> tuple[list[str], list[str], str]:
    """Names of the tests that passed and that failed, and all that was said."""
    words = [str(python), str(python.parent / "iiif-validate.py")]
    words += ["-s", f"127.0.0.1:{port}", "-p", "iiif/3", "-i", identifier]
    words += ["--version", "3.0", "--level", str(level)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    said = done.stdout + done.stderr
    lines = [line.split() for line in said.splitlines() if line.startswith("[")]
    passed = [line[2] for line in lines if line[-1] == "PASS"]
    return passed, [line[2] for line in lines if line[-1] == "FAIL"], said


def main() -> int:
    python = installed("iiif", VALIDATOR)
    if python is None:
        return 0
    with tempfile.TemporaryDirectory(prefix="loupe-iiif-") as temporary:
        home, picture = Home(Path(temporary) / "home"), Path(temporary) / "squares.png"
        subprocess.run([str(python), "-c", DRAW, str(picture)], check=True)
        home.run("migrate")
        env = home.env | {"DJANGO_SETTINGS_MODULE": "dam.settings"}
        words = [sys.executable, "-c", BRING_IN, str(picture), "base"]
        done = subprocess.run(words, env=env, cwd=ROOT, check=True, capture_output=True, text=True)
        identifier = done.stdout.rpartition("IS")[2].strip()
        server = Server(home)
        server.start()
        try:
            passed, failed, said = validate(python, server.port, identifier, 2)
            everything, not_all, _ = validate(python, server.port, identifier, 3)
        finally:
            server.kill()
    print(f"level 2: {len(passed)} of {len(passed) + len(failed)} tests pass: {', '.join(passed)}")
    print(json.dumps({"passed": len(everything), "failed beyond level 2": not_all}))
    if failed or not passed:
        print(said)
    return int(bool(failed) or not passed)


if __name__ == "__main__":
    raise SystemExit(main())
