"""A Loupe of its own in a temporary home, driven by its commands, for tests that break things."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


class Home:
    """A LOUPE_HOME and its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = os.environ | {
            "LOUPE_HOME": str(folder),
            "LOUPE_MODELS": os.environ["LOUPE_MODELS"],
        }

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *words]

    def start(self, *words: str, **options) -> subprocess.Popen:
        return subprocess.Popen(self.command(*words), env=self.env, cwd=ROOT, **options)

    def run(self, *words: str) -> subprocess.CompletedProcess:
        done = subprocess.run(
            self.command(*words),
            env=self.env,
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, f"{words}: {done.stdout[-2000:]} {done.stderr[-4000:]}"
        return done

    def ask(self, *words: str):
        return json.loads(self.run(*words, "--json").stdout)

    def count(self, sql: str) -> list:
        """Answer a query on this home's database, through its own Django shell."""
        code = (
            "import json; from django.db import connection as c; k = c.cursor();"
            f"k.execute({sql!r}); print('ANSWER' + json.dumps(k.fetchall()))"
        )
        out = self.run("shell", "-v0", "-c", code).stdout
        return json.loads(out.rpartition("ANSWER")[2])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.folder.mkdir()
    # The embedded server runs as another account where the tests run as root.
    for parent in [made.folder, *made.folder.parents][:4]:
        parent.chmod(0o755)
    return made


@pytest.fixture
def database_up(home: Home) -> Iterator[None]:
    """Keep the home's database server up, migrated, for tests of many short commands."""
    code = "from django.db import connection as c; c.ensure_connection(); input()"
    home.run("migrate", "-v0")
    holder = home.start("shell", "-v0", "-c", code, stdin=subprocess.PIPE)
    yield
    holder.communicate(b"\n", timeout=60)


@pytest.fixture
def pictures(tmp_path: Path, picture) -> Callable[[int], Path]:
    def make(count: int) -> Path:
        folder = tmp_path / "pictures"
        folder.mkdir()
        for n in range(count):
            (folder / f"picture-{n:03d}.jpg").write_bytes(picture((640, 480), seed=n))
        return folder

    return make
