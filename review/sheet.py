"""What a reviewer sees of one item: picture, reasons, tags and facts, ready for a template."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format, localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dam.formats import by_mime
from dam.models import Asset, Rendition, TagAssignment, Version
from processing.models import Provenance
from review.models import Decision, Finding, ReviewItem
from review.policy import NAME

# A suggestion at least this sure is ticked before the reviewer looks: likelier right than wrong.
TICKED_FROM = 0.5
DIGITS = 9
State = TagAssignment.State


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendition as a page shows it."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A tag that waits for a word, with the digit key that toggles it (none from the tenth on)."""

    tag: TagAssignment
    digit: int | None

    @property
    def ticked(self) -> bool:
        return (self.tag.confidence or 0.0) >= TICKED_FROM


@dataclass(frozen=True, slots=True)
class Sheet:
    """One item, laid out."""

    item: ReviewItem
    picture: Picture | None
    thumbnail: Picture | None
    previous: Version | None
    previous_picture: Picture | None
    suggestions: list[Suggestion]
    accepted: list[TagAssignment]
    facts: list[tuple[str, str]]
    decision: Decision | None = None  # what was decided, where it is not open
    made: Provenance | None = None  # how it came, where a rendition is asked about

    @property
    def version(self) -> Version:
        return self.item.version

    @property
    def asset(self) -> Asset:
        return self.item.version.asset

    @property
    def findings(self) -> list[Finding]:
        return list(self.item.findings.all())

    @property
    def misnamed(self) -> bool:
        """Whether the file's name is among what is doubtful."""
        return any(finding.code == NAME for finding in self.findings)

    @property
    def open(self) -> bool:
        return self.item.state == ReviewItem.State.OPEN


def sheet_of(item: ReviewItem) -> Sheet:
    """Lay out one item; cheap for items read with `with_picture()`."""
    if item.purpose:
        return _of_rendition(item)
    version = item.version
    tags = sorted(version.asset.tags.all(), key=lambda tag: (-(tag.confidence or 0), tag.term.name))
    suggested = [tag for tag in tags if tag.state == State.SUGGESTED]
    previous = _previous(version)
    return Sheet(
        item=item,
        picture=picture(version, "large"),
        thumbnail=picture(version, "thumbnail"),
        previous=previous,
        previous_picture=picture(previous, "large") if previous else None,
        suggestions=[
            Suggestion(tag, number if number <= DIGITS else None)
            for number, tag in enumerate(suggested, start=1)
        ],
        accepted=[tag for tag in tags if tag.state == State.ACCEPTED],
        facts=facts_of(version),
        decision=_decision(item),
    )


def _of_rendition(item: ReviewItem) -> Sheet:
    """What a recipe made, beside what it was made from; nothing is asked about its tags."""
    version, row = item.version, item.rendition
    shown = picture_of(row) if row is not None else None
    how = Provenance.objects.filter(rendition=row).first() if row is not None else None
    return Sheet(
        item=item,
        picture=shown,
        thumbnail=shown,
        previous=version,
        previous_picture=picture(version, "large"),
        suggestions=[],
        accepted=[],
        facts=_facts_of_rendition(version, row, how),
        decision=_decision(item),
        made=how,
    )


def picture_of(row: Rendition) -> Picture:
    """A rendition that a recipe made, as every browser shows it."""
    return Picture(reverse("rendition_look", args=[row.pk]), row.width, row.height)


def small_of(item: ReviewItem) -> Picture | None:
    """An item's picture for a grid."""
    row = item.rendition
    if item.purpose:
        return picture_of(row) if row is not None else None
    return picture(item.version, "thumbnail")


def _facts_of_rendition(
    version: Version, row: Rendition | None, how: Provenance | None
) -> list[tuple[str, str]]:
    rows = [(_("From"), version.file_name), (_("Brand"), str(version.asset.brand))]
    if row is not None:
        size = f"{localize(row.width)} × {localize(row.height)}"
        rows += [(_("Size"), size), (_("Type"), by_mime(row.media_type).label)]
    if how is not None:
        number = f", {_('version')} {how.recipe_number}" if how.recipe_number else ""
        rows += [(_("Recipe"), f"{how.recipe}{number}"), (_("Output"), how.output)]
        rows += [(_("Made"), f"{how.made_by or ''} {_when(how.created_at)}".strip())]
    return rows


def picture(version: Version, purpose: str) -> Picture | None:
    """Return a version's rendition for a page; None where it has not been made."""
    found = [row for row in version.renditions.all() if row.purpose == purpose]
    if not found:
        return None
    row: Rendition = found[-1]
    return Picture(reverse("rendition", args=[version.pk, purpose]), row.width, row.height)


def facts_of(version: Version) -> list[tuple[str, str]]:
    """Return what a reviewer wants to know of a file, as label and value."""
    rows = [
        (_("File"), version.file_name),
        (_("Type"), version.media.label),
        (_("Size"), _size(version)),
        (_("Colour"), version.colour_space),
        (_("Camera"), version.camera),
        (
            _("Captured"),
            date_format(version.captured_at, "j M Y, H:i") if version.captured_at else "",
        ),
        (_("Brand"), str(version.asset.brand)),
        (_("Uploaded"), f"{version.created_by}, {date_format(version.created_at, 'j M Y, H:i')}"),
    ]
    return [(label, value) for label, value in rows if value]


def _size(version: Version) -> str:
    if not version.width:
        return ""
    megapixels = version.width * version.height / 1e6
    return f"{localize(version.width)} × {localize(version.height)} · {megapixels:.1f} MP"


def _when(moment: datetime | None) -> str:
    return date_format(localtime(moment), "j M Y, H:i") if moment else ""


def _previous(version: Version) -> Version | None:
    if version.number < 2:
        return None
    older = version.asset.versions.filter(number__lt=version.number)
    usable = older.exclude(state=Version.State.REFUSED).prefetch_related("renditions")
    return usable.order_by("-number").first()


def _decision(item: ReviewItem) -> Decision | None:
    if item.state != ReviewItem.State.DECIDED:
        return None
    made = item.decisions.exclude(verdict__in=[Decision.Verdict.SKIP, Decision.Verdict.UNDO])
    return made.select_related("reviewer").first()
