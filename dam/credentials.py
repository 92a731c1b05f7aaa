"""Content credentials in plain words, from what processing kept with the version."""

from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dam.models import Version

# How a picture came about: IPTC's digital source types (cv.iptc.org/newscodes/digitalsourcetype).
SOURCES = {
    "digitalCapture": gettext_lazy("Taken with a digital camera"),
    "computationalCapture": gettext_lazy("Taken with a digital camera, from several frames"),
    "negativeFilm": gettext_lazy("Digitised from a negative"),
    "positiveFilm": gettext_lazy("Digitised from a slide"),
    "print": gettext_lazy("Digitised from a print"),
    "humanEdits": gettext_lazy("Edited by a person"),
    "minorHumanEdits": gettext_lazy("Edited a little by a person"),
    "algorithmicallyEnhanced": gettext_lazy("Enhanced by an algorithm"),
    "digitalArt": gettext_lazy("Drawn digitally"),
    "digitalCreation": gettext_lazy("Created digitally"),
    "dataDrivenMedia": gettext_lazy("Made from data"),
    "trainedAlgorithmicMedia": gettext_lazy("Made by generative AI"),
    "compositeWithTrainedAlgorithmicMedia": gettext_lazy("Parts made by generative AI"),
    "algorithmicMedia": gettext_lazy("Made by an algorithm"),
    "screenCapture": gettext_lazy("A screenshot"),
    "virtualRecording": gettext_lazy("Recorded in a virtual world"),
    "composite": gettext_lazy("Composed of several pictures"),
    "compositeCapture": gettext_lazy("Composed of several photographs"),
    "compositeSynthetic": gettext_lazy("Composed, with synthetic parts"),
}
AI = {"trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"}
ACTIONS = {
    "c2pa.created": gettext_lazy("Created"),
    "c2pa.opened": gettext_lazy("Opened"),
    "c2pa.placed": gettext_lazy("Placed a part"),
    "c2pa.edited": gettext_lazy("Edited"),
    "c2pa.edited.metadata": gettext_lazy("Changed metadata"),
    "c2pa.cropped": gettext_lazy("Cropped"),
    "c2pa.resized": gettext_lazy("Resized"),
    "c2pa.resized.proportional": gettext_lazy("Resized"),
    "c2pa.orientation": gettext_lazy("Turned"),
    "c2pa.color_adjustments": gettext_lazy("Changed colours"),
    "c2pa.adjustedColor": gettext_lazy("Changed colours"),
    "c2pa.filtered": gettext_lazy("Filtered"),
    "c2pa.enhanced": gettext_lazy("Enhanced"),
    "c2pa.drawing": gettext_lazy("Drawn on"),
    "c2pa.addedText": gettext_lazy("Added text"),
    "c2pa.deleted": gettext_lazy("Removed a part"),
    "c2pa.removed": gettext_lazy("Removed a part"),
    "c2pa.converted": gettext_lazy("Converted"),
    "c2pa.transcoded": gettext_lazy("Converted"),
    "c2pa.repackaged": gettext_lazy("Repackaged"),
    "c2pa.published": gettext_lazy("Published"),
    "c2pa.redacted": gettext_lazy("Left something out"),
    "c2pa.watermarked": gettext_lazy("Watermarked"),
    "c2pa.unknown": gettext_lazy("Did something unknown"),
}
# What did not hold (C2PA 2.2, chapter 15, validation status codes).
FAILURES = {
    "assertion.dataHash.mismatch": gettext_lazy("The picture was changed after it was signed."),
    "assertion.bmffHash.mismatch": gettext_lazy("The picture was changed after it was signed."),
    "assertion.boxesHash.mismatch": gettext_lazy("The picture was changed after it was signed."),
    "assertion.hashedURI.mismatch": gettext_lazy(
        "A statement in the credentials was changed after it was signed."
    ),
    "assertion.missing": gettext_lazy("A statement that was signed is missing."),
    "claimSignature.mismatch": gettext_lazy("The signature does not fit the credentials."),
    "claimSignature.missing": gettext_lazy("The credentials are not signed."),
    "claimSignature.outsideValidity": gettext_lazy(
        "The signer's certificate was not valid at that time."
    ),
    "signingCredential.invalid": gettext_lazy(
        "The signer's certificate is not fit for content credentials."
    ),
    "signingCredential.expired": gettext_lazy("The signer's certificate had expired."),
    "signingCredential.untrusted": gettext_lazy(
        "Nobody vouches for the signer here: the name is what the certificate says."
    ),
    "timeStamp.mismatch": gettext_lazy("The time stamp does not fit the signature."),
    "timeStamp.untrusted": gettext_lazy("Nobody vouches for the time stamp here."),
}
STATES = {
    "valid": (gettext_lazy("Intact"), "approved"),
    "trusted": (gettext_lazy("Intact and trusted"), "approved"),
    "invalid": (gettext_lazy("Does not hold"), "rejected"),
    "unreadable": (gettext_lazy("Unreadable"), "rejected"),
    "elsewhere": (gettext_lazy("Kept elsewhere"), "in_review"),
}
NOTES = {
    "unreadable": gettext_lazy("There are credentials in the file, but they are damaged."),
    "elsewhere": gettext_lazy(
        "The file names an address where its credentials are. Loupe does not fetch them: an address"
        " in a file is a stranger's."
    ),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel shows of a version's credentials."""

    state: str
    tone: str  # a badge's class
    ai: bool
    source: str
    rows: list[tuple[str, str]]
    actions: list[str]
    ingredients: list[str]
    reasons: list[str]


def credentials_in_words(version: Version) -> Shown | None:
    """Say what a version's credentials hold; None where it has none, and its file says nothing."""
    said = version.credentials
    declared = version.metadata.get("digital_source", "")
    declared = declared.rpartition("/")[2] if isinstance(declared, str) else ""
    if not said and declared not in AI:
        return None
    word, tone = STATES.get(said.get("state", ""), (_("None"), "superseded"))
    source = said.get("source", "") or declared
    return Shown(
        state=str(word),
        tone=tone,
        ai=bool(said.get("ai")) or declared in AI,
        source=str(SOURCES.get(source, "")),
        rows=_rows(said),
        actions=[_action(action) for action in said.get("actions", [])],
        ingredients=[_ingredient(one) for one in said.get("ingredients", [])],
        reasons=_reasons(said, declared),
    )


def _rows(said: dict[str, Any]) -> list[tuple[str, str]]:
    signed = parse_datetime(said.get("signed_at", "") or "-")
    signer = ", ".join(filter(None, (said.get("signer"), said.get("issuer"))))
    rows = [
        (_("Signed by"), signer),
        (_("Signed"), f"{signed:%-d %B %Y, %H:%M} UTC" if signed else ""),
        (_("Made with"), said.get("generator", "")),
        (_("Called"), said.get("title", "")),
    ]
    return [(label, text) for label, text in rows if text]


def _action(said: dict[str, str]) -> str:
    name = said.get("name", "")
    words = [str(ACTIONS.get(name, name))]
    if said.get("source") in SOURCES:
        words.append(str(SOURCES[said["source"]]).lower().replace(" ai", " AI"))
    if said.get("software"):
        words.append(_("with %s") % said["software"])
    return ", ".join(words)


def _ingredient(said: dict[str, Any]) -> str:
    title = said.get("title") or _("a picture without a name")
    made = _("Made from “%s”") if said.get("relationship") == "parentOf" else _("Contains “%s”")
    broken = [code for code in said.get("failures", []) if code != "signingCredential.untrusted"]
    if not said.get("signed"):
        return f"{made % title} ({_('without credentials of its own')})"
    return f"{made % title} ({_('whose credentials do not hold')})" if broken else made % title


def _reasons(said: dict[str, Any], declared: str) -> list[str]:
    if not said:
        return [_("The file says so in its metadata; nobody has signed it.")]
    reasons = [str(NOTES[said["state"]])] if said.get("state") in NOTES else []
    for code in said.get("failures", []):
        reasons.append(str(FAILURES.get(code, _("A check failed: %s.") % code)))
    return list(dict.fromkeys(reasons))
