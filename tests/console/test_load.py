"""Many clients at once, for a while: nobody is refused, and the server's memory stays what it is.

It runs where somebody says for how long, on a machine with nothing else to do: `LOAD_SECONDS=300 pytest -s -m long
tests/console/test_load.py` prints what was measured.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import threading
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from rapidpro_simulator import Client, World
from rapidpro_simulator.served.live import KEPT_ENTRIES
from tests.commands.serving import ANY_PORTS, Served
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

SECONDS = float(os.environ.get("LOAD_SECONDS", "30"))
CLIENTS = 50
WORLDS = 3
GROWTH = 1.15  # of memory, from the second quarter of the time to the last
TOKEN = "a-token-of-the-load"
SENDING = """
Given a RapidPro workspace "Main"
And a CHT instance that sends through the workspace "Main"
And 20 pending messages
"""

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc"),
    pytest.mark.skipif(
        "LOAD_SECONDS" not in os.environ, reason="LOAD_SECONDS is not set: it needs a machine to itself"
    ),
]


class Load:
    """Clients that ask as fast as they are answered, until `stop`; how long each answer took, and what went wrong."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.seconds: list[float] = []
        self.errors: list[Exception] = []
        self._threads: list[threading.Thread] = []

    def start(self, client: Callable[[], Iterator[object]]) -> None:
        """Begin one more client: an iterator that asks something between two of its items."""
        thread = threading.Thread(target=self._run, args=(client(),))
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        self.stopped.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _run(self, client: Iterator[object]) -> None:
        while not self.stopped.is_set():
            began = time.monotonic()
            try:
                next(client)
            except Exception as error:
                if not self.stopped.is_set():  # worlds end then
                    self.errors.append(error)
                return
            self.seconds.append(time.monotonic() - began)


def grown_up(world: World) -> World:
    """Return a world whose journal is as long as it is kept: until then, memory grows as it may."""
    while world.describe()["entries"] < KEPT_ENTRIES:
        world.advance(timedelta(hours=6))
    return world


def visitor(world: World, number: int) -> Iterator[object]:
    """Somebody who texts once, looks at everything again and again, and lets time pass now and then."""
    world.text(f"+25499{number:07}", "Hello")
    while True:
        yield world.messages
        yield world.journal("exchange status=4*", limit=20)
        yield world.describe()
        for path in ("/clock", "/quotas", "/phones", "/contacts", "/faults"):
            yield world.ask("GET", path)
        yield world.advance(timedelta(minutes=10))


def job(client: Client) -> Iterator[object]:
    """A job of CI after the other: each makes a world, uses it, and ends it."""
    while True:
        with client.new_world(SENDING) as world:
            yield world.wait_for('20 messages are in the state "delivered"', timedelta(minutes=10))


def follower(world: World) -> Iterator[object]:
    """Somebody who follows the journal."""
    return world.follow()


def memory(process: int) -> float:
    """Return how much memory a process has, in MiB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


def test_memory_is_flat(tmp_path: Path) -> None:
    """50 clients and 3 worlds, and a fourth that comes and goes: after a while it takes no more memory."""
    served = Served(tmp_path, *ANY_PORTS, "--console-token", TOKEN)
    load = Load()
    try:
        client = Client(served.url("control API"), TOKEN)
        worlds = [grown_up(client.new_world(SENDING)) for _ in range(WORLDS)]
        for number in range(CLIENTS - 1 - WORLDS):
            load.start(lambda number=number: visitor(worlds[number % WORLDS], number))  # type: ignore[misc]
        load.start(lambda: job(client))
        for world in worlds:
            load.start(lambda world=world: follower(world))  # type: ignore[misc]
        measured = list(watch(served.pid, load))
        load.stopped.set()
        for world in worlds:  # followers end with it
            world.end()
        load.stop()
    finally:
        load.stopped.set()
        with suppress(Exception):
            served.stop()
    quarter = len(measured) // 4
    before, after = (statistics.median(part) for part in (measured[quarter : 2 * quarter], measured[-quarter:]))
    answers = sorted(load.seconds)
    print(
        f"{CLIENTS} clients, {SECONDS:g} s: {len(answers)} answers, median {statistics.median(answers):.3f} s, "
        f"95 % after {answers[len(answers) * 95 // 100]:.3f} s; memory {before:.0f} MiB, then {after:.0f} MiB"
    )
    assert load.errors == []
    assert len(answers) > CLIENTS
    assert after < before * GROWTH


def watch(process: int, load: Load) -> Iterator[float]:
    """Yield the memory of a process again and again, as long as the load lasts."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and not load.errors:
        yield memory(process)
        time.sleep(SECONDS / 40)
