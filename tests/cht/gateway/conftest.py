"""CHT's gateway, part by part, between a real CouchDB wire and a RapidPro that answers as it is told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from rapidpro_simulator.cht.couch import CouchDB, CouchService
from rapidpro_simulator.cht.couch.client import CouchClient
from rapidpro_simulator.cht.couch.credentials import Credentials
from rapidpro_simulator.cht.couch.vault import encrypt
from rapidpro_simulator.cht.gateway import BuiltInGateway
from rapidpro_simulator.cht.gateway.context import GatewayContext
from rapidpro_simulator.cht.gateway.polling import Poller
from rapidpro_simulator.cht.gateway.sending import Sender
from rapidpro_simulator.cht.gateway.state_writer import StateWriter
from rapidpro_simulator.cht.gateway.upstream import Upstream
from rapidpro_simulator.cht.releases import CredentialStore, release
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.network import HandlerService

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network
    from rapidpro_simulator.world.seed import Seed

SECRET = "0123456789abcdef-secret"
KEY = "rapidpro:outgoing"
RAPIDPRO = "rapidpro.org"
UUID = "00000000-0000-4000-8000-{:012}"


@dataclass(frozen=True)
class Request:
    """What RapidPro was asked."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def reference(self) -> str:
        return self.target.partition("broadcast=")[2]


def as_json(value: Any, status: int = 200) -> web.Response:
    return web.json_response(value, status=status)


class RapidPro(HandlerService):
    """A RapidPro that keeps what it is asked, and answers as `answer` says."""

    def __init__(self) -> None:
        super().__init__(self.receive)
        self.answer: Callable[[Request], web.Response] = lambda _: as_json({"id": 7, "status": "queued"}, 201)
        self.requests: list[Request] = []

    async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
        asked = Request(request.method, request.raw_path, dict(request.headers), await request.read())
        self.requests.append(asked)
        return self.answer(asked)


class World:
    """What the gateway is given, and its parts for any release."""

    def __init__(
        self, clock: FrozenClock, seed: Seed, journal: Journal, loop: SimulationLoop, network: Network
    ) -> None:
        self.clock = clock
        self.journal = journal
        self.loop = loop
        self.defects: list[dict[str, Any]] = []
        self.couch = CouchDB(Context(clock, seed, journal), admin=("medic", "pass"), secret=SECRET)
        self.couch.install_cht("5.2.0")
        self.medic = self.couch.database("medic")
        network.attach("couchdb", CouchService(self.couch))
        self.rapidpro = RapidPro()
        network.attach(RAPIDPRO, self.rapidpro)
        self.settings: dict[str, Any] = {
            "default_country_code": 254,
            "sms": {"outgoing_service": "rapidpro", "rapidpro": {"url": f"https://{RAPIDPRO}"}},
        }
        self.context = loop.run(self._gateway_context(network))
        self.set_key("a-token")

    async def _gateway_context(self, network: Network) -> GatewayContext:
        session = network.client("gateway")
        couch = CouchClient(session, "https://couchdb", "medic", "pass")
        return GatewayContext(self.clock, self.journal, couch, lambda: self.settings)

    def set_key(self, key: str, name: str = "5.2") -> None:
        """Store the key for RapidPro where the release `name` looks for it."""
        if release(name).credentials is CredentialStore.CONFIG:
            self.couch.configure("medic-credentials", KEY, key)
            return
        vault = self.couch.database("medic-vault")
        document = vault.find(f"credential:{KEY}") or {"_id": f"credential:{KEY}"}
        vault.put({**document, "password": encrypt(key, SECRET, bytes(16))})

    def add(self, *tasks: dict[str, Any], **more: Any) -> str:
        """Store a document with these tasks, each with one message, and return its id; messages count from 1.

        A task without `messages` gets one, to a number of its own.
        """
        number = len(self.documents()) + 1
        document_id = f"document-{number:03}"
        made = [self._task(number * 10 + place, task) for place, task in enumerate(tasks)]
        self.medic.put({"_id": document_id, "type": "data_record", "reported_date": number, "tasks": made, **more})
        return document_id

    def _task(self, number: int, task: dict[str, Any]) -> dict[str, Any]:
        message = {"uuid": UUID.format(number), "to": f"+2547000{number:05}", "message": f"text {number}"}
        return {"messages": [message], "state": "pending", **task}

    def documents(self) -> list[dict[str, Any]]:
        return [document for document in self.medic.documents() if document.get("type") == "data_record"]

    def tasks(self) -> list[dict[str, Any]]:
        return [task for document in self.documents() for task in document["tasks"]]

    def states(self) -> list[str]:
        return [task["state"] for task in self.tasks()]

    def logged(self) -> list[str]:
        return [entry.get("text") for entry in self.journal.where("gateway.log")]

    def writer(self, name: str = "5.2") -> StateWriter:
        return StateWriter(self.context.couch, self.clock, release(name))

    def upstream(self, name: str = "5.2") -> Upstream:
        return Upstream(self.context, Credentials(self.context.couch, release(name)), release(name))

    def sender(self, name: str = "5.2") -> Sender:
        return Sender(self.context, self.upstream(name), self.writer(name), release(name))

    def poller(self, name: str = "5.2") -> Poller:
        return Poller(self.context, self.upstream(name), self.writer(name), release(name))

    def gateway(self, name: str = "5.2", interval: float = 60.0) -> BuiltInGateway:
        return BuiltInGateway(self.context, release(name), interval)


@pytest.fixture
def world(clock: FrozenClock, seed: Seed, journal: Journal, loop: SimulationLoop, network: Network) -> Iterator[World]:
    """A world; what the event loop alone is told of, an error in a callback or in a task, fails the test."""
    world = World(clock, seed, journal, loop, network)
    loop.set_exception_handler(lambda _, context: world.defects.append(context))
    yield world
    assert world.defects == []
