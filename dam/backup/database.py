"""The database of a backup: dumped as of one moment, restored whole or not at all."""

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection, transaction

from dam.backup.manifest import Unusable
from dam.database import programs

HEAD_LINES = 100
NEWER = {b"SET transaction_timeout = 0;"}  # PostgreSQL 17 has it first


@contextmanager
def snapshot() -> Iterator[str]:
    """Hold one moment of the database; give its name, for `dump`.

    What is read through Django's connection inside the block is of that moment too.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        row = cursor.fetchone()
        assert row is not None
        yield str(row[0])


def dump(moment: str, target: Path) -> None:
    """Write the database of a moment to a file. Raises Unusable with what pg_dump says."""
    _run(
        "pg_dump",
        *("--format", "custom", "--compress", "1", "--no-owner", "--no-privileges"),
        *("--snapshot", moment, "--file", str(target)),
    )


def restore(source: Path) -> None:
    """Fill the empty database from a dump, in one transaction. Raises Unusable.

    The dump goes through psql and not straight to the server: pg_restore sets what servers older
    than itself do not know, and stops there. The commit comes last, so that whatever breaks off,
    this process too, leaves an empty database.
    """
    env = _environment()
    contents = source.with_suffix(".contents")
    contents.write_text(_ours(_run("pg_restore", "--list", str(source))), encoding="utf-8")
    connection.close()
    read = ["pg_restore", "--no-owner", "--no-privileges", "--use-list", str(contents)]
    write = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", "-"]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            [_path(read[0]), *read[1:], "--file", "-", str(source)],
            stdout=subprocess.PIPE,
            stderr=said,
            env=env,
        ) as reading,
        subprocess.Popen(
            [_path(write[0]), *write[1:]],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=env,
        ) as writing,
    ):
        assert reading.stdout is not None
        assert writing.stdin is not None
        try:
            _pour(reading.stdout, writing.stdin)
            if reading.wait() == 0:
                writing.stdin.write(b"\nCOMMIT;\n")
        except BrokenPipeError:  # psql stopped: it says why
            reading.kill()
        with contextlib.suppress(BrokenPipeError):
            writing.stdin.close()
        if writing.wait() or reading.wait():
            said.seek(0)
            raise Unusable(f"The database cannot be restored: {_end(said.read())}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _pour(script: IO[bytes], target: IO[bytes]) -> None:
    """Write a script, but for what older servers do not know; it is among its first lines."""
    target.write(b"BEGIN;\n")
    for line in itertools.islice(script, HEAD_LINES):
        if line.strip() not in NEWER:
            target.write(line)
    shutil.copyfileobj(script, target, 1024 * 1024)
    target.flush()


def _ours(contents: str) -> str:
    """Leave out of a dump's contents what only the owner of an extension may do: describe it.

    On a server of one's own, pgvector is installed by the server's master and not by Loupe's role.
    """
    lines = contents.splitlines(keepends=True)
    return "".join(line for line in lines if " COMMENT - EXTENSION " not in line)


def _run(program: str, *arguments: str) -> str:
    """Run one of PostgreSQL's programs on Django's database; return what it prints."""
    done = subprocess.run(
        [_path(program), *arguments], env=_environment(), capture_output=True, check=False
    )
    if done.returncode:
        raise Unusable(f"{program} failed: {_end(done.stderr)}")
    return done.stdout.decode(errors="replace")


def _path(program: str) -> str:
    return str(programs() / program)


def _end(said: bytes) -> str:
    return said.decode(errors="replace").strip()[-1500:]


def _environment() -> dict[str, str]:
    """Tell PostgreSQL's programs which database is Django's."""
    given = connection.get_connection_params()
    words = {
        "PGHOST": given.get("host"),
        "PGPORT": given.get("port"),
        "PGUSER": given.get("user"),
        "PGPASSWORD": given.get("password"),
        "PGDATABASE": given.get("dbname"),
    }
    return os.environ | {name: str(value) for name, value in words.items() if value}


def require_empty() -> None:
    """Make sure that there is nothing to lose. Raises Unusable.

    A library that was only prepared, with tables and nobody in them, is made anew where the
    database is the embedded one.
    """
    tables = set(connection.introspection.table_names())
    if not tables:
        return
    if _has_rows(tables):
        raise Unusable(
            "The database is not empty: restore into a new LOUPE_HOME, or an empty database."
        )
    if settings.DATABASES["default"]["ENGINE"] != "dam.postgres":
        raise Unusable("The database has tables already: give Loupe one that is empty.")
    _make_anew()


def _has_rows(tables: set[str]) -> bool:
    """Whether somebody has used this library: it has files, assets or people who sign in."""
    questions = {
        "dam_blob": "SELECT 1 FROM dam_blob LIMIT 1",
        "dam_asset": "SELECT 1 FROM dam_asset LIMIT 1",
        "dam_user": "SELECT 1 FROM dam_user WHERE password NOT LIKE '!%%' LIMIT 1",
    }
    with connection.cursor() as cursor:
        for table, question in questions.items():
            if table in tables:
                cursor.execute(question, [])
                if cursor.fetchone():
                    return True
    return not questions.keys() <= tables  # tables that are not ours


def _make_anew() -> None:
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
