"""Files: immutable originals named by their hash, and the renditions made from them.

An original is written to a draft, hashed on the way, synced, and put to its final name; its row
comes after. A crash at any point leaves at most a file without a row, which the doctor reports.
"""

from dam.storage.arriving import CHUNK, StoredFile, arrived, arriving, incoming
from dam.storage.drafts import collect_drafts
from dam.storage.errors import (
    NotMounted,
    StorageAway,
    StorageDamaged,
    StorageError,
    StorageFull,
    StorageMissing,
    TooLarge,
)
from dam.storage.mark import REMEDY, mounted, require_mounted
from dam.storage.originals import amiss, backend, keep, open_original, original
from dam.storage.places import INCOMING, PART, path_of, room, root, sync_folder
from dam.storage.renditions import place_rendition, rendition_key

__all__ = [
    "CHUNK",
    "INCOMING",
    "PART",
    "REMEDY",
    "NotMounted",
    "StorageAway",
    "StorageDamaged",
    "StorageError",
    "StorageFull",
    "StorageMissing",
    "StoredFile",
    "TooLarge",
    "amiss",
    "arrived",
    "arriving",
    "backend",
    "collect_drafts",
    "incoming",
    "keep",
    "mounted",
    "open_original",
    "original",
    "path_of",
    "place_rendition",
    "rendition_key",
    "require_mounted",
    "room",
    "root",
    "sync_folder",
]
