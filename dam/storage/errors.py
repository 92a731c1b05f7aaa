"""What storing and reading files can end in, each with a sentence for a person."""


class StorageError(Exception):
    """Base of the expected failures. The message is plain English and ends with a full stop.

    Where nobody else does, dam/integrity/middleware.py shows it to the person.
    """


class TooLarge(StorageError):
    """More bytes than are allowed; the message says how many."""


class StorageFull(StorageError):
    """The disk has no room for the file; the message says where."""


class StorageAway(StorageError):
    """The storage cannot be reached now: nothing is wrong with the file, and later may help."""


class NotMounted(StorageAway):
    """The storage is not the one of this library: a disk is not mounted, or another one is."""


class StorageMissing(StorageError):
    """The storage is there and the file is not."""


class StorageDamaged(StorageError):
    """The storage holds other bytes than were put there."""
