"""The routing policy: what is doubtful about a version, in words. It looks; it changes nothing.

Four kinds of doubt:

- about the picture: the checks of `processing.measures.checks` against the brand's rules;
- about how it was made, where a recipe made it: its checks, and steps that are not sure;
- about its file's name: it does not fit the brand's pattern;
- about its tags as a whole: the machine could say nothing, or the surest thing that it said is
  among the least sure of the library (`review.bar`). Single unsure tags are ordinary: they are
  shown as suggestions and are no reason to stop a picture.

docs/explanation/confidence-and-review.md has the reasons and the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dam.formats import SHOWN
from dam.models import BrandProfileVersion, TagAssignment, Version
from dam.name_fields import read_name
from review.bar import Bar, bar_of
from review.checks import picture_findings
from review.doubts import Doubt
from review.making import made_doubts

TAGS_UNSURE, TAGS_SILENT = "tags_unsure", "tags_silent"
NAME = "name"
# A picture that was let pass stays in the library when only these speak against it.
FORGIVEN = frozenset({TAGS_UNSURE, TAGS_SILENT, NAME})
Source, State = TagAssignment.Source, TagAssignment.State


@dataclass(frozen=True, slots=True)
class Said:
    """What has been said of a version's asset: the machine's surest tag, and whether a person's."""

    picture: int  # made of its bytes
    surest: str | None
    confidence: float
    by_person: bool


def picture_doubts(version: Version, rules: BrandProfileVersion) -> list[Doubt]:
    """Doubt what the checks find wrong with the picture itself."""
    return [
        Doubt(found.code, found.sentence, found.measured, found.threshold, found.confidence)
        for found in picture_findings(version, rules)
    ]


def name_doubts(version: Version, rules: BrandProfileVersion) -> list[Doubt]:
    """Doubt a file's name that does not fit the brand's pattern; say where and why."""
    if not rules.name_pattern:
        return []
    match = read_name(rules.name_pattern, version.file_name)
    return [] if match else [Doubt(NAME, f"The file name does not fit. {match.reason}")]


def tagging_doubts(said: Said, rules: BrandProfileVersion, bar: Bar) -> list[Doubt]:
    """Doubt the tagging where the machine is silent, or its surest tag is at or below the bar.

    Of the silent ones only a sample, where they are many.

    Where a person has tagged the asset, or one tag is sure, there is nothing to doubt.
    """
    if said.by_person:
        return []
    if said.surest is None and not bar.asks_about_silent(said.picture):
        return []
    if said.surest is None:
        sentence = f"No tag could be suggested: each is less sure than {rules.drop:.2f}."
        return [Doubt(TAGS_SILENT, sentence, None, rules.drop)]
    sure = said.confidence
    if sure >= rules.auto_accept or sure > bar.confidence:
        return []
    sentence = (
        f"Tags are unsure: the surest is “{said.surest}” at {sure:.2f}; "
        f"nine in ten pictures here have one above {bar.confidence:.2f}."
    )
    return [Doubt(TAGS_UNSURE, sentence, sure, bar.confidence, sure)]


def said_of(version: Version) -> Said:
    """Read what has been said of a version's asset, in one query."""
    rows = list(
        TagAssignment.objects.filter(asset=version.asset_id)
        .exclude(state=State.REJECTED)
        .values_list("term__name", "confidence", "source", "decided_by")
        .order_by("-confidence", "term__name")
    )
    by_person = any(source != Source.MODEL or decider for _, _, source, decider in rows)
    machine = [(name, sure) for name, sure, source, _ in rows if source == Source.MODEL]
    name, sure = machine[0] if machine else (None, 0.0)
    # The same bytes are in the sample or out of it, however often they come.
    return Said(int(version.blob_id[:15], 16), name, sure or 0.0, by_person)


def machines_speak() -> bool:
    """Whether any machine has tagged anything: a library without a tagger is no doubt."""
    return TagAssignment.objects.filter(source=Source.MODEL).exists()


def doubts_of(version: Version) -> Sequence[Doubt]:
    """Everything that is doubtful about a version under its brand's rules in force.

    Of a file that is not looked at only the name is doubted. Drawings and
    documents are looked at, and tagged where something is seen; but machines learnt from
    photographs, and their silence about a page of text is no reason to ask a person.
    """
    rules = version.asset.brand.rules
    doubts = name_doubts(version, rules)
    if version.kind in SHOWN:
        doubts = made_doubts(version) + picture_doubts(version, rules) + doubts
    if version.kind == Version.Kind.PICTURE and machines_speak():
        doubts += tagging_doubts(said_of(version), rules, bar_of(rules))
    return doubts
