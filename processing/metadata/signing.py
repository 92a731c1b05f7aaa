"""Content credentials for what Loupe makes: signed with the installation's key, its parent named.

The parent is read first, in a call of its own that a sandbox can run (`parent`), so that the key is
never in a process that opens a stranger's file.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import c2pa

from processing.metadata.c2pa_engine import context, known
from processing.metadata.cleaning import clean_line

_LABEL = "parent"
# What names a place in an assertion: EXIF's GPS, IPTC's and schema.org's locations.
_PLACE = re.compile(r"GPS|[Ll]ocation|:City|:State|:Country|[Ll]atitude")
# The library refuses to leave these out (C2PA 2.2, 6.8.1), and they hold no place.
_KEPT = ("c2pa.actions", "c2pa.hash", "c2pa.ingredient")


class SigningError(Exception):
    """Something could not be signed; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """PEM: the certificate with its chain, and the private key in PKCS #8.

    ``algorithm`` is one of es256, es384, es512, ps256, ps384, ps512 and ed25519.
    """

    certificates: bytes
    key: bytes
    algorithm: str = "es256"

    def __repr__(self) -> str:
        return f"SigningKey({self.algorithm})"  # the key must not end in a log


@dataclass(frozen=True, slots=True)
class Parent:
    """A picture that another was made from: what C2PA keeps of it, and what names a place in it.

    archive is C2PA's form of an ingredient with its manifests; places are addresses of assertions.
    """

    archive: bytes
    places: tuple[str, ...] = ()


def signable(mime: str) -> bool:
    """Whether files of this media type can be signed."""
    return mime in c2pa.Builder.get_supported_mime_types()


def parent(path: Path | str, mime: str, title: str) -> Parent | None:
    """Read a picture as an ingredient; None where its type has no content credentials."""
    if not known(mime):
        return None
    archive = io.BytesIO()
    described = {"title": clean_line(title, 200), "relationship": "parentOf", "label": _LABEL}
    with open(path, "rb") as file, context() as settings:
        places = _places(mime, file, settings)
        file.seek(0)
        try:
            builder = c2pa.Builder(json.dumps({"claim_generator_info": []}), context=settings)
            builder.add_ingredient(described, mime, file)
            builder.write_ingredient_archive(_LABEL, archive)
        except c2pa.C2paError as error:
            raise SigningError("The original cannot be named as its parent.") from error
    return Parent(archive.getvalue(), places)


def _places(mime: str, file: Any, settings: c2pa.Context) -> tuple[str, ...]:
    """Addresses of the assertions in a file's manifests that say where it was taken."""
    try:
        reader = c2pa.Reader.try_create(mime, file, context=settings)
    except c2pa.C2paError:  # damaged or elsewhere: then nothing of it travels
        return ()
    if reader is None:
        return ()
    with reader:
        manifests: dict[str, Any] = json.loads(reader.json()).get("manifests", {})
    return tuple(
        f"self#jumbf=/c2pa/{name}/c2pa.assertions/{_label(assertion)}"
        for name, manifest in manifests.items()
        for assertion in manifest.get("assertions", [])
        if not _label(assertion).startswith(_KEPT)
        and _PLACE.search(json.dumps(assertion.get("data", "")))
    )


def _label(assertion: dict[str, Any]) -> str:
    instance = assertion.get("instance")
    label = str(assertion.get("label", ""))
    return f"{label}__{instance}" if instance and "__" not in label else label


def sign(
    data: bytes,
    mime: str,
    key: SigningKey,
    *,
    title: str,
    made_from: Parent,
    actions: Sequence[str],
    strip_place: bool,
) -> bytes:
    """Return ``data`` with a manifest: opened from its parent, then ``actions`` (C2PA's names).

    With ``strip_place`` what names a place in the parent's manifests is redacted, and said to be.
    Nothing else in the file changes. Raises SigningError.
    """
    hidden = made_from.places if strip_place else ()
    target = io.BytesIO()
    try:
        with context() as settings, _signer(key) as signer:
            manifest = _manifest(mime, title, actions, hidden)
            builder = c2pa.Builder(json.dumps(manifest), context=settings)
            builder.add_ingredient_from_archive(io.BytesIO(made_from.archive))
            builder.sign(signer, mime, io.BytesIO(data), target)
    except c2pa.C2paError as error:
        raise SigningError("The download could not be signed.") from error
    return target.getvalue()


def _signer(key: SigningKey) -> c2pa.Signer:
    # No time stamp is asked of anybody: `None`, an empty address would be asked.
    info = c2pa.C2paSignerInfo(key.algorithm, key.certificates, key.key, None)
    return c2pa.Signer.from_info(info)


def _manifest(
    mime: str, title: str, actions: Sequence[str], hidden: Sequence[str]
) -> dict[str, Any]:
    done: list[dict[str, Any]] = [
        {"action": "c2pa.opened", "parameters": {"ingredientIds": [_LABEL]}}
    ]
    done += [{"action": name} for name in actions]
    done += [
        {
            "action": "c2pa.redacted",
            "reason": "c2pa.PII.present",
            "parameters": {"redacted": address},
        }
        for address in hidden
    ]
    manifest = {
        "claim_generator_info": [{"name": "Loupe", "version": "0.1.0"}],
        "title": clean_line(title, 200),
        "format": mime,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": done}}],
    }
    return manifest | ({"redactions": list(hidden)} if hidden else {})


def check(key: SigningKey) -> None:
    """Sign a small picture of our own. Raises SigningError where key or certificate is no good."""
    with context() as settings, _checked(key) as signer:
        manifest = _manifest("image/png", "check", (), ())
        manifest["assertions"] = []
        builder = c2pa.Builder(json.dumps(manifest), context=settings)
        builder.set_intent(
            c2pa.C2paBuilderIntent.CREATE, c2pa.C2paDigitalSourceType.DIGITAL_CREATION
        )
        try:
            builder.sign(signer, "image/png", io.BytesIO(_SMALLEST), io.BytesIO())
        except c2pa.C2paError as error:
            raise SigningError(f"It cannot sign: {clean_line(str(error), 160)}.") from error


def _checked(key: SigningKey) -> c2pa.Signer:
    try:
        return _signer(key)
    except c2pa.C2paError as error:
        raise SigningError(f"It cannot be read: {clean_line(str(error), 160)}.") from error


# One grey pixel.
_SMALLEST = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c6368000000820081772b0e7e0000000049454e44ae426082"
)
