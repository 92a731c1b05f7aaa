"""A disk that is full: what is told to be kept is kept, the rest waits or is refused in words."""

import hashlib
import json
import os
import subprocess
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults
MIB = 1024**2


@pytest.fixture
def small_disk(tmp_path: Path):
    """Mount a file system of a few MiB; skip where one may not."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m,mode=755", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def full_home(home, models, small_disk, database_up):
    """A home whose media folder is on the small disk."""
    home.env["LOUPE_MEDIA"] = str(small_disk / "media")
    return home


def fill(disk: Path, leave: int) -> Path:
    """Take all of a disk but some bytes."""
    filler, free = disk / "filler", os.statvfs(disk).f_bavail * os.statvfs(disk).f_bsize
    filler.write_bytes(b"\0" * max(0, free - leave))
    return filler


def stored(home) -> set[str]:
    return {row[0] for row in home.count("SELECT sha256 FROM dam_blob")}


def test_arriving_on_a_full_disk(full_home, small_disk, tmp_path, picture):
    folder = tmp_path / "pictures"
    folder.mkdir()
    files = {}
    for n in range(6):
        data = picture((1600, 1200), seed=n, quality=97)
        assert len(data) > 100_000
        (folder / f"{n}.jpg").write_bytes(data)
        files[hashlib.sha256(data).hexdigest()] = data
    fill(small_disk, leave=2 * len(data) + 60_000)
    done = subprocess.run(
        full_home.command("ingest", str(folder), "--json"),
        env=full_home.env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert "no room left" in done.stderr
    kept = stored(full_home)
    assert 0 < len(kept) < 6
    media = small_disk / "media"
    assert not list((media / "incoming").iterdir())
    for name in kept:
        path = media / "originals" / name[:2] / name[2:4] / name
        assert path.read_bytes() == files[name]
    (small_disk / "filler").unlink()
    assert full_home.ask("ingest", str(folder))["counts"]["ingested"] == 6 - len(kept)
    assert stored(full_home) == set(files)


def test_renditions_on_a_full_disk_wait_until_there_is_room(
    full_home, small_disk, tmp_path, picture
):
    file = tmp_path / "picture.jpg"
    file.write_bytes(picture((2400, 1800), quality=80))
    full_home.run("ingest", str(file))
    filler = fill(small_disk, leave=30_000)
    up = full_home.start("up", "--no-web", "--workers", "1", stdout=subprocess.DEVNULL)
    try:
        waiting = wait_for(full_home, "state = 'queued' AND error LIKE '%room%'")
        assert waiting == [["renditions"]]
        assert full_home.count("SELECT state FROM dam_version") == [["processing"]]
        filler.unlink()
        wait_for(full_home, "step = 'renditions' AND state = 'done'")
    finally:
        up.terminate()
        up.wait(60)
    assert full_home.count("SELECT count(*) FROM dam_rendition") == [[3]]
    assert json.loads(full_home.run("verify", "--json").stdout)["findings"] == []


def wait_for(home, condition: str) -> list:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        if found := home.count(f"SELECT step FROM processing_job WHERE {condition}"):
            return found
        time.sleep(0.5)
    raise AssertionError(home.count("SELECT step, state, error, error_detail FROM processing_job"))
