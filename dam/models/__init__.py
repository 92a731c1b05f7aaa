"""The library's tables, one subject a file."""

from dam.models.access import AccessEvent
from dam.models.asset import Asset, Category
from dam.models.brand import BrandProfile, BrandProfileVersion
from dam.models.collection import Collection, CollectionItem
from dam.models.people import Membership, Role, User
from dam.models.relation import Relation
from dam.models.renaming import Renaming
from dam.models.storage import Condition, Installation, StorageRoot, Verification, Verified
from dam.models.taxonomy import Facet, TagAssignment, Term
from dam.models.token import ApiToken, IdempotencyKey
from dam.models.version import Blob, Facts, PaletteColour, Rendition, Version, VersionText

__all__ = [
    "AccessEvent",
    "ApiToken",
    "Asset",
    "Blob",
    "BrandProfile",
    "BrandProfileVersion",
    "Category",
    "Collection",
    "CollectionItem",
    "Condition",
    "Facet",
    "Facts",
    "IdempotencyKey",
    "Installation",
    "Membership",
    "PaletteColour",
    "Relation",
    "Renaming",
    "Rendition",
    "Role",
    "StorageRoot",
    "TagAssignment",
    "Term",
    "User",
    "Verification",
    "Verified",
    "Version",
    "VersionText",
]
