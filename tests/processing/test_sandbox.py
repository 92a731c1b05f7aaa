"""What a file can do to the process that opens it, and what that costs us: its own call."""

import errno
import os
import signal
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from processing import sandbox
from processing.errors import InputError, ProviderError, TransientError
from processing.sandbox import allowed
from processing.sandbox.confine import landlock, seccomp
from processing.sandbox.probe import measure
from tests.processing import in_a_cell
from tests.processing.cells import CALLS, MIB, SECONDS, SETUP
from tests.processing.cells import small_cells as small_cells

needs_landlock = pytest.mark.skipif(landlock.version() == 0, reason="this kernel has no landlock")
needs_seccomp = pytest.mark.skipif(not seccomp.supported(), reason="there is no filter for this")


def still_well() -> bool:
    """Whether the next call is answered, by the same zygote."""
    return sandbox.call(in_a_cell.sleep, 0.0) == 0.0


# What comes back


def test_every_declared_type_comes_back_as_it_was():
    assert sandbox.call(in_a_cell.everything) == in_a_cell.everything()


def test_what_was_not_declared_does_not_come_back():
    with pytest.raises(sandbox.Crashed) as caught:
        sandbox.call(in_a_cell.lie)
    assert "Everything" in caught.value.detail


def test_a_result_may_be_as_large_as_is_allowed_and_not_larger():
    assert len(sandbox.call(in_a_cell.large, 1_000_000)) == 1_000_000
    with pytest.raises(sandbox.Crashed, match="crashed"):
        sandbox.call(in_a_cell.large, 9 * 1024**2)


def test_paths_come_back_only_from_the_folder_for_results(tmp_path):
    assert sandbox.call(in_a_cell.elsewhere, tmp_path, "") == tmp_path / "made"
    outside = tmp_path / "sub" / "other"
    outside.parent.mkdir()
    outside.touch()
    for target in ("/etc/passwd", str(outside), f"{tmp_path}/../{tmp_path.name}/made"):
        with pytest.raises(sandbox.Crashed):
            sandbox.call(in_a_cell.elsewhere, tmp_path, target)
    with pytest.raises((sandbox.Crashed, OSError)):
        sandbox.call(in_a_cell.link, tmp_path)


def test_relative_paths_mean_the_callers_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("file").write_bytes(b"here")
    assert sandbox.call(in_a_cell.read_bytes, "file") == b"here"


def test_only_what_is_on_the_list_can_be_called(tmp_path):
    with pytest.raises(sandbox.NotAllowed):
        sandbox.call(os.system, "true")
    with pytest.raises(TypeError):
        sandbox.call(in_a_cell.read_bytes, tmp_path, wrong=1)


# How it fails


def test_errors_keep_their_kind_and_sentence():
    with pytest.raises(InputError, match=r"It is torn\.") as caught:
        sandbox.call(in_a_cell.fail, "input")
    assert caught.value.detail == "row 7"
    with pytest.raises(ProviderError):
        sandbox.call(in_a_cell.fail, "provider")
    with pytest.raises(OSError) as gone:
        sandbox.call(in_a_cell.fail, "os")
    assert gone.value.errno == errno.ENOENT
    assert "secret" not in str(gone.value)


@pytest.mark.parametrize("kind", ["value", "deep"])
def test_what_nobody_expected_is_a_damaged_file_and_is_logged(kind, caplog):
    with pytest.raises(sandbox.Crashed, match="cannot be read") as caught:
        sandbox.call(in_a_cell.fail, kind)
    assert "Traceback" in caught.value.detail
    assert "Traceback" in caplog.text


def test_a_crash_costs_one_call():
    pid = sandbox.call(in_a_cell.about_me)["parent"]
    with pytest.raises(sandbox.Crashed, match="crashed") as caught:
        sandbox.call(in_a_cell.crash)
    assert "SIGSEGV" in caught.value.detail
    assert "in_a_cell.py" in caught.value.detail, "where it crashed is kept"
    assert caught.value.category == "input", "again would not help"
    assert sandbox.call(in_a_cell.about_me)["parent"] == pid


def test_memory_is_bounded():
    with pytest.raises(sandbox.Overstepped, match=r"more than 0\.3 GB of memory"):
        sandbox.call(in_a_cell.allocate, MIB + 50)
    assert sandbox.call(in_a_cell.allocate, 100) == 100 * 1024**2


def test_a_library_that_gives_up_for_want_of_memory_is_told_so():
    with pytest.raises(sandbox.Overstepped, match="memory"):
        sandbox.call(in_a_cell.abort_for_want_of_memory)


@pytest.mark.parametrize(("function", "arguments"), [("sleep", (60,)), ("spin", ())])
def test_time_is_bounded_whether_it_is_spent_or_slept(function, arguments):
    begun = time.monotonic()
    with pytest.raises(sandbox.Overstepped, match="longer than 2 seconds"):
        sandbox.call(getattr(in_a_cell, function), *arguments)
    assert time.monotonic() - begun < SECONDS + 5
    assert still_well()
    me = sandbox.call(in_a_cell.about_me)
    zygote, end = psutil.Process(me["parent"]), time.monotonic() + 5
    while len(zygote.children()) > 1 and time.monotonic() < end:
        time.sleep(0.05)
    assert [one.pid for one in zygote.children()] == [me["pid"]], "nobody waits for it: ended"


def test_what_it_writes_is_bounded(tmp_path):
    with pytest.raises(sandbox.Overstepped, match=r"more than 0\.3 GB on disk"):
        sandbox.call(in_a_cell.write, tmp_path, MIB + 1)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= MIB * 1024**2


def test_an_end_from_outside_may_be_tried_again():
    before = sandbox.usage().calls
    with pytest.raises(TransientError, match="from outside"):
        sandbox.call(in_a_cell.end_oneself, signal.SIGKILL)
    assert sandbox.usage().calls == before + 2, "once more, and then it is told"


def test_a_cell_that_cannot_be_shut_in_opens_nothing():
    """Here: because its limits are below what it has already. The file is not to blame."""
    bounds = replace(SETUP.bounds, open_files=1)
    sandbox.configure(replace(SETUP, bounds=bounds))
    try:
        with pytest.raises(sandbox.Unavailable):
            sandbox.call(in_a_cell.everything)
    finally:
        sandbox.configure(SETUP)


def test_a_zygote_has_one_thread():
    zygote = psutil.Process(sandbox.call(in_a_cell.about_me)["parent"])
    assert zygote.num_threads() == 1, "others would be lost in the fork"


def test_leaving_without_an_answer_is_a_crash():
    with pytest.raises(sandbox.Crashed):
        sandbox.call(in_a_cell.leave, 0)


def test_chatter_on_stderr_neither_blocks_nor_fills_our_memory():
    assert sandbox.call(in_a_cell.chatter) == "done"


# What it cannot do


@needs_seccomp
@needs_landlock
def test_every_protection_holds_on_this_machine(tmp_path):
    file = tmp_path / "file"
    file.touch()
    found = sandbox.call(measure, file)
    assert all(getattr(found, name) for name in found.__slots__)


@needs_seccomp
def test_there_is_no_network():
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.2)
        with pytest.raises(PermissionError):
            sandbox.call(in_a_cell.connect, canary.getsockname()[1])
        with pytest.raises(TimeoutError):
            canary.accept()


@needs_seccomp
def test_there_are_no_other_programs_and_no_hold_on_others():
    with pytest.raises(PermissionError):
        sandbox.call(in_a_cell.run_program)
    with pytest.raises(PermissionError):
        sandbox.call(in_a_cell.signal_neighbour, os.getpid())


@needs_landlock
def test_it_sees_its_file_and_no_other(tmp_path):
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.write_bytes(b"mine")
    other.write_bytes(b"secret")
    assert sandbox.call(in_a_cell.read_bytes, mine) == b"mine"
    for place in (other, Path("/etc/passwd"), Path(allowed.__file__).parents[2] / "manage.py"):
        with pytest.raises(PermissionError):
            sandbox.call(in_a_cell.read_bytes, mine, str(place))


CUTS = ["truncate", "descriptor", "reading", "neither"]


@needs_seccomp
@needs_landlock
@pytest.mark.parametrize("how", CUTS)
def test_the_file_that_it_reads_cannot_be_cut(tmp_path, how):
    """It is a hard link to the very file that came in, and may be ours to write."""
    draft = tmp_path / "draft"
    draft.write_bytes(b"whole")
    with pytest.raises(OSError):
        sandbox.call(in_a_cell.cut, draft, how)
    assert draft.read_bytes() == b"whole"


@needs_seccomp
@pytest.mark.parametrize("how", CUTS)
def test_not_even_where_landlock_does_not_watch_for_it(tmp_path, how):
    """As before Linux 6.2: under the filter alone. What is opened for writing may be cut."""
    draft, other = tmp_path / "draft", tmp_path / "other"
    draft.write_bytes(b"whole")
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            assert seccomp.install()
            other.write_bytes(b"made")
            other.open("wb").close()
            with other.open("r+b") as file:
                file.truncate(3)
            in_a_cell.cut(draft, how)
        except OSError as error:
            code = 0 if error.errno in (errno.EPERM, errno.EINVAL) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert draft.read_bytes() == b"whole"
    assert other.read_bytes() == b"\0" * 3, "the filter refused what is allowed"


def test_limits_cannot_be_lifted():
    with pytest.raises((PermissionError, sandbox.Crashed)):
        sandbox.call(in_a_cell.lift_limit)


def test_it_knows_nothing_of_us(monkeypatch):
    monkeypatch.setenv("LOUPE_SECRET_KEY", "do-not-tell")
    sandbox.close()
    seen = sandbox.call(in_a_cell.about_me)
    assert "do-not-tell" not in str(seen)
    assert not {"DATABASE_URL", "HOME", "LOUPE_HOME"} & set(seen["environment"])
    assert seen["modules"] == []
    assert seen["descriptors"] == [0, 1, 2, 3]


def test_a_cell_serves_so_many_calls_and_no_more():
    sandbox.close()
    seen = [sandbox.call(in_a_cell.about_me) for _ in range(2 * CALLS + 1)]
    pids = [one["pid"] for one in seen]
    assert len(set(pids[:CALLS])) == len(set(pids[CALLS : 2 * CALLS])) == 1
    assert len(set(pids)) == 3
    assert len({one["parent"] for one in seen}) == 1


def test_a_file_that_fails_is_the_last_that_its_cell_sees():
    before = sandbox.call(in_a_cell.about_me)["pid"]
    with pytest.raises(InputError):
        sandbox.call(in_a_cell.fail, "input")
    assert sandbox.call(in_a_cell.about_me)["pid"] != before


def test_a_cell_that_has_grown_is_not_kept():
    before = sandbox.call(in_a_cell.about_me)["pid"]
    sandbox.call(in_a_cell.allocate, MIB // 2)
    assert sandbox.call(in_a_cell.about_me)["pid"] != before


# Several at once, and zygotes that go away


def test_calls_run_side_by_side_and_no_more_than_allowed():
    failures = []

    def ask():
        try:
            sandbox.call(in_a_cell.sleep, 1.2)
        except sandbox.Busy as error:
            failures.append(error.sentence)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failures) == 2, "two ran at the same time, and two waited in vain"
    assert "Try again" in failures[0]


def test_a_zygote_that_was_killed_is_replaced():
    zygote = psutil.Process(sandbox.call(in_a_cell.about_me)["parent"])
    zygote.kill()
    zygote.wait(5)
    assert still_well()


def test_a_zygote_that_is_killed_during_a_call_costs_nothing_the_first_time():
    zygote = psutil.Process(sandbox.call(in_a_cell.about_me)["parent"])
    threading.Timer(0.3, zygote.kill).start()
    assert sandbox.call(in_a_cell.sleep, 0.8) == 0.8


def test_a_zygote_that_does_not_stay_says_nothing_of_the_file():
    sandbox.call(in_a_cell.about_me)
    stop = threading.Event()

    def hunt() -> None:
        while not stop.wait(0.05):
            for child in psutil.Process().children():
                if "processing.sandbox.zygote" in child.cmdline():
                    child.kill()

    hunter = threading.Thread(target=hunt)
    hunter.start()
    try:
        with pytest.raises(sandbox.Unavailable) as caught:
            sandbox.call(in_a_cell.sleep, 1.9)
    finally:
        stop.set()
        hunter.join()
    assert caught.value.category == "transient"
    assert still_well()


def test_a_cell_does_not_outlive_us(tmp_path):
    """Neither a zygote nor a cell is left when their process is killed in the middle of a call."""
    pid, told = os.fork(), tmp_path / "zygote"
    if pid == 0:
        told.write_text(str(sandbox.call(in_a_cell.about_me)["parent"]))
        sandbox.call(in_a_cell.sleep, 60)
    while not (told.exists() and told.read_text()):
        time.sleep(0.05)
    zygote = psutil.Process(int(told.read_text()))
    end = time.monotonic() + 5
    while not zygote.children() and time.monotonic() < end:
        time.sleep(0.02)
    family = [zygote, *zygote.children()]
    assert len(family) == 2
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    _gone, alive = psutil.wait_procs(family, timeout=5)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def test_a_forked_process_gets_a_zygote_of_its_own(tmp_path):
    ours = sandbox.call(in_a_cell.about_me)["parent"]
    pid = os.fork()
    if pid == 0:
        (tmp_path / "theirs").write_text(str(sandbox.call(in_a_cell.about_me)["parent"]))
        sandbox.close()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    assert int((tmp_path / "theirs").read_text()) != ours
    assert sandbox.call(in_a_cell.about_me)["parent"] == ours
