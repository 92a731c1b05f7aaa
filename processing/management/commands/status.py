"""`manage.py status`: what the queue holds and who works on it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from processing.status import snapshot


class Command(BaseCommand):
    help = "Show the queue, the workers and what failed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        found = snapshot()
        if options["json"]:
            self.stdout.write(json.dumps(found))
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
