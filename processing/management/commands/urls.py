"""Signed addresses of pictures on the fly, and the keys that sign them."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import CommandError

from dam.actions.people import system_user
from dam.command import LoupeCommand
from processing.transforms import actions, keys, presets
from processing.transforms.addresses import signed_path
from processing.transforms.errors import BadOptions
from processing.transforms.signing import Ring

DAY = 86_400


class Command(LoupeCommand):
    help = "Sign addresses of pictures on the fly, and look after the keys that do it."
    migrates = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="act", required=True)
        sign = kinds.add_parser("sign", help="print the signed address of a picture")
        sign.add_argument("picture", metavar="PICTURE", help="a12 (an asset) or v34 (a version)")
        sign.add_argument("options", metavar="OPTIONS", help="such as w=800,f=auto, or p=card")
        sign.add_argument("--name", default="", help="what the address ends with, for people")
        sign.add_argument("--days", type=int, help="how long it is good; for ever without this")
        self.add_json_argument(sign)
        for name, help_text in (
            ("keys", "list the keys by name"),
            ("rotate", "make a new key, which signs from now on"),
            ("presets", "list the presets"),
        ):
            self.add_json_argument(kinds.add_parser(name, help=help_text))
        preset = kinds.add_parser("preset", help="keep options under a name, or forget the name")
        preset.add_argument("name", metavar="NAME")
        preset.add_argument("options", metavar="OPTIONS", nargs="?", help="such as w=480,f=webp")
        preset.add_argument("--remove", action="store_true", help="forget it")
        self.add_json_argument(preset)
        retire = kinds.add_parser("retire", help="forget a key: what it signed is served no more")
        retire.add_argument("key", metavar="KEY")
        self.add_json_argument(retire)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['act']}")(options)
        except (BadOptions, keys.KeysUnusable, presets.PresetsUnusable) as error:
            raise CommandError(str(error)) from error
        except actions.NoSuchPreset as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _sign(self, options: dict[str, Any]) -> None:
        days = options["days"]
        if days is not None and days < 1:
            raise CommandError("An address is good for at least one day.")
        path = signed_path(
            options["picture"],
            options["options"],
            name=options["name"],
            seconds=days * DAY if days else None,
        )
        if options["json"]:
            self.write_json({"path": path})
        else:
            self.stdout.write(path)

    def _keys(self, options: dict[str, Any]) -> None:
        self._tell(keys.ring(), options)

    def _rotate(self, options: dict[str, Any]) -> None:
        self._tell(keys.rotate(), options)

    def _retire(self, options: dict[str, Any]) -> None:
        self._tell(keys.retire(options["key"]), options)

    def _tell(self, ring: Ring, options: dict[str, Any]) -> None:
        if options["json"]:
            self.write_json({"active": ring.active, "keys": list(ring.secrets)})
            return
        for name in ring.secrets:
            self.stdout.write(f"{name}  signs" if name == ring.active else name)

    def _presets(self, options: dict[str, Any]) -> None:
        found = presets.read()
        if options["json"]:
            told = [{"name": name, "options": words} for name, words in found.items()]
            self.write_json({"presets": told})
            return
        for name, text in found.items():
            self.stdout.write(f"{name}  {text}")

    def _preset(self, options: dict[str, Any]) -> None:
        name, text, user = options["name"], options["options"], system_user()
        if (text is None) != options["remove"]:
            raise CommandError("Give the preset's options, or --remove.")
        if options["remove"]:
            actions.remove_preset(user=user, name=name)
        else:
            actions.save_preset(user=user, name=name, options=text)
        if options["json"]:
            self.write_json({"name": name, "options": text or "", "removed": options["remove"]})
        else:
            self.stdout.write(f"{name} is removed" if options["remove"] else f"{name}  {text}")
