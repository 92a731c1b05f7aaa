"""TIFF's directories (revision 6.0, section 2), in either byte order, with 32 or 64 bits."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from processing.metadata.containers.blocks import ContainerError

BYTE, SHORT, LONG, UNDEFINED, LONG8 = 1, 3, 4, 7, 16
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}
_LETTERS = {BYTE: "B", SHORT: "H", LONG: "I", 13: "I", LONG8: "Q"}
_HALVES = (5, 10)  # rationals are two numbers of four bytes
_MOST_ENTRIES = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its type, how many values, and their bytes."""

    kind: int
    count: int
    value: bytes

    def ordered(self, source: Form, target: Form) -> Entry:
        """The same values in another byte order."""
        unit = 4 if self.kind in _HALVES else _SIZES[self.kind]
        if unit == 1 or source.order == target.order:
            return self
        parts = (self.value[at : at + unit][::-1] for at in range(0, len(self.value), unit))
        return Entry(self.kind, self.count, b"".join(parts))


@dataclass(frozen=True, slots=True)
class Form:
    """How a file writes numbers: ``order`` as struct has it, and whether offsets have 64 bits."""

    order: str
    big: bool

    @classmethod
    def of(cls, data: bytes) -> Self:
        order = {b"II": "<", b"MM": ">"}.get(bytes(data[:2]), "")
        magic = struct.unpack_from(f"{order}H", data, 2)[0] if order and len(data) >= 8 else 0
        if magic not in (42, 43):
            raise ContainerError("This is not a TIFF file.")
        return cls(order, magic == 43)

    @property
    def header(self) -> int:
        """Bytes of the header."""
        return 16 if self.big else 8

    @property
    def _offset(self) -> str:
        return "Q" if self.big else "I"

    @property
    def _room(self) -> int:
        return 8 if self.big else 4

    def begin(self, where: int) -> bytes:
        """The header of a file whose first directory is at ``where``."""
        mark = b"II" if self.order == "<" else b"MM"
        if self.big:
            return mark + struct.pack(f"{self.order}HHHQ", 43, 8, 0, where)
        return mark + struct.pack(f"{self.order}HI", 42, where)

    def start(self, data: bytes) -> int:
        """Where the first directory is."""
        return int(struct.unpack_from(self.order + self._offset, data, self.header - self._room)[0])

    def read(self, data: bytes, where: int) -> tuple[dict[int, Entry], int]:
        """The entries of a directory by their tags, and where the next one is: 0 for none.

        Raises ContainerError and struct.error where it is damaged.
        """
        letter = "Q" if self.big else "H"
        (count,) = struct.unpack_from(self.order + letter, data, where)
        if count > _MOST_ENTRIES:
            raise ContainerError("This TIFF file's directory is damaged.")
        at = where + struct.calcsize(f"={letter}")
        entries = {}
        for _ in range(count):
            tag, entry = self._entry(data, at)
            entries[tag] = entry
            at += 20 if self.big else 12
        return entries, int(struct.unpack_from(self.order + self._offset, data, at)[0])

    def _entry(self, data: bytes, at: int) -> tuple[int, Entry]:
        tag, kind, count = struct.unpack_from(f"{self.order}HH{self._offset}", data, at)
        size = _SIZES.get(kind, 1) * count
        place = at + (12 if self.big else 8)
        if size > self._room:
            (place,) = struct.unpack_from(self.order + self._offset, data, place)
        if kind not in _SIZES or place + size > len(data):
            raise ContainerError("This TIFF file's directory is damaged.")
        return tag, Entry(kind, count, bytes(data[place : place + size]))

    def numbers(self, entry: Entry) -> tuple[int, ...]:
        """The values of an entry of whole numbers. Raises KeyError for others."""
        return struct.unpack(f"{self.order}{entry.count}{_LETTERS[entry.kind]}", entry.value)

    def entry(self, numbers: Sequence[int]) -> Entry:
        """An entry of offsets or lengths."""
        kind = LONG8 if self.big else LONG
        value = struct.pack(f"{self.order}{len(numbers)}{_LETTERS[kind]}", *numbers)
        return Entry(kind, len(numbers), value)

    def directory(self, entries: dict[int, Entry], at: int) -> tuple[bytes, int]:
        """Bytes to be written at ``at``: long values, then the directory, and where that begins."""
        values, rows = b"", []
        for tag, one in sorted(entries.items()):
            held = one.value
            if len(held) > self._room:
                held = struct.pack(self.order + self._offset, at + len(values))
                values += one.value + b"\0" * (len(one.value) % 2)
            head = struct.pack(f"{self.order}HH{self._offset}", tag, one.kind, one.count)
            rows.append(head + held.ljust(self._room, b"\0"))
        count = struct.pack(self.order + ("Q" if self.big else "H"), len(rows))
        body = values + count + b"".join(rows) + b"\0" * self._room
        return body + b"\0" * (len(body) % 2), at + len(values)


def first(form: Form, data: bytes) -> tuple[dict[int, Entry], int]:
    """The entries of the first directory, and where the next one is: 0 for none."""
    return form.read(data, form.start(data))
