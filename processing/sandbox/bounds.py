"""How much one call may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that one call may use: memory in MiB, time in seconds, and open files.

    The time holds for the clock and for the processor. A file that it writes may have as many bytes
    as it may have memory. ``file_mib`` is the largest file that it will be given.
    """

    memory_mib: int = 2048
    seconds: int = 120
    file_mib: int = 2048
    open_files: int = 64

    @property
    def memory(self) -> str:
        """The memory for people: "2.0 GB"."""
        return f"{self.memory_mib * 1024**2 / 1e9:.1f} GB"
