from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "review"

    def ready(self) -> None:
        from processing.steps import Step, known, register
        from review import receivers, steps

        receivers.connect()
        after = ("tag", "facts", "metadata", "fingerprint")
        there = {step.name for step in known()}  # TEMPORARY until all of them are here
        after = tuple(name for name in after if name in there)
        register(Step("route", "Deciding who decides", steps.run, after=after))
