"""`manage.py doctor`: what is wrong with this installation, in plain words."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management import CommandError
from django.db import OperationalError, connection

from dam import health
from dam.command import LoupeCommand
from dam.database import DatabaseUnavailable


class Command(LoupeCommand):
    help = "Look for what is wrong, and say what to do about it. Exits with 1 if anything is."
    migrates = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--repair", action="store_true", help="mend what can be mended; nothing is deleted"
        )
        self.add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        findings = self._findings()
        mended = list(health.mend()) if options["repair"] else []
        problems = [finding for finding in findings if finding.level == "problem"]
        if options["json"]:
            told = {"repaired": mended} if options["repair"] else {}
            rows = [asdict(finding) for finding in findings]
            self.write_json({"ok": not problems, "findings": rows, **told})
        else:
            self._tell(findings)
            self.stdout.write("\n".join(mended))
        if problems:
            raise SystemExit(1)

    def _findings(self) -> list[health.Finding]:
        try:
            connection.ensure_connection()
        except (OperationalError, DatabaseUnavailable) as error:
            return [
                health.problem(
                    "database",
                    f"The database does not answer: {str(error).strip()}",
                    "Check that the server runs, that DATABASE_URL is right and the disk not full.",
                )
            ]
        if "dam_blob" not in connection.introspection.table_names():
            raise CommandError("There is no library here yet: run `manage.py migrate` first.")
        return list(health.examine())

    def _tell(self, findings: list[health.Finding]) -> None:
        for finding in findings:
            mark = self.style.ERROR("✗") if finding.level == "problem" else "·"
            self.stdout.write(f"{mark} {finding.area}: {finding.sentence}")
            if finding.remedy:
                self.stdout.write(f"  {finding.remedy}")
        if not findings:
            self.stdout.write(f"All is well: {', '.join(health.areas())}.")
