"""Whatever a client sends, CouchDB answers in JSON and stays in one piece."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.cht.couch import CouchDB, CouchService
from rapidpro_simulator.cht.couch.service import ROUTES
from rapidpro_simulator.world.authorization import basic_auth
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.faults import Faults
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.loop import SimulationLoop
from rapidpro_simulator.world.network import Latency, Network
from rapidpro_simulator.world.seed import Seed

if TYPE_CHECKING:
    from rapidpro_simulator.cht.couch.calls import CouchRoute

NAMES = [
    "docs",
    "keys",
    "_id",
    "_rev",
    "_revisions",
    "id",
    "rev",
    "x",
    "members",
    "password",
    "doc_ids",
    "start",
    "ids",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.sampled_from(["", "x", "1-a", "_design/x", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)
BODIES = VALUES | st.fixed_dictionaries({}, optional={name: st.lists(VALUES, min_size=1, max_size=2) for name in NAMES})
PARAMETERS = st.dictionaries(
    st.sampled_from(
        ["rev", "key", "keys", "startkey", "limit", "open_revs", "since", "filter", "doc_ids", "group", "count"]
    ),
    st.sampled_from(["", "1", "x", "null", "[]", "[7]", '"x"', "{}", "1-a", "all", "true", "_doc_ids", "-1"]),
    max_size=2,
)
SEGMENTS = {"db": "medic", "doc": "x", "design": "medic", "view": "messages_by_state", "local": "x", "node": "_local"}
DESTRUCTIVE = {("DELETE", "/{db}")}


def fill(path: str) -> str:
    for name, value in SEGMENTS.items():
        path = path.replace(f"{{{name}}}", value)
    return path.replace("{", "").replace("}", "")


async def ask(network: Network, method: str, path: str, parameters: dict[str, str], body: str) -> tuple[int, str]:
    headers = {"Authorization": basic_auth("admin", "pass"), "Content-Type": "application/json"}
    url = f"https://couchdb{path}"
    async with network.client("api").request(method, url, params=parameters, data=body, headers=headers) as response:
        return response.status, await response.text()


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if (route.method, route.path) not in DESTRUCTIVE],
    ids=lambda route: f"{route.method} {route.path}",
)
def test_nonsense(route: CouchRoute) -> None:
    """Nonsense is refused or ignored; it is never a defect of the simulator, and the next request is answered."""

    @settings(derandomize=True, deadline=None, max_examples=12, database=None)
    @given(BODIES, PARAMETERS)
    def answers(body: Any, parameters: dict[str, str]) -> None:
        clock, seed = FrozenClock(), Seed(1)
        journal = Journal(clock)
        loop = SimulationLoop(clock)
        network = Network(
            clock, journal, Faults(clock, seed.stream("faults")), seed.stream("net"), latency=Latency(0, 0)
        )
        couch = CouchDB(Context(clock, seed, journal))
        couch.install_cht("5.2.0").bulk([{"_id": "x"}, {"_id": "r1", "tasks": [{"state": "sent"}]}])
        network.attach("couchdb", CouchService(couch))

        async def scene() -> None:
            status, text = await ask(network, route.method, fill(route.path), parameters, json.dumps(body))
            assert network.errors == []
            assert status < 400 or json.loads(text)["reason"]
            assert (await ask(network, "GET", "/", {}, ""))[0] in {200, 401}
            await network.close()

        try:
            loop.run(asyncio.wait_for(scene(), 3600))
        finally:
            loop.finish()
        assert network.errors == []

    answers()
