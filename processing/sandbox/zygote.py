"""The process that cells are forked from: small, quick to fork, with everything imported.

`python -m processing.sandbox.zygote DESCRIPTOR NAME…` is started fresh by the process that wants
files opened, without its environment, its database connections or its secrets. It opens no file of
anybody. Through its socket it is handed descriptors for each cell (its work, how it ended, what was
said on stderr) and forks it. It watches over its cells and ends one that nobody waits for.
It has one thread, as whoever forks should, and ends when its socket closes.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import selectors
import signal
import socket
import sys

from processing.sandbox import cell, confine
from processing.sandbox.allowed import ALLOWED, resolve
from processing.sandbox.frames import DESCRIPTORS, ENDING, READY

_READ_AT_ONCE = 64


class Zygote:
    """Forks cells on request and tells how each ended."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.watched: dict[int, socket.socket] = {}  # cell → where to tell of its end
        self.selector = selectors.DefaultSelector()
        self.ears, self.bell = socket.socketpair()

    def run(self) -> None:
        """Serve until the other side is gone."""
        for end in (self.ears, self.bell):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.bell.fileno(), warn_on_full_buffer=False)
        self.selector.register(self.control, selectors.EVENT_READ)
        self.selector.register(self.ears, selectors.EVENT_READ)
        self.control.sendall(READY)
        while self._turn():
            pass
        for pid in self.watched:
            os.kill(pid, signal.SIGKILL)

    def _turn(self) -> bool:
        for key, _ in self.selector.select():
            if key.fileobj is self.control:
                if not self._fork():
                    return False
            elif key.fileobj is self.ears:
                with contextlib.suppress(BlockingIOError):
                    self.ears.recv(_READ_AT_ONCE)
            elif key.data in self.watched:  # nobody waits for this cell any more
                os.kill(key.data, signal.SIGKILL)
                self.selector.unregister(key.fileobj)
        self._reap()
        return True

    def _fork(self) -> bool:
        """Take one request and start a cell for it; return False when there will be no more."""
        try:
            asked, given, _, _ = socket.recv_fds(self.control, 1, DESCRIPTORS)
        except ConnectionResetError:
            return False
        if not asked:
            return False
        work, ending, errors = given
        me = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_cell(work, errors, me)
        os.close(work)
        os.close(errors)
        told = socket.socket(fileno=ending)
        self.watched[pid] = told
        self.selector.register(told, selectors.EVENT_READ, pid)
        return True

    def _become_cell(self, work: int, errors: int, parent: int) -> None:
        """In the child: keep only what the call needs."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(errors, 2)
        os.dup2(work, 3)
        os.closerange(4, os.sysconf("SC_OPEN_MAX") if work > 4096 else 4096)
        cell.serve(3, parent)

    def _reap(self) -> None:
        while self.watched:
            pid, status, used = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            told = self.watched.pop(pid)
            with contextlib.suppress(KeyError):  # unregistered when nobody waited for it
                self.selector.unregister(told)
            seconds = used.ru_utime + used.ru_stime
            with contextlib.suppress(BrokenPipeError, ConnectionResetError), told:
                told.sendall(ENDING.pack(status, used.ru_maxrss, seconds))


def warm() -> None:
    """Import what may be called, and learn libvips' operations, once for all cells."""
    for name in ALLOWED:
        resolve(name)
    from processing import vips
    from processing.formats import codecs

    codecs.load_all()
    vips.learn_operations()
    confine.libraries()
    gc.collect()
    gc.freeze()  # cells then do not touch, and so do not copy, what all of them share


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    os.chdir("/")
    faulthandler.enable()  # where in Python a decoder crashed, onto the cell's stderr
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ALLOWED.update(dict.fromkeys(sys.argv[2:]))  # what our own process has on its list
    warm()
    Zygote(control).run()


if __name__ == "__main__":
    main()
