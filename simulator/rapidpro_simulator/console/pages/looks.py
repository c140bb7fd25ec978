"""What the panels of a world show, made once for all who look: again only where something has happened since.

The world stands still while it is looked at. So that a busy one does not crawl, the looks at it pause between each
other for as long as keeps them to a share of a processor.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.console.endpoints import done

from .panels import ALWAYS_NEW, BY_THE_MINUTE, PANELS

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from jinja2 import Environment

    from rapidpro_simulator.served.live import LiveSimulation
    from rapidpro_simulator.served.world import ServedWorld

SHORTEST_PAUSE = 0.5  # seconds between two looks
LONGEST_PAUSE = 10.0
SHARE = 0.1  # of a processor, that looking takes at most
MOST_KEPT = 48  # looks: panels, by what was asked of them

Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Look:
    """A panel as it was rendered, and the state of the world it shows."""

    state: Hashable
    text: str


class Looks:
    """The panels of `world`, rendered with `templates`."""

    def __init__(self, world: ServedWorld, templates: Environment) -> None:
        self._world = world
        self._templates = templates
        self._kept: dict[Key, Look] = {}
        self._locks: dict[Key, asyncio.Lock] = {}
        self.costs: dict[str, float] = {}  # seconds of processor that a look at a panel took last
        self._completed = 0  # exchanges that have ended, and events
        self._listening = False
        self.made = 0

    async def panel(self, name: str, query: Mapping[str, str]) -> str:
        """Return a panel as HTML."""
        key = (name, tuple(sorted(query.items())))
        async with self._locks.setdefault(key, asyncio.Lock()):  # who comes meanwhile gets the same look
            kept = self._kept.pop(key, None)
            found = await done(self._world.read(lambda live: self._look(live, name, query, kept)))
            if found is not None:
                kept = self._render(name, *found)
            assert kept is not None
            self._keep(key, kept)
            return kept.text

    async def pulse(self) -> tuple[Hashable, Hashable]:
        """Return what changes whenever something has happened, and what changes with every minute."""
        return await done(self._world.read(lambda live: (self._state(live), _minute(live))))

    @property
    def pause(self) -> float:
        """How many seconds nobody should look again, so that looking keeps to its share."""
        return min(max(sum(self.costs.values()) / SHARE, SHORTEST_PAUSE), LONGEST_PAUSE)

    def _look(
        self, live: LiveSimulation, name: str, query: Mapping[str, str], kept: Look | None
    ) -> tuple[Hashable, float, dict[str, Any]] | None:
        """Return the state, the cost and the content of a panel; None where it is as it was."""
        state = (self._state(live), _minute(live) if name in BY_THE_MINUTE else None)
        if kept is not None and kept.state == state and name not in ALWAYS_NEW:
            return None
        began = time.thread_time()
        content = PANELS[name](live, query)
        return state, time.thread_time() - began, content

    def _render(self, name: str, state: Hashable, cost: float, content: dict[str, Any]) -> Look:
        began = time.thread_time()
        text = self._templates.get_template(f"panels/{name}.html").render(world=self._world.name, **content)
        self.costs[name] = cost + time.thread_time() - began
        self.made += 1
        return Look(state, text)

    def _keep(self, key: Key, look: Look) -> None:
        self._kept[key] = look
        while len(self._kept) > MOST_KEPT:
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            if oldest in self._locks and not self._locks[oldest].locked():
                del self._locks[oldest]

    def _state(self, live: LiveSimulation) -> Hashable:
        if not self._listening:
            live.simulation.journal.listeners.append(self._count)
            self._listening = True
        simulation = live.simulation
        faults = (len(simulation.faults.added), len(simulation.faults))
        return simulation.journal.count, self._completed, live.clock.speed, faults

    def _count(self, _entry: object) -> None:
        self._completed += 1


def _minute(live: LiveSimulation) -> int:
    return int(live.clock.seconds() // 60)
