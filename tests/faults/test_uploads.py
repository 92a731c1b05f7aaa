"""Uploads while everything breaks: each acknowledged byte is there, and each file ends once."""

import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator

import pytest

from tests.cutting import cutting
from tests.faults.uploading import PLACE, Server
from tests.homes import Home

pytestmark = pytest.mark.faults

SIZE = int(os.environ.get("LOUPE_FAULT_UPLOAD_MIB", "24")) * 1024**2
SEED = os.environ.get("LOUPE_FAULT_SEED")


@pytest.fixture(scope="module")
def server(tmp_path_factory, prepared) -> Iterator[Server]:
    made = Server(Home(tmp_path_factory.mktemp("uploads") / "home", prepared))
    made.start()
    yield made
    made.kill()


@pytest.fixture
def data() -> bytes:
    return random.Random().randbytes(SIZE)


@pytest.mark.parametrize("share", [0.10, 0.50, 0.99])
def test_a_client_that_drops_and_resumes(server, data, share):
    place = server.begin(data)
    with cutting("127.0.0.1", server.port) as proxy:
        proxy.cut_after = int(SIZE * share)
        assert server.send(place, data, 0, proxy.port) == 0
    offset = server.offset(place)
    assert offset > 0.8 * share * SIZE, "what arrived before the cut is kept"
    assert server.send(place, data, offset) == 204
    server.check(place, data)


def test_a_client_that_falls_silent_makes_room_for_its_next_try(server, data):
    """Its network went away without a word, as a telephone's does: the server sees no end."""
    place = server.begin(data)
    with cutting("127.0.0.1", server.port) as proxy:
        proxy.hold_after = SIZE // 2
        stuck = threading.Thread(target=server.send, args=(place, data, 0, proxy.port))
        stuck.start()
        time.sleep(2)
        begun = time.monotonic()
        offset = server.offset(place)
        assert offset > SIZE // 3
        assert server.send(place, data, offset) == 204
        assert time.monotonic() - begun < 15
        proxy.hold_after = None
        server.check(place, data)
    stuck.join()


def test_two_writers_on_one_upload(server, data):
    place = server.begin(data)
    answers: list[int] = []

    def write():
        answers.append(server.send_slowly(place, data, 0, seconds=2))

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert 204 in answers
    assert set(answers) <= {204, 409, 413, 423, 0}
    server.carry_on(place, data)
    server.check(place, data)


def test_the_server_is_killed_in_the_middle(server, data):
    choose = random.Random(SEED)
    place = server.begin(data)
    acknowledged = 0
    for _ in range(3):
        offset = server.offset(place)
        assert offset >= acknowledged, "what was acknowledged stays"
        acknowledged = offset
        rest = threading.Thread(
            target=server.send_slowly, args=(place, data, offset), kwargs={"seconds": 3}
        )
        rest.start()
        time.sleep(choose.uniform(0.3, 2.5))
        server.kill()
        rest.join()
        server.start()
    server.carry_on(place, data)
    server.check(place, data)


def test_the_server_is_killed_about_the_last_byte(server):
    choose = random.Random(SEED)
    for _ in range(3):
        data = choose.randbytes(300_000)
        place = server.begin(data)
        last = threading.Thread(target=server.send, args=(place, data, 0))
        last.start()
        time.sleep(choose.uniform(0.0, 0.15))
        server.kill()
        last.join()
        server.start()
        server.carry_on(place, data)
        server.check(place, data)
    sweep = "from processing.uploads import sweeping; sweeping.STRAY_SECONDS = -1; sweeping.run()"
    server.home.run("shell", "-v0", "-c", sweep)
    assert not list((server.home.folder / "media" / "incoming").glob("*.part"))


def test_database_connections_are_cut_during_an_upload(server, data):
    place = server.begin(data)
    sending = threading.Thread(
        target=server.send_slowly, args=(place, data, 0), kwargs={"seconds": 8}
    )
    sending.start()
    cut = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert server.home.count(cut)[0][0] > 0
    sending.join()
    server.carry_on(place, data)
    server.check(place, data)


def test_the_database_stops_at_once_during_an_upload(server, data):
    """As `pg_ctl stop -m immediate` does: the next connection starts the server again."""
    place = server.begin(data)
    sending = threading.Thread(
        target=server.send_slowly, args=(place, data, 0), kwargs={"seconds": 4}
    )
    sending.start()
    time.sleep(1)
    pid = (server.home.folder / "database" / "postmaster.pid").read_text().split()[0]
    os.kill(int(pid), signal.SIGQUIT)
    sending.join()
    server.carry_on(place, data)
    server.check(place, data)


def test_one_file_twenty_times_at_once(server):
    data = random.Random().randbytes(2_000_000)
    places: list[str] = []

    def send(number: int):
        place = server.begin(data, f"copy-{number}.bin")
        server.carry_on(place, data)
        places.append(place)

    senders = [threading.Thread(target=send, args=(n,)) for n in range(20)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    answers = [server.check(place, data) for place in places]
    assert len(answers) == 20
    assert len({answer["asset"] for answer in answers}) == 1
    assert sorted(answer["outcome"] for answer in answers) == ["duplicate"] * 19 + ["ingested"]


def test_a_full_disk(server, data):
    """A small disk of its own for the media: what arrived stays, and goes on when there is room."""
    server.begin(b"something")  # so that there is a storage with its mark
    media = server.home.folder / "media"
    size = f"size={SIZE // 1024**2 * 2 + 80}m"
    marks = {path.name: path.read_bytes() for path in media.iterdir() if path.is_file()}
    disk = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(media)], check=False, capture_output=True
    )
    if disk.returncode:
        pytest.skip("this account may not mount a small disk")
    try:
        for name, mark in marks.items():  # by which a disk of this library is known
            (media / name).write_bytes(mark)
        server.kill()  # its sandbox keeps the disks that it began with
        server.start()
        place = server.begin(data)
        free = shutil.disk_usage(media).free
        filler = media / "filler"
        filler.write_bytes(b"x" * (free - SIZE // 2))
        assert server.send(place, data, 0) in {507, 0}
        offset = server.offset(place)
        assert SIZE // 4 < offset < SIZE
        answer = server.ask("POST", PLACE, Upload_Length=SIZE)
        assert answer.status == 507
        assert b"no room" in answer.body
        filler.unlink()
        assert server.send(place, data, offset) == 204
        server.check(place, data)
    finally:
        server.kill()
        subprocess.run(["umount", "-l", str(media)], check=True)
        server.start()
