"""Backups where originals lie in a bucket, and where the database is a server of one's own."""

import hashlib
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from dam.database import programs
from tests.faults.uploading import downloaded
from tests.homes import Home
from tests.s3 import S3Server, in_bucket

pytestmark = pytest.mark.faults
PICTURES = int(os.environ.get("LOUPE_FAULT_ORIGINALS", "12"))
PASSWORD = "p@ss:/word %41"
OWNER = "pgserver"  # the account of the embedded server, where the tests run as root
HBA = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


class OwnServer:
    """A PostgreSQL server as DATABASE_URL names one: by TCP, with a password, not as its master.

    pgvector is installed in each database by the server's master: Loupe's role may not do that.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        with psycopg.connect(self.master("postgres"), autocommit=True) as connection:
            connection.execute("CREATE ROLE loupe LOGIN")
            # DDL takes no parameters: the password is ours, and has no quote in it.
            connection.execute(f"ALTER ROLE loupe PASSWORD '{PASSWORD}'".encode())

    @property
    def port(self) -> str:
        return (self.data / "postmaster.pid").read_text().splitlines()[3]

    def master(self, name: str) -> str:
        return f"host={self.data} port={self.port} user=postgres dbname={name}"

    def new_database(self, template: str = "template0") -> str:
        """Make a database that belongs to Loupe, empty or as another; return its address."""
        name = f"library-{uuid.uuid4().hex[:8]}"
        words = f'CREATE DATABASE "{name}" OWNER loupe TEMPLATE "{template}"'
        with psycopg.connect(self.master("postgres"), autocommit=True) as connection:
            connection.execute(words.encode())
        with psycopg.connect(self.master(name), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        return f"postgresql://loupe:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{name}"


@contextmanager
def running(data: Path, port: int, version: Path) -> Iterator[None]:
    """Run a PostgreSQL on a new data folder, as an account that is not root."""
    owner = OWNER if os.geteuid() == 0 else None
    given = {"user": owner, "cwd": "/", "stdout": subprocess.DEVNULL, "check": True}
    data.parent.mkdir()
    data.mkdir()
    if owner:
        shutil.chown(data, owner)
    subprocess.run([version / "initdb", "-D", data, "-U", "postgres", "-A", "trust"], **given)
    (data / "pg_hba.conf").write_text(HBA)
    program = [version / "pg_ctl", "-D", data, "-w"]
    options = f"-p {port} -k {data} -c listen_addresses=127.0.0.1"
    subprocess.run([*program, "-o", options, "-l", data / "log", "start"], **given)
    try:
        yield
    finally:
        subprocess.run([*program, "-m", "immediate", "stop"], **given)


@pytest.fixture
def own_server(tmp_path, blank, free_port) -> Iterator[OwnServer]:
    """An older one than ours, as distributions have: what is newer must not be asked of it."""
    older = programs().parent.parent / "pginstall" / "bin"
    with running(tmp_path / "server" / "data", free_port, older if older.is_dir() else programs()):
        yield OwnServer(tmp_path / "server" / "data")


def originals(server: S3Server, bucket: str, prefix: str) -> list[str]:
    rows = server.client().list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/originals/")
    return sorted(row["Key"].rpartition("/")[2] for row in rows.get("Contents", []))


@pytest.fixture
def sent(pictures) -> tuple[Path, list[str]]:
    """Pictures to bring in, one of them large enough to go to the bucket in parts."""
    folder = pictures(PICTURES)
    (folder / "parts.bin").write_bytes(os.urandom(18 * 1024**2))
    return folder, sorted(hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir())


def test_originals_in_a_bucket(home, database_up, s3_server, sent, tmp_path, prepared, blank):
    (folder, digests), bucket, place = sent, s3_server.new_bucket(), tmp_path / "backup"
    in_bucket(home, s3_server, bucket, "first")
    ingest = home.start("ingest", str(folder), stderr=subprocess.PIPE)
    meanwhile = [home.ask("backup", str(place))]
    while ingest.poll() is None:
        meanwhile.append(home.ask("backup", str(place)))
    assert ingest.returncode == 0, ingest.stderr.read().decode()
    whole = home.ask("backup", str(place))
    assert whole["originals"] == len(digests) == len(originals(s3_server, bucket, "first"))
    assert sum(one["copied"] for one in [*meanwhile, whole]) == len(digests), "each once"

    # Into an empty part of the bucket: every original is there, and downloads.
    second = in_bucket(Home(tmp_path / "second", prepared), s3_server, bucket, "second")
    with second.serving():
        assert second.ask("restore", str(place))["originals"] == len(digests)
        assert originals(s3_server, bucket, "second") == digests
        assert downloaded(second) == digests
        assert second.ask("verify")["findings"] == []
        assert "not empty" in second.refused("restore", str(place))

    # Not over what somebody else keeps there, marked or not.
    client = s3_server.client()
    client.put_object(Bucket=bucket, Key="third/originals/ab/cd/" + "ab" * 32, Body=b"not ours")
    third = in_bucket(Home(tmp_path / "third", blank), s3_server, bucket, "third")
    assert "not of this backup" in third.refused("restore", str(place))
    mark = b'{"installation": "somebody"}'
    client.put_object(Bucket=bucket, Key="fourth/loupe-storage.json", Body=mark)
    third.env["LOUPE_S3_PREFIX"] = "fourth"
    assert "another installation" in third.refused("restore", str(place))
    assert originals(s3_server, bucket, "fourth") == []
    # A restore that broke off goes on: what it had uploaded is not uploaded again.
    third.env["LOUPE_S3_PREFIX"] = "fifth"
    third.env["LOUPE_S3_SECRET_KEY"] = "wrong"
    assert "refuses our keys" in third.refused("restore", str(place))
    third.env["LOUPE_ORIGINALS"] = "local"  # and what lay in a bucket may lie on a disk
    third.run("restore", str(place))
    assert downloaded(third) == digests


def test_a_database_of_ones_own(home, own_server, sent, tmp_path, blank):
    (folder, digests), place = sent, tmp_path / "backup"
    home.env["DATABASE_URL"] = own_server.new_database()
    home.run("migrate", "-v0")
    with_tables = own_server.new_database(home.env["DATABASE_URL"].rpartition("/")[2])
    ingest = home.start("ingest", str(folder), stderr=subprocess.PIPE)
    home.ask("backup", str(place))
    assert ingest.wait(120) == 0, ingest.stderr.read().decode()
    assert home.ask("backup", str(place))["originals"] == len(digests)

    second = Home(tmp_path / "second")
    second.env["DATABASE_URL"] = home.env["DATABASE_URL"]
    assert "not empty" in second.refused("restore", str(place))
    second.env["DATABASE_URL"] = own_server.new_database()
    assert second.ask("restore", str(place))["originals"] == len(digests)
    assert downloaded(second) == digests
    assert second.ask("verify")["findings"] == []
    assert "not empty" in second.refused("restore", str(place))

    # A database with tables and nobody in them is not ours to drop on somebody's server.
    third = Home(tmp_path / "third", blank)
    third.env["DATABASE_URL"] = with_tables
    assert "has tables already" in third.refused("restore", str(place))
    # From a server to the embedded one.
    del third.env["DATABASE_URL"]
    third.run("restore", str(place))
    assert downloaded(third) == digests
