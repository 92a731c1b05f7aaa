from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DamConfig(AppConfig):
    name = "dam"
    verbose_name = "Library"

    def ready(self) -> None:
        from dam import checkup, converters, settings_menu
        from dam.integrity import checkup as integrity_checkup
        from dam.storage.mark import name_installation

        post_migrate.connect(name_installation, sender=self)
        checkup.connect()
        converters.connect()
        integrity_checkup.connect()
        settings_menu.register(
            title=_("Sign-in and security"),
            url_name="mfa_index",
            icon="shield",
            about=_("A second step when you sign in, your sessions and your password."),
            names=("mfa_", "usersessions_", "account_change_", "account_set_"),
        )
        settings_menu.register(
            title=_("Tokens"),
            url_name="tokens",
            icon="token",
            about=_("What programs sign in with: made, shown once, and revoked."),
            names=("token", "service_"),
        )
        settings_menu.register(
            title=_("API reference"),
            url_name="api_docs",
            icon="book",
            about=_("Every address of the API, what it takes and what it answers."),
        )
