from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "review"

    def ready(self) -> None:
        from processing.steps import EVERY_KIND, Step, register
        from review import receivers, steps

        receivers.connect()
        after = ("tag", "facts", "metadata", "text", "fingerprint")
        register(Step("route", "Deciding who decides", steps.run, after=after, kinds=EVERY_KIND))
