"""A CouchDB on the network, and a client that is logged in as its administrator."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from yarl import URL

from rapidpro_simulator.cht.couch import CouchDB, CouchService
from rapidpro_simulator.world.authorization import basic_auth
from rapidpro_simulator.world.context import Context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.cht.couch import Database
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network
    from rapidpro_simulator.world.seed import Seed

SECRET = "0123456789abcdef-secret"
ADMIN = basic_auth("admin", "pass")


@pytest.fixture
def couch(clock: FrozenClock, seed: Seed, journal: Journal) -> CouchDB:
    couch = CouchDB(Context(clock, seed, journal), secret=SECRET)
    couch.install_cht("5.2.0")
    return couch


@pytest.fixture
def medic(couch: CouchDB) -> Database:
    return couch.database("medic")


@dataclass(frozen=True)
class CouchResponse:
    """What came back: status, JSON, headers."""

    status: int
    json: Any
    headers: Mapping[str, str]


class Wire:
    """Asks CouchDB over HTTP, by default as its administrator."""

    def __init__(self, loop: SimulationLoop, network: Network) -> None:
        self.loop = loop
        self.network = network

    def ask(self, method: str, path: str, data: Any = None, **options: Any) -> CouchResponse:
        """Return the answer to one request; `data` is sent as JSON, `body` as it is."""
        return self.loop.run(self.asking(method, path, data, **options))

    async def asking(
        self,
        method: str,
        path: str,
        data: Any = None,
        *,
        body: str | None = None,
        auth: str | None = ADMIN,
        headers: Mapping[str, str] | None = None,
    ) -> CouchResponse:
        sent = {"Content-Type": "application/json"} | dict(headers or {})
        if auth is not None:
            sent["Authorization"] = auth
        content = body if data is None else json.dumps(data)
        session = self.network.client("api")
        url = URL(f"https://couchdb{path}", encoded=True)
        async with session.request(method, url, data=content, headers=sent) as response:
            text = await response.text()
            return CouchResponse(response.status, json.loads(text) if text.strip() else None, response.headers)


@pytest.fixture
def wire(couch: CouchDB, loop: SimulationLoop, network: Network) -> Wire:
    network.attach("couchdb", CouchService(couch))
    return Wire(loop, network)
