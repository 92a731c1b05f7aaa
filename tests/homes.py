"""A Loupe of its own in a temporary home, driven by its commands, for tests that break things.

What every home needs is made once and copied: a database with a library's tables in it takes many
times as long to make as to copy.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from dam.database import EmbeddedServer

ROOT = Path(__file__).resolve().parent.parent


class Home:
    """A LOUPE_HOME and its commands; `database` is a data folder to begin with."""

    def __init__(self, folder: Path, database: Path | None = None) -> None:
        self.folder = folder
        folder.mkdir()
        # The embedded server runs as another account where the tests run as root.
        for parent in [folder, *folder.parents][:4]:
            parent.chmod(0o755)
        if database is not None:
            subprocess.run(["cp", "-a", str(database), str(folder / "database")], check=True)
        self.env = os.environ | {
            "LOUPE_HOME": str(folder),
            "LOUPE_MODELS": os.environ["LOUPE_MODELS"],
        }

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *words]

    def start(self, *words: str, **options) -> subprocess.Popen:
        return subprocess.Popen(self.command(*words), env=self.env, cwd=ROOT, **options)

    def call(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            self.command(*words),
            env=self.env,
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def run(self, *words: str) -> subprocess.CompletedProcess:
        done = self.call(*words)
        assert done.returncode == 0, f"{words}: {done.stdout[-2000:]} {done.stderr[-4000:]}"
        return done

    def refused(self, *words: str) -> str:
        """Run a command that must fail with a sentence; return what it said."""
        done = self.call(*words)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout + done.stderr

    def ask(self, *words: str):
        return json.loads(self.run(*words, "--json").stdout)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Keep this home's database up for the block; give its address, as psycopg takes it."""
        if address := self.env.get("DATABASE_URL"):
            yield address
            return
        server = EmbeddedServer(self.folder / "database")
        try:
            yield f"host={server.start()} user=postgres dbname=loupe"
        finally:
            server.leave()

    def count(self, sql: str) -> list:
        """Answer a query on this home's database, as lists of columns."""
        with self.serving() as address, psycopg.connect(address) as connection:
            return [list(row) for row in connection.execute(sql).fetchall()]


def tally(counts: dict[str, int]) -> dict[str, int]:
    """What an ingest counted, without what there was nothing of."""
    return {outcome: count for outcome, count in counts.items() if count}


@pytest.fixture(scope="session")
def blank(tmp_path_factory) -> Path:
    """The data folder of a server that was never used."""
    made = Home(tmp_path_factory.mktemp("blank") / "home")
    with made.serving():
        pass
    return made.folder / "database"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory, blank: Path) -> Path:
    """The data folder of a library with tables and nobody in them."""
    made = Home(tmp_path_factory.mktemp("prepared") / "home", blank)
    made.run("migrate", "-v0")
    return made.folder / "database"


@pytest.fixture(scope="session")
def models(tmp_path_factory, prepared: Path) -> None:
    """The models' files, where LOUPE_MODELS says, for homes that process pictures."""
    Home(tmp_path_factory.mktemp("models") / "home", prepared).run("models", "fetch")


@pytest.fixture
def home(tmp_path: Path, prepared: Path) -> Home:
    return Home(tmp_path / "home", prepared)


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


@pytest.fixture
def database_up(home: Home) -> Iterator[None]:
    """Keep the home's database server up, for tests of many short commands."""
    with home.serving():
        yield
