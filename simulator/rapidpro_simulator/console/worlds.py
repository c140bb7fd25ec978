"""The worlds of one server: made, found, and ended; each has a thread, and ports of its own."""

from __future__ import annotations

import re
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from rapidpro_simulator.served.world import MOST_SECONDS, ServedWorld

from .problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rapidpro_simulator.served.plan import Plan

MOST_WORLDS = 16
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class Worlds:
    """The worlds of a server, at most `most`; `folder` is where their sentences find files.

    A world that was made through the API and that nobody has asked anything for `idle_seconds` is ended (None: never).
    What is done to a world may take `most_seconds` of real time; a new one listens at `address` unless it is told else.
    """

    def __init__(
        self,
        folder: Path,
        most: int = MOST_WORLDS,
        idle_seconds: float | None = None,
        *,
        most_seconds: float = MOST_SECONDS,
        address: str = "127.0.0.1",
    ) -> None:
        self.folder = folder
        self.address = address
        self._most = most
        self._most_seconds = most_seconds
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()  # worlds are made and ended in threads, several at once
        self._worlds: dict[str, ServedWorld] = {}
        self._coming: set[str] = set()  # names of those that are being made
        self._asked: dict[str, float] = {}  # when each was, by the wall's clock; those that may end only

    def __iter__(self) -> Iterator[ServedWorld]:
        return iter(list(self._worlds.values()))

    def __len__(self) -> int:
        return len(self._worlds)

    def add(self, name: str | None, plan: Plan, *, may_end: bool = True) -> ServedWorld:
        """Make a world, with a name that is free unless one is given; this takes a moment, in which the caller waits.

        Raises `ProblemError`, and `UsageError` for a plan that cannot be lived.
        """
        self.end_idle()
        name = self._reserve(name)
        try:
            world = ServedWorld(name, plan, self.folder, self._most_seconds)
            with self._lock:
                self._worlds[name] = world
                if may_end:
                    self._asked[name] = time.monotonic()
        finally:
            self._coming.discard(name)
        return world

    def _reserve(self, name: str | None) -> str:
        with self._lock:
            taken = self._worlds.keys() | self._coming
            if name is None:
                name = next(each for number in range(1, len(taken) + 2) if (each := f"world-{number}") not in taken)
            if not NAME.fullmatch(name):
                raise ProblemError(
                    422, f"{name!r} is no name of a world: small letters, digits and hyphens, at most 63"
                )
            if name in taken:
                raise ProblemError(409, f"there is a world called {name} already")
            if len(taken) >= self._most:
                raise ProblemError(409, f"there are {self._most} worlds already; end one, or serve with --most-worlds")
            self._coming.add(name)
            return name

    def find(self, name: str) -> ServedWorld:
        """Return the world of a name, which somebody asks now. Raises `ProblemError` that names those there are."""
        world = self._worlds.get(name)
        if world is None:
            there_are = ", ".join(self._worlds) or "none"
            raise ProblemError(404, f"there is no world called {name}; there are: {there_are}")
        if name in self._asked:
            self._asked[name] = time.monotonic()
        return world

    def end(self, name: str) -> None:
        """End a world. Raises `ProblemError` where there is none."""
        world = self.find(name)
        with self._lock:
            self._worlds.pop(name, None)
            self._asked.pop(name, None)
        world.close()

    def end_idle(self) -> None:
        """End the worlds that nobody has asked anything for too long."""
        if self._idle_seconds is None:
            return
        limit = time.monotonic() - self._idle_seconds
        for name in [name for name, asked in list(self._asked.items()) if asked < limit]:
            with suppress(ProblemError):  # somebody else has ended it
                self.end(name)

    def close(self) -> None:
        """End all worlds."""
        for name in list(self._worlds):
            self.end(name)
