"""`manage.py status`: what the queue holds and who works on it."""

from argparse import ArgumentParser
from typing import Any

from dam.command import LoupeCommand
from processing.status import snapshot


class Command(LoupeCommand):
    help = "Show the queue, the workers and what failed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        found = snapshot()
        if options["json"]:
            self.write_json(found)
            return
        jobs = found["jobs"]
        self.stdout.write(
            f"{jobs['queued']} queued, {jobs['running']} running, "
            f"{jobs['done']} done, {jobs['failed']} failed"
        )
        for step in found["steps"]:
            self.stdout.write(f"  {step['step']:<14} {step['queued']:>7} {step['running']:>4}")
        for worker in found["workers"]:
            self.stdout.write(f"worker {worker['name']}: {worker['memory_mib']} MiB")
        if not found["workers"]:
            self.stdout.write("No worker is running: start them with `manage.py up`.")
        for failure in found["failures"]:
            self.stdout.write(f"{failure['count']} × {failure['category']}: {failure['error']}")
