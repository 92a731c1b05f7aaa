from django.apps import AppConfig


class DamConfig(AppConfig):
    name = "dam"
    verbose_name = "Library"

    def ready(self) -> None:
        from dam import checkup

        checkup.connect()
