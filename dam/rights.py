"""What the panel of rights and credit shows: a line for each field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dam.actions.rights import RIGHTS, WITH_LINES, most
from dam.audit import RIGHTS as LABELS
from dam.models import Asset


@dataclass(frozen=True, slots=True)
class Line:
    """One field: as it is, or as it was typed, with what is wrong with it."""

    name: str
    label: str
    value: str
    most: int
    help: str
    several: bool  # whether it may have line breaks
    problem: str = ""


def rights_form(
    asset: Asset,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, Sequence[str]] | None = None,
) -> list[Line]:
    """Return the lines of an asset's rights, with what a person typed in place of what is."""
    typed, problems = typed or {}, problems or {}
    return [
        Line(
            name=name,
            label=str(LABELS[name]),
            value=typed.get(name, getattr(asset, name)),
            most=most(name),
            help=_help(name),
            several=name in WITH_LINES,
            problem=" ".join(problems.get(name, ())),
        )
        for name in RIGHTS
    ]


def _help(name: str) -> str:
    return {
        "creator": _("Who made it; several with semicolons."),
        "credit": _("What is printed beside it, for example “Ada Byron / House”."),
        "copyright_notice": _("For example “© 2026 House”."),
        "usage_terms": _("What may be done with it, in words."),
        "rights_url": _("Where the licence can be read: https://…"),
    }[name]
