"""Events in the order of time: every party is a generator that yields when it wants to go on."""

from __future__ import annotations

from heapq import heappop, heappush, heapreplace
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Collection, Generator

    Actor = Generator[float, None, None]


class Kernel:
    """Runs actors in virtual seconds from 0; those of one instant in the order in which they were started."""

    def __init__(self) -> None:
        self.now = 0.0
        self._heap: list[tuple[float, int, Actor]] = []
        self._started = 0

    def start(self, actor: Actor, at: float | None = None) -> Actor:
        """Let `actor` begin at a time (None: now), and return it; what it yields are the times at which it goes on."""
        self._started += 1
        heappush(self._heap, (self.now if at is None else at, self._started, actor))
        return actor

    def stop(self, actors: Collection[Actor]) -> None:
        """End actors at once, whatever they are waiting for; not from inside one of them."""
        # A sorted list is a heap; it stays the same object, which `run` holds.
        self._heap[:] = sorted(entry for entry in self._heap if entry[2] not in actors)

    def run(self, until: float) -> None:
        """Let all happen that happens before `until`."""
        heap = self._heap
        while heap and heap[0][0] < until:
            self.now, number, actor = heap[0]
            following = next(actor, None)
            # Who asks one request after another is mostly alone: as long as nobody comes before, it just goes on.
            while following is not None and following < until and (len(heap) == 1 or following < min(heap[1:3])[0]):
                self.now = following
                following = next(actor, None)
            # What it started comes after it, so it is still the first.
            if following is None:
                heappop(heap)
            else:
                heapreplace(heap, (following, number, actor))
        self.now = until


class Process:
    """A party of several actors, which end with it."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.actors: WeakSet[Actor] = WeakSet()  # the kernel holds those that are not at their end

    def stop(self) -> None:
        """End at once, whatever is under way."""
        self._kernel.stop(self.actors)
        self.actors.clear()

    def _start(self, actor: Actor, at: float) -> None:
        self.actors.add(actor)
        self._kernel.start(actor, at)
