"""An installation in which files are what they say: settings for `DJANGO_SETTINGS_MODULE`.

Files that carry a mark do harm in their cell (`poison.py`). A version whose name begins with
"late" is held up longer than its lease the first time.
"""

import time
from collections.abc import Sequence
from datetime import timedelta

from django.apps import AppConfig

from dam.settings import *  # noqa: F403
from dam.settings import INSTALLED_APPS as USUAL

INSTALLED_APPS = [*USUAL, "tests.faults.poisoned.Poisoned"]
HELD_UP_SECONDS = 7.0


class Poisoned(AppConfig):
    name = "tests.faults"
    label = "poisoned"

    def ready(self) -> None:
        from processing import steps, tasks
        from processing.models import Job
        from processing.sandbox.allowed import ALLOWED
        from processing.steps import metadata, validate
        from tests.faults import poison

        ALLOWED[f"{poison.__name__}:verify"] = None
        validate.verify = poison.verify
        usual = metadata.run

        def late(versions: Sequence) -> None:
            first = Job.objects.filter(version=versions[0], step="metadata", attempts=1).exists()
            if first and versions[0].file_name.startswith("late"):
                Job.objects.filter(version=versions[0], step="metadata").update(
                    lease_until=timedelta(seconds=1) + _now()
                )
                tasks.heart()._jobs = []  # and nothing is heard of it meanwhile
                time.sleep(HELD_UP_SECONDS)
            usual(versions)

        known = steps.get("metadata")
        object.__setattr__(known, "run", late)


def _now():
    from django.utils import timezone

    return timezone.now()
