"""A whole CHT instance whose sentinel is at work, and its database to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.administrator import Administrator
from rapidpro_simulator.simulation import Simulation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rapidpro_simulator.cht.couch import Database

Document = dict[str, Any]
NAME = "cht.example.org"
POSITION = "_local/transitions-seq"


class SentinelWorld:
    """An instance of one release, its administrator, and what its databases hold."""

    def __init__(self, simulation: Simulation, release: str) -> None:
        self.simulation = simulation
        self.instance = simulation.cht(NAME, release)
        self.sentinel = self.instance.sentinel
        self.administrator = Administrator(simulation, self.instance)
        self.advance = simulation.advance

    @property
    def medic(self) -> Database:
        return self.instance.couch.database("medic")

    @property
    def infos(self) -> Database:
        return self.instance.couch.database("medic-sentinel")

    def put(self, **document: Any) -> None:
        """Store a document, an edit of the one that is there, and let a second pass."""
        known = self.medic.find(document["_id"]) or {}
        self.medic.put({**document, **({"_rev": known["_rev"]} if known else {})})
        self.advance(seconds=1)

    def info(self, identifier: str) -> Document | None:
        return self.infos.find(f"{identifier}-info")

    @property
    def position(self) -> int:
        """Return the sequence up to which sentinel has come."""
        return int(str(self.infos.get(POSITION)["value"]).partition("-")[0])

    @property
    def log(self) -> list[str]:
        return [entry.get("text") for entry in self.simulation.journal.where("sentinel.log")]

    def exchanges(self, **wanted: str) -> int:
        """Return how many requests sentinel has made of CouchDB."""
        return len(list(self.simulation.journal.exchanges(by="sentinel*", to="couchdb.*", **wanted)))


@pytest.fixture
def world_of() -> Iterator[Callable[[str], SentinelWorld]]:
    with Simulation() as simulation:
        yield lambda release: SentinelWorld(simulation, release)


@pytest.fixture
def world(world_of: Callable[[str], SentinelWorld]) -> SentinelWorld:
    return world_of("5.2")
