"""Adding bytes to an upload: written, synced, and only then acknowledged."""

import contextlib
import hmac
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from rest_framework import status

from dam import storage
from dam.models import User
from processing.uploads import body, parts
from processing.uploads.creating import mine, next_expiry
from processing.uploads.models import UploadSession, UploadState
from processing.uploads.protocol import Checksum
from processing.uploads.quota import one_at_a_time, require_room, require_size
from processing.uploads.refusals import (
    CHECKSUM_MISMATCH,
    Refusal,
    bad_request,
    busy,
    conflict,
    gone,
    no_room_on_disk,
)

SYNC_EVERY = 32 * 1024**2  # bytes: the most that a killed server takes with it
TURN_SECONDS = 4.0  # how long a request waits for the one that writes
DATABASE_TRIES = 6
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request with bytes: where they go, how many they are, and what vouches for them."""

    incoming: body.Incoming
    offset: int
    checksum: Checksum | None = None
    length: int | None = None  # of the whole upload, where it is told only now

    @property
    def size(self) -> int | None:
        """The bytes of this request; None: until it ends."""
        return self.incoming.length


def receive(*, user: User, pk: UUID, delivery: Delivery) -> UploadSession:
    """Add a delivery's bytes to a person's upload; return it with its new offset.

    If the sender goes, what has come is kept, unless a checksum was to vouch for all of it. Raises
    Refusal (400, 403, 404, 408, 409, 410, 413, 423, 460, 507).
    """
    session = _open(user, pk, delivery)
    if session.state != UploadState.RECEIVING:
        return session
    with turn(session) as part:
        session = _open(user, pk, delivery)
        part.cut(session.offset)
        writing = _Writing(session, part, delivery)
        try:
            with storage.room():
                writing.run()
        except storage.StorageFull as error:
            writing.keep_what_came()
            raise no_room_on_disk() from error
    return session


def _open(user: User, pk: UUID, delivery: Delivery) -> UploadSession:
    session = mine(user, pk)
    if session.kind == UploadSession.Kind.FINAL:
        raise Refusal(
            status.HTTP_403_FORBIDDEN, "This upload is made up of parts: nothing is added."
        )
    if session.state == UploadState.EXPIRED:
        raise gone()
    if delivery.offset != session.offset:
        raise conflict(f"Go on from byte {session.offset}: that much is here.", session.offset)
    if delivery.length is not None:
        _tell_length(session, delivery.length)
    if session.state != UploadState.RECEIVING and delivery.size != 0:
        raise _too_much()
    room = None if session.length is None else session.length - session.offset
    if room is not None and delivery.size is not None and delivery.size > room:
        raise _too_much()
    if session.length is None:
        require_size(session.offset + (delivery.size or 0))
        _require_quota(session, delivery.size or 0)
    return session


def _too_much() -> Refusal:
    return Refusal(
        status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
        "These are more bytes than were announced. Nothing of this request was kept.",
    )


def _require_quota(session: UploadSession, size: int) -> None:
    with transaction.atomic():
        one_at_a_time(session.user)
        require_room(session.user, size)


def _tell_length(session: UploadSession, length: int) -> None:
    """Fix the length of an upload that began without one."""
    if session.length == length:
        return
    if session.length is not None or length < session.offset:
        raise bad_request("The length of this upload is fixed; it cannot be another.")
    require_size(length)
    with transaction.atomic():
        one_at_a_time(session.user)
        require_room(session.user, length - session.offset)
        UploadSession.objects.filter(pk=session.pk, length=None).update(length=length)
    session.length = length


def settled(session: UploadSession) -> UploadSession:
    """Return an upload as it is when the request that writes to it is through.

    One whose sender has gone is through within a second or two. Where bytes still come, it is what
    is acknowledged now.
    """
    if session.state != UploadState.RECEIVING:
        return session
    with contextlib.suppress(Refusal), turn(session):
        pass
    return mine(session.user, session.pk)


@contextlib.contextmanager
def turn(session: UploadSession) -> Iterator[parts.Part]:
    """Hold the file; ask whoever holds it to let go, which they do if nothing comes to them.

    Raises Refusal: 423 where they do not, 410 where the file is not what was acknowledged.
    """
    row = UploadSession.objects.filter(pk=session.pk)
    path = parts.path_of(session.pk)
    try:
        with parts.held(
            path, patience=TURN_SECONDS, ask=lambda: row.update(wanted=F("wanted") + 1)
        ) as part:
            yield part
    except parts.Busy:
        raise busy() from None
    except parts.Lost as error:
        raise gone() from error


@dataclass
class _Writing:
    """The bytes of one request on their way to the disk."""

    session: UploadSession
    part: parts.Part
    delivery: Delivery
    got: int = 0
    unsynced: int = 0
    begun: int = field(init=False)

    def __post_init__(self) -> None:
        self.begun = self.session.offset

    def run(self) -> None:
        checksum = self.delivery.checksum
        digest = checksum.begin() if checksum else None
        silent = False
        try:
            for piece in self.delivery.incoming.pieces(wanted=self._is_wanted):
                self._take(piece)
                if digest:
                    digest.update(piece)
                elif self.unsynced >= SYNC_EVERY:
                    self._acknowledge()
        except body.Silent:
            silent = True
        short = silent or (self.delivery.size is not None and self.got < self.delivery.size)
        if checksum and digest:
            self._verify(short, hmac.compare_digest(digest.digest(), checksum.expected))
        self._acknowledge()
        if short:
            raise Refusal(
                status.HTTP_408_REQUEST_TIMEOUT,
                f"The rest did not come. The first {self.session.offset} bytes are kept.",
                Upload_Offset=str(self.session.offset),
            )

    def _take(self, piece: bytes) -> None:
        self.got += len(piece)
        length = self.session.length
        if length is not None and self.begun + self.got > length:
            self.part.cut(self.session.offset)
            raise _too_much()
        if length is None:
            require_size(self.begun + self.got)
        self.part.write(piece)
        self.unsynced += len(piece)

    def _verify(self, short: bool, right: bool) -> None:
        if right and not short:
            return
        self.part.cut(self.begun)
        if short:
            raise Refusal(
                status.HTTP_408_REQUEST_TIMEOUT,
                "The rest did not come, so its checksum says nothing. Nothing of it was kept.",
            )
        raise Refusal(
            CHECKSUM_MISMATCH,
            "The bytes do not have the checksum that was sent. Nothing of this request was kept.",
        )

    def keep_what_came(self) -> None:
        """On a full disk: keep what was written, unless a checksum was to vouch for it."""
        if self.delivery.checksum:
            self.part.cut(self.begun)
            return
        # Where not even that can be synced, the offset stays, and the next request cuts it off.
        with contextlib.suppress(storage.StorageFull), storage.room():
            self._acknowledge()

    def _acknowledge(self) -> None:
        """Put on disk what was written, then say so in the row."""
        if not self.unsynced and not (self.session.whole and self._receiving):
            return
        self.part.sync()
        before = self.session.offset
        after, self.unsynced = before + self.unsynced, 0
        if not patiently(lambda: _advance(self.session, before, after)):
            raise gone()
        self.session.offset = after
        if self.session.whole:
            self.session.state = UploadState.COMPLETE

    @property
    def _receiving(self) -> bool:
        return self.session.state == UploadState.RECEIVING

    def _is_wanted(self) -> bool:
        row = UploadSession.objects.filter(pk=self.session.pk).values_list("wanted", flat=True)
        return patiently(row.first) != self.session.wanted


def _advance(session: UploadSession, before: int, after: int) -> bool:
    """Move the offset on; true too where an earlier try did and its answer was lost."""
    state = UploadState.COMPLETE if after == session.length else UploadState.RECEIVING
    receiving = UploadSession.objects.filter(pk=session.pk, state=UploadState.RECEIVING)
    moved = receiving.filter(offset=before).update(
        offset=after, state=state, expires_at=next_expiry()
    )
    return bool(moved) or (
        UploadSession.objects.filter(pk=session.pk, offset=after, state=state).exists()
    )


def patiently(act: Callable[[], Result]) -> Result:
    """Do something with the database that may be repeated, past a connection that was cut."""
    for attempt in range(DATABASE_TRIES):
        try:
            return act()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or attempt == DATABASE_TRIES - 1:
                raise
            connection.close()
            time.sleep(0.2 * 2**attempt)
    raise AssertionError("unreachable: the last try returns or raises")
