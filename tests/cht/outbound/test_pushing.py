"""Pushes to a system that listens, and to one that does not."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from rapidpro_simulator.cht.infodocs import InfoDocuments
from rapidpro_simulator.cht.javascript import Sandbox
from rapidpro_simulator.cht.outbound import Outbound
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.cht.web_client import WebClient
from rapidpro_simulator.world.network import HandlerService

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network
    from tests.support.document_store import InProcessStore

REPORT = {"_id": "r1", "type": "data_record", "form": "FB"}
DESTINATION = {"base_url": "https://rp.example.org/", "path": "/api/v2/flow_starts.json"}
KEYS = {"rapidpro": "Token abc", "sih": "secret"}


class Keys:
    async def get(self, key: str) -> str | None:
        return KEYS.get(key)


@dataclass
class World:
    """An `Outbound`, the system it pushes to, what that has heard, and what it answers in order; 200 afterwards."""

    loop: SimulationLoop
    store: InProcessStore
    network: Network
    outbound: Outbound = field(init=False)
    settings: dict[str, Any] = field(default_factory=dict)
    heard: list[tuple[str, str | None, Any]] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    async def answer(self, request: web.BaseRequest) -> web.Response:
        raw = await request.read()
        form = request.headers["Content-Type"] == "application/x-www-form-urlencoded"
        body = raw.decode() if form else json.loads(raw)
        self.heard.append((str(request.rel_url), request.headers.get("Authorization"), body))
        answer = self.answers.pop(0) if self.answers else {}
        if answer is None:
            await asyncio.sleep(3600)
        return web.Response(status=answer) if isinstance(answer, int) else web.json_response(answer)

    def push(self, *, document: dict[str, Any] = REPORT, info: Any = None, **entry: Any) -> dict[str, Any]:
        """Push `document` as one entry `a` of the settings wants it, and return its info document."""
        mapping = {"form": "doc.form"}
        defaults = {"relevant_to": "doc.form === 'FB'", "destination": DESTINATION, "mapping": mapping}
        self.settings["outbound"] = {"a": {**defaults, **entry}}
        return self.mark(document, info)

    def mark(self, document: dict[str, Any], info: Any = None) -> dict[str, Any]:
        info = {} if info is None else info
        outbound = self.outbound
        self.loop.run(outbound.mark(document, info, outbound.relevant(document)))
        return dict(info)

    @property
    def queue(self) -> Any:
        task = self.store.couch.database("medic-sentinel").find("task:outbound:r1")
        return task and task["queue"]


@pytest.fixture
def world(store: InProcessStore, network: Network, loop: SimulationLoop, clock: FrozenClock, journal: Journal) -> World:
    world = World(loop, store, network)
    network.attach("rp.example.org", HandlerService(world.answer))
    known = release("5.2")

    async def client() -> WebClient:
        return WebClient(network.client("cht"), store, known)

    infos = InfoDocuments(store, clock)
    world.outbound = Outbound(
        store,
        infos,
        loop.run(client()),
        Keys(),
        Sandbox(clock.now),
        clock,
        known,
        lambda: world.settings,
        world.log.append,
    )
    return world


def test_a_push_is_made_and_noted(world: World) -> None:
    """A relevant report is told at once, and what was told is noted in its info document."""
    info = world.push()

    assert world.heard == [("/api/v2/flow_starts.json", None, {"form": "FB"})]
    [done] = info["completed_tasks"]
    assert (done["type"], done["name"], done["timestamp"]) == ("outbound", "a", 1772438400002)
    assert (world.loop.run(world.outbound.infos.of("r1")))["completed_tasks"] == [done]
    assert world.queue is None


def test_the_same_body_is_not_sent_twice(world: World) -> None:
    """A report that changed is told again only where what is told has changed."""
    info = world.push()
    world.mark(REPORT, info)
    world.mark({**REPORT, "form": "FB"}, info)

    assert len(world.heard) == 1


def test_what_is_not_relevant_is_not_sent(world: World) -> None:
    """A report that the expression is not about is nobody's affair."""
    world.push(document={**REPORT, "form": "X"})

    assert (world.heard, world.queue) == ([], None)


@pytest.mark.parametrize(
    "auth",
    [
        {"type": "header", "name": "authorization", "value_key": "rapidpro"},
        {"type": "Basic", "username": "ann", "password_key": "sih"},
    ],
)
def test_authentication(world: World, auth: dict[str, Any]) -> None:
    """A header bears the whole credential, Basic authentication the user and the credential."""
    world.push(destination={**DESTINATION, "auth": auth})

    assert world.heard[0][1] == {"header": "Token abc", "Basic": "Basic YW5uOnNlY3JldA=="}[auth["type"]]


def test_muso_sih_logs_in_first(world: World) -> None:
    """The form of muso-sih gives a token, which the push bears in its query."""
    world.answers = [{"statut": 200, "data": {"username_token": "t1"}}]
    auth = {"type": "muso-sih", "username": "ann", "password_key": "sih", "path": "login"}

    world.push(destination={**DESTINATION, "auth": auth})

    assert world.heard == [
        ("/login", None, "login=ann&password=secret"),
        ("/api/v2/flow_starts.json?token=t1", None, {"form": "FB"}),
    ]


@pytest.mark.parametrize(
    "auth",
    [
        {"type": "header", "name": "X-Key", "value_key": "rapidpro"},
        {"type": "header", "name": "Authorization", "value_key": "none"},
        {"type": "bearer"},
        {},
    ],
)
def test_without_a_credential_nothing_is_sent(world: World, auth: dict[str, Any]) -> None:
    """What CHT cannot authenticate is not sent, and waits in the queue."""
    world.push(destination={**DESTINATION, "auth": auth})

    assert (world.heard, world.queue) == ([], ["a"])


def test_muso_sih_that_refuses(world: World) -> None:
    """A login that is refused keeps the push in the queue."""
    world.answers = [{"statut": 401}]

    world.push(destination={**DESTINATION, "auth": {"type": "muso-sih", "password_key": "sih", "path": "login"}})

    assert (len(world.heard), world.queue) == (1, ["a"])


@pytest.mark.parametrize("answer", [400, 401, 429, 500, None])
def test_a_failed_push_is_queued(world: World, answer: int | None) -> None:
    """An error, or no answer within ten seconds, keeps the push in the queue; the log says why."""
    world.answers = [answer]
    began = world.outbound.clock.seconds()

    info = world.push()

    assert (world.queue, info.get("completed_tasks")) == (["a"], [])
    assert "Failed to push r1 to a" in world.log[0]
    assert world.outbound.clock.seconds() - began == pytest.approx(10 if answer is None else 0, abs=0.1)


def test_a_queue_that_is_there_stays_as_it_is(world: World) -> None:
    """A push that fails while another is queued is forgotten."""
    world.answers = [500, 500]
    world.push()
    world.settings["outbound"]["b"] = {**world.settings["outbound"].pop("a"), "relevant_to": "true"}
    world.mark(REPORT)

    assert (len(world.heard), world.queue) == (2, ["a"])


def test_a_push_with_a_cron_waits(world: World) -> None:
    """A push with times of its own is queued without an attempt, unless it is five minutes to or past one of them."""
    world.push(cron="0 3 * * *")
    assert (world.heard, world.queue) == ([], ["a"])

    world.push(document={**REPORT, "_id": "r2"}, cron="5 8 * * *")
    assert len(world.heard) == 1
