"""Files: immutable originals named by their hash, and the renditions made from them.

An original is written to a draft, hashed on the way, synced, and put to its final name; its row
comes after. A crash at any point leaves at most a file without a row, which the doctor reports.
"""

from dam.storage.arriving import CHUNK, StoredFile, arrived, arriving
from dam.storage.errors import (
    StorageAway,
    StorageDamaged,
    StorageError,
    StorageFull,
    StorageMissing,
    TooLarge,
)
from dam.storage.originals import backend, keep, open_original, original
from dam.storage.places import INCOMING, PART, incoming, path_of, room, root, sync_folder
from dam.storage.renditions import place_rendition, rendition_key

__all__ = [
    "CHUNK",
    "INCOMING",
    "PART",
    "StorageAway",
    "StorageDamaged",
    "StorageError",
    "StorageFull",
    "StorageMissing",
    "StoredFile",
    "TooLarge",
    "arrived",
    "arriving",
    "backend",
    "incoming",
    "keep",
    "open_original",
    "original",
    "path_of",
    "place_rendition",
    "rendition_key",
    "room",
    "root",
    "sync_folder",
]
