from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessingConfig(AppConfig):
    name = "processing"

    def ready(self) -> None:
        from django.conf import settings

        from dam import settings_menu
        from processing import checkup, delivery, receivers, sandboxing, steps, tidying
        from processing.consistency import calibrating, measuring
        from processing.steps import (
            facts,
            fingerprint,
            metadata,
            recipe_trial,
            render,
            renditions,
            text,
            validate,
        )
        from processing.transforms import sources as transform_sources
        from processing.trials import forgetting as trials
        from processing.uploads import sweeping

        sandboxing.set_up()
        receivers.connect()
        checkup.connect()
        delivery.connect()
        tidying.connect()
        settings_menu.register(
            title=_("Sources"),
            url_name="sources",
            names=("source",),
            permission="source.see",
            icon="download",
            about=_("Folders and buckets from which files are taken by themselves."),
        )
        settings_menu.register(
            title=_("Presets"),
            url_name="presets",
            names=("preset",),
            permission="preset.manage",
            icon="fit",
            about=_("Sizes and types of public picture addresses, by name."),
        )
        swept = steps.Step(
            sweeping.STEP,
            "Looking after uploads",
            sweeping.run,
            time_limit=1_800,
            for_library=True,
        )
        tidied = steps.Step(
            tidying.STEP, "Tidying", tidying.run, time_limit=1_800, for_library=True
        )
        calibrated = steps.Step(
            calibrating.STEP,
            "Measuring how alike pictures are",
            calibrating.run,
            time_limit=1_800,
            for_library=True,
        )
        tried = steps.Step(
            trials.STEP, "Trying recipes out", recipe_trial.run, time_limit=300, for_library=True
        )
        for step in (
            swept,
            tidied,
            calibrated,
            tried,
            steps.Step("validate", "Checking that the file is whole", validate.run),
            steps.Step(metadata.STEP, "Reading its metadata", metadata.run, after=("validate",)),
            steps.Step(
                "text",
                "Reading its text",
                text.run,
                after=("metadata",),
                kinds=frozenset({"document", "other"}),
            ),
            steps.Step("renditions", "Making previews", renditions.run, after=("validate",)),
            # On demand, when somebody first asks for a picture on the fly: no version waits for it.
            steps.Step(
                transform_sources.STEP,
                "Preparing it for any size",
                transform_sources.run,
                kinds=frozenset(),
            ),
            # On demand too: the job's subject is the number of somebody's wish.
            steps.Step(
                "render",
                "Following recipes",
                render.run,
                kinds=frozenset(),
                time_limit=settings.LOUPE_RENDER_SECONDS,
                by_subject=True,
            ),
            # On demand: facts does it for what comes in.
            steps.Step(measuring.STEP, "Measuring its look", measuring.run, kinds=frozenset()),
            steps.Step("facts", "Measuring it", facts.run, after=("renditions",)),
            steps.Step("fingerprint", "Taking its fingerprint", fingerprint.run, after=("facts",)),
        ):
            steps.register(step)
