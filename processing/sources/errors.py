"""What can be in the way of taking a file. Messages are sentences for a person."""


class SourceTrouble(Exception):
    """The whole source cannot be worked on now; it is tried again by itself."""


class Unreachable(SourceTrouble):
    """The folder or bucket is away: unmounted, unplugged, or the network is down."""


class NotStill(Exception):
    """The file is still being written, has changed since it was looked at, or is gone."""


class Unreadable(Exception):
    """The file cannot be read now; it is tried again later."""


class CannotMove(Exception):
    """The file has to stay where it is."""


class Lost(Exception):
    """Somebody else has the file by now: what was begun is taken back."""
