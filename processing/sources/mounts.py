"""On which file system a folder lies, and whether that one tells of changes."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
# Changes made by others on these are not told to us (inotify(7), "Limitations and caveats").
SILENT = {
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "smb2", "9p", "afs", "ceph", "ncpfs", "coda"),
    *("glusterfs", "virtiofs", "vboxsf", "davfs", "lustre", "gpfs", "beegfs", "ocfs2", "prl_fs"),
}


@dataclass(frozen=True, slots=True)
class Mount:
    """A mounted file system: where, and of which type (empty where the system does not tell)."""

    point: str
    type: str

    @property
    def is_silent(self) -> bool:
        """Whether it must be polled; what runs in user space is taken to be of the network."""
        return self.type in SILENT or self.type.startswith("fuse")


def mount_of(folder: str, table: str | None = None) -> Mount:
    """Return the mount that a folder (a real path) lies on; `table` is for tests."""
    if table is None:
        if not MOUNTS.exists():
            return Mount(_point_by_asking(folder), "")
        table = MOUNTS.read_text(errors="surrogateescape")
    best = Mount("/", "")
    for line in table.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        point = _unescape(fields[4])
        if _is_below(folder, point) and len(point) >= len(best.point):
            best = Mount(point, after.split(" ", 1)[0])
    return best


def _is_below(folder: str, point: str) -> bool:
    return point == "/" or folder == point or folder.startswith(point + "/")


def _unescape(text: str) -> str:
    """Blanks and the like are octal in that table: `\\040`."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _point_by_asking(folder: str) -> str:
    while not os.path.ismount(folder):
        folder = os.path.dirname(folder)
    return folder
