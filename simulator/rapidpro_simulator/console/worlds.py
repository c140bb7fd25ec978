"""The worlds of one server: made, found, and ended; each has a thread, and ports of its own."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from rapidpro_simulator.served.world import ServedWorld

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
    """

    def __init__(self, folder: Path, most: int = MOST_WORLDS, idle_seconds: float | None = None) -> None:
        self.folder = folder
        self._most = most
        self._idle_seconds = idle_seconds
        self._worlds: dict[str, ServedWorld] = {}
        self._asked: dict[str, float] = {}  # when each was, by the wall's clock; those that may end only

    def __iter__(self) -> Iterator[ServedWorld]:
        return iter(list(self._worlds.values()))

    def __len__(self) -> int:
        return len(self._worlds)

    def free_name(self) -> str:
        """Return a name that no world has yet."""
        return next(name for number in range(1, self._most + 2) if (name := f"world-{number}") not in self._worlds)

    def add(self, name: str, plan: Plan, *, may_end: bool = True) -> ServedWorld:
        """Make a world; this takes a moment, in which the caller waits. Raises `ProblemError`, and `UsageError`."""
        if not NAME.fullmatch(name):
            raise ProblemError(422, f"{name!r} is no name of a world: small letters, digits and hyphens, at most 63")
        if name in self._worlds:
            raise ProblemError(409, f"there is a world called {name} already")
        self.end_idle()
        if len(self._worlds) >= self._most:
            raise ProblemError(409, f"there are {self._most} worlds already; end one, or serve with --most-worlds")
        world = self._worlds[name] = ServedWorld(name, plan, self.folder)
        if may_end:
            self._asked[name] = time.monotonic()
        return world

    def find(self, name: str) -> ServedWorld:
        """Return the world of a name. Raises `ProblemError` that names those there are."""
        if name not in self._worlds:
            there_are = ", ".join(self._worlds) or "none"
            raise ProblemError(404, f"there is no world called {name}; there are: {there_are}")
        if name in self._asked:
            self._asked[name] = time.monotonic()
        return self._worlds[name]

    def end(self, name: str) -> None:
        """End a world. Raises `ProblemError` where there is none."""
        world = self.find(name)
        del self._worlds[name]
        self._asked.pop(name, None)
        world.close()

    def end_idle(self) -> None:
        """End the worlds that nobody has asked anything for too long."""
        if self._idle_seconds is None:
            return
        limit = time.monotonic() - self._idle_seconds
        for name in [name for name, asked in self._asked.items() if asked < limit]:
            self.end(name)

    def close(self) -> None:
        """End all worlds."""
        for name in list(self._worlds):
            self.end(name)
