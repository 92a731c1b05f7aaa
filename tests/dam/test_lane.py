"""A lane: so many inside at a time, others wait, who steps aside lets the next one in."""

import threading

import pytest

from dam.lane import Lane, aside

HERE = {"PATH_INFO": "/i/x"}
SOON = 5.0  # seconds; how long a thread may take to come as far as it should


class Room:
    """An application that says who is inside, and holds them until they are let go."""

    def __init__(self, steps_aside: bool = False) -> None:
        self.steps_aside = steps_aside
        self.came = threading.Semaphore(0)
        self.go = threading.Event()

    def __call__(self, environ, start_response):
        if self.steps_aside:
            with aside():
                self._stay()
        else:
            self._stay()
        return [b"done"]

    def _stay(self) -> None:
        self.came.release()
        assert self.go.wait(SOON)


def asked(lane: Lane, count: int) -> list[threading.Thread]:
    threads = [threading.Thread(target=lane, args=(HERE, None)) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def test_only_so_many_are_inside_and_others_pass_by():
    room = Room()
    lane = Lane(room, prefixes=("/i/",), width=2)
    threads = asked(lane, 5)
    assert room.came.acquire(timeout=SOON)
    assert room.came.acquire(timeout=SOON)
    assert not room.came.acquire(timeout=0.2), "a third came in"
    beside = threading.Thread(target=lane, args=({"PATH_INFO": "/"}, None))
    beside.start()
    assert room.came.acquire(timeout=SOON), "a page waited for pictures"
    room.go.set()
    for thread in [*threads, beside]:
        thread.join(SOON)
        assert not thread.is_alive()


def test_while_there_is_a_page_one_is_inside():
    room = Room()
    lane = Lane(room, prefixes=("/i/",), width=3)
    page = threading.Thread(target=lane, args=({"PATH_INFO": "/"}, None))
    page.start()
    assert room.came.acquire(timeout=SOON)
    threads = asked(lane, 3)
    assert room.came.acquire(timeout=SOON)
    assert not room.came.acquire(timeout=0.2), "a second came in"
    room.go.set()
    for thread in [*threads, page]:
        thread.join(SOON)
        assert not thread.is_alive()
    assert all(room.came.acquire(timeout=SOON) for _ in range(2))


def test_who_steps_aside_lets_the_next_one_in():
    room = Room(steps_aside=True)
    threads = asked(Lane(room, prefixes=("/i/",), width=1), 3)
    assert all(room.came.acquire(timeout=SOON) for _ in threads)
    room.go.set()
    for thread in threads:
        thread.join(SOON)
        assert not thread.is_alive()


def test_an_error_leaves_the_place_free():
    def broken(environ, start_response):
        raise ValueError("broken")

    lane = Lane(broken, prefixes=("/i/",), width=1)
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            lane(HERE, None)


def test_outside_of_a_lane_aside_is_nothing():
    with aside():
        pass
