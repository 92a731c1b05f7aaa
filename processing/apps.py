from django.apps import AppConfig


class ProcessingConfig(AppConfig):
    name = "processing"

    def ready(self) -> None:
        from processing import checkup, delivery, receivers, sandboxing, steps
        from processing.steps import facts, fingerprint, metadata, renditions, text, validate
        from processing.uploads import sweeping

        sandboxing.set_up()
        receivers.connect()
        checkup.connect()
        delivery.connect()
        swept = steps.Step(
            sweeping.STEP,
            "Looking after uploads",
            sweeping.run,
            time_limit=1_800,
            for_library=True,
        )
        for step in (
            swept,
            steps.Step("validate", "Checking that the file is whole", validate.run),
            steps.Step("metadata", "Reading its metadata", metadata.run, after=("validate",)),
            steps.Step(
                "text",
                "Reading its text",
                text.run,
                after=("metadata",),
                kinds=frozenset({"document", "other"}),
            ),
            steps.Step("renditions", "Making previews", renditions.run, after=("validate",)),
            steps.Step("facts", "Measuring it", facts.run, after=("renditions",)),
            steps.Step("fingerprint", "Taking its fingerprint", fingerprint.run, after=("facts",)),
        ):
            steps.register(step)
