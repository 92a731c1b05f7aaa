"""What `dam.delivery` calls to look a download up, and to say what it would carry."""

import hashlib
import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dam import delivery
from dam.delivery import FORMATS, Delivery, Undeliverable, UnknownFormat
from dam.models import BrandProfileVersion, Rendition, Version
from dam.storage import path_of
from processing.delivery import making, signing
from processing.delivery.policy import Policy
from processing.delivery.values import values_of
from processing.delivery.wording import MOST_WRITTEN, worded
from processing.errors import InputError
from processing.metadata.mapping import FIELDS
from processing.metadata.signing import SigningError, SigningKey, signable
from processing.metadata.values import Embed, Values
from processing.metadata.writing import WRITERS, ContainerError

CONVERTED = ("image/webp", "image/jpeg")  # what the pipeline makes, and what else it may come as
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/png": ".png",
    "image/avif": ".avif",
    "image/jxl": ".jxl",
    "image/tiff": ".tif",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A download in all that decides its bytes."""

    made: Rendition
    mime: str
    values: Values
    policy: Policy
    key: SigningKey | None

    def digest(self) -> str:
        """SHA-256 (hex): the same for the same bytes."""
        parts = [self.made.sha256, self.mime, self.policy.metadata, self.values.digest()]
        parts += [str(self.policy.most), signing.mark(self.key)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    @property
    def _converted(self) -> bool:
        return self.mime != self.made.media_type

    def make(self) -> bytes:
        """Return the bytes. Raises FileNotFoundError, Undeliverable and TransientError."""
        path = path_of(self.made.key)
        try:
            data = making.as_jpeg(path) if self._converted else path.read_bytes()
            data = worded(data, self.mime, self.values, self.policy.most)
        except (ContainerError, InputError) as error:
            raise Undeliverable(str(error)) from error
        if self.key is None or not signable(self.mime):
            return data
        return self._signed(data, self.key)

    def _signed(self, data: bytes, key: SigningKey) -> bytes:
        """With content credentials, unless the recipe's byte budget has no room for them."""
        hidden = not self.policy.place
        steps = self.policy.steps
        signed = signing.with_credentials(
            data, self.mime, self.made, key, steps, strip_place=hidden
        )
        most = self.policy.most
        return signed if most is None or len(signed) <= most else data


class MetadataWriter:
    """Downloads with the library's words, as the brand's rules in force want it."""

    def plan(self, made: Rendition, *, format: str) -> Delivery:
        if not format and (made.media_type not in WRITERS or made.size > MOST_WRITTEN):
            return _bare(made)
        mime = _mime(made, format)
        rules = made.version.asset.brand.rules
        wish = _wish(made, mime, rules)
        digest = wish.digest()
        key = making.key_of(made.version_id, made.purpose, digest, ENDINGS[mime])
        return Delivery(digest[:32], mime, ENDINGS[mime], lambda: making.kept(key, wish.make))

    def written(self, version: Version, rules: BrandProfileVersion) -> list[tuple[str, str]]:
        kept = _chosen(version, rules)
        rows = [(field.label, kept.texts.get(field.name, "")) for field in FIELDS]
        rows += [(field.label, ", ".join(kept.lists.get(field.name, ()))) for field in FIELDS]
        rows.append((_("Keywords"), ", ".join(kept.keywords)))
        rows.append((_("Camera"), ", ".join(_camera_words(kept))))
        rows.append((_("Position"), "{:.4f}, {:.4f}".format(*kept.gps) if kept.gps else ""))
        return [(label, text) for label, text in rows if text]


def _bare(made: Rendition) -> Delivery:
    """A file that no metadata is written into, for its type or its size."""
    path = path_of(made.key)
    return Delivery(made.sha256[:32], made.media_type, path.suffix, lambda: path.open("rb"))


def _mime(made: Rendition, format: str) -> str:
    if not format:
        mime = made.media_type
    elif format in FORMATS:
        mime = FORMATS[format][0]
    else:
        listed = ", ".join(FORMATS)
        raise UnknownFormat(_("Downloads come as %s.") % listed)
    converted = mime != made.media_type
    if mime not in WRITERS or (converted and (made.media_type, mime) != CONVERTED):
        raise UnknownFormat(_("This rendition cannot be downloaded as that."))
    return mime


def _wish(made: Rendition, mime: str, rules: BrandProfileVersion) -> Wish:
    # What the rule leaves out is left out here already, so that it does not change the digest.
    policy = Policy.of(made).under(rules)
    values = policy.chosen(values_of(made.version))
    return Wish(made, mime, values, policy, _key(policy.metadata))


def _key(rule: Embed) -> SigningKey | None:
    """The key to sign with. A brand that wants nothing written wants no credentials either."""
    try:
        return signing.key() if rule != "none" else None
    except SigningError as error:
        raise Undeliverable(str(error)) from error


def _chosen(version: Version, rules: BrandProfileVersion) -> Values:
    return Policy().under(rules).chosen(values_of(version))


def _camera_words(values: Values) -> list[str]:
    return [str(values.camera[name]) for name in ("Make", "Model") if name in values.camera]


def connect() -> None:
    """Let downloads be made here."""
    delivery.register(MetadataWriter())
