"""`manage.py up`: the web server, the workers and the watcher, until Ctrl-C or TERM."""

import fcntl
import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from processing.supervisor import TICK_SECONDS, Supervisor, watcher, web, workers


class Command(BaseCommand):
    help = "Run Loupe: web server, workers and watcher, restarted when they die. Ctrl-C stops them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-web", action="store_true", help="without the web server")
        parser.add_argument("--no-watch", action="store_true", help="take nothing from sources")
        parser.add_argument("--workers", type=int, default=settings.LOUPE_WORKERS)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["workers"] < 0:
            raise CommandError("--workers cannot be negative.")
        with (settings.LOUPE_HOME / "up.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CommandError(
                    f"Loupe is already running in {settings.LOUPE_HOME}. "
                    "Stop it first, or set LOUPE_HOME to run another."
                ) from None
            call_command("migrate", verbosity=0)
            self._run(Supervisor(self._children(options), say=self._say))

    def _children(self, options: dict[str, Any]) -> list:
        children = workers(options["workers"])
        if not options["no_watch"]:
            children.append(watcher())
        return children if options["no_web"] else [web(), *children]

    def _say(self, sentence: str) -> None:
        self.stderr.write(sentence)

    def _run(self, supervisor: Supervisor) -> None:
        stopping = False

        def stop(*_: object) -> None:
            nonlocal stopping
            stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        supervisor.start()
        self.stdout.write(f"Loupe is at http://{settings.LOUPE_HOST}:{settings.LOUPE_PORT}/")
        self.stdout.write("Ctrl-C stops it.")
        self.stdout.flush()
        while not stopping:
            supervisor.tick()
            time.sleep(TICK_SECONDS)
        self.stdout.write("Stopping: work in progress is finished first.")
        supervisor.stop()
