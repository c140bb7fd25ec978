"""A CHT instance on its own CouchDB, asked over HTTP."""

from __future__ import annotations

import json as jsonlib
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.api import ChtApi
from rapidpro_simulator.cht.api.defaults import DEFAULT_PERMISSIONS
from rapidpro_simulator.cht.couch.client import CouchClient
from rapidpro_simulator.cht.couch.server import CouchDB
from rapidpro_simulator.cht.couch.service import CouchService
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.world.authorization import basic_auth
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.network import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from aiohttp import web

    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network
    from rapidpro_simulator.world.seed import Seed

SECRET = "0123456789abcdef-secret"
ADMIN = ("admin", "pass")
WEBHOOK = "/api/v2/sms/rapidpro/incoming-messages"
TOKEN = "incoming-token"
USERS = {"gw": ["gateway", "mm-online"], "nurse": ["nurse", "mm-online"], "chw": ["chw"], "boss": ["boss", "mm-online"]}
SETTINGS: dict[str, Any] = {
    "default_country_code": 254,
    "roles": {"gateway": {}, "nurse": {}, "chw": {"offline": True}, "boss": {}},
    "permissions": {
        **{name: [] for name in DEFAULT_PERMISSIONS},  # all of them, so that none is filled in
        "can_edit": ["gateway", "boss"],
        "can_configure": ["boss"],
        "can_access_gateway_api": ["gateway", "unlisted"],
        "can_create_records": ["gateway", "chw"],
        "can_view_unallocated_data_records": ["gateway"],
    },
    "forms": {
        "TEST": {
            "fields": {
                "name": {"type": "string", "labels": {"tiny": "SD"}},
                "number": {"type": "integer", "labels": {"tiny": "AN"}},
            }
        }
    },
    "sms": {"outgoing_service": "rapidpro", "rapidpro": {"url": "https://textit.com"}},
}


class Attentive(CouchService):
    """A CouchDB that remembers whom it has heard: method and path, and the headers."""

    def __init__(self, couch: CouchDB) -> None:
        super().__init__(couch)
        self.heard: list[tuple[str, Mapping[str, str]]] = []

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.heard.append((f"{request.method} {request.path}", request.headers.copy()))
        return await super().handle(request)


class Instance:
    """A CHT instance and its CouchDB, with the ways in that a test needs."""

    def __init__(
        self, loop: SimulationLoop, network: Network, service: Attentive, api: ChtApi, stored: list[str]
    ) -> None:
        self.loop = loop
        self.network = network
        self.couch = couch = service.couch
        self.heard = service.heard
        self.api = api
        self.database = couch.database("medic")
        self.stored = stored

    def ask(self, method: str, path: str, **options: Any) -> HttpResponse:
        return self.loop.run(self.asking(method, path, **options))

    async def asking(
        self,
        method: str,
        path: str,
        *,
        user: str | None = None,
        headers: Mapping[str, str] | None = None,
        accept: str | None = "application/json",
        agent: str | None = None,
        **options: Any,
    ) -> HttpResponse:
        sent = dict(headers or {})
        if user is not None:
            sent["Authorization"] = basic_auth(user, "pass")
        if accept is not None:
            sent["Accept"] = accept
        if agent is not None:
            sent["User-Agent"] = agent
        # Nothing is added that a test did not ask for; a form or JSON is called what it is.
        skipped = (
            "User-Agent",
            "Accept",
            *(("Content-Type",) if isinstance(options.get("data"), (str, bytes)) else ()),
        )
        client = self.network.client("tester")
        url = f"https://cht.org{path}"
        async with client.request(
            method, url, headers=sent, allow_redirects=False, skip_auto_headers=skipped, **options
        ) as response:
            return HttpResponse(response.status, response.headers.copy(), await response.text())

    def rest(self, seconds: float = 1) -> None:
        """Let what is under way come to its end."""
        self.loop.advance(seconds)

    def receive(self, message: Any, token: str = f"Token {TOKEN}", **options: Any) -> HttpResponse:
        return self.ask("POST", WEBHOOK, json=message, headers={"Authorization": token}, **options)

    def configure(self, **settings: Any) -> None:
        """Change the settings, and wait until they are in force."""
        answer = self.ask("PUT", "/api/v1/settings?replace=1", json=settings, user="admin")
        assert answer.status == 200
        self.rest()

    def set_credential(self, key: str, value: str) -> None:
        headers = {"Content-Type": "text/plain"}
        assert self.ask("PUT", f"/api/v1/credentials/{key}", data=value, user="admin", headers=headers).status == 200

    @property
    def records(self) -> list[dict[str, Any]]:
        """Return the data records, in the order in which they were stored."""
        return [
            document
            for change in self.database.changes(0)
            if (document := self.database.find(change.id)) and document.get("type") == "data_record"
        ]


@pytest.fixture
def build(
    clock: FrozenClock, seed: Seed, journal: Journal, loop: SimulationLoop, network: Network
) -> Iterator[Callable[..., Instance]]:
    """Build an instance of a release: `build("4.0", behind_nginx=False)`."""
    built: list[Instance] = []

    def build(name: str = "5.2", missing: Sequence[str] = (), **options: Any) -> Instance:
        context = Context(clock, seed, journal)
        couch = CouchDB(context, admin=ADMIN, secret=SECRET)
        couch.install_cht(release(name).name)
        for database in missing:
            couch.drop(database)
        for user, roles in USERS.items():
            couch.add_user(user, "pass", roles)
        couch.database("medic").put({"_id": "settings", "settings": jsonlib.loads(jsonlib.dumps(SETTINGS))})
        service = Attentive(couch)
        network.attach("couch.internal", service)

        stored: list[str] = []

        async def boot() -> Instance:
            client = CouchClient(network.client("cht"), "https://couch.internal", *ADMIN)
            api = ChtApi("cht", context, client, release(name), on_stored=stored.append, **options)
            network.attach("cht.org", api)
            await api.start()
            return Instance(loop, network, service, api, stored)

        instance = loop.run(boot())
        built.append(instance)
        return instance

    yield build
    for instance in built:
        loop.run(instance.api.stop())


@pytest.fixture
def cht(build: Callable[..., Instance]) -> Instance:
    """The latest release, without credentials."""
    return build()


@pytest.fixture
def open_cht(cht: Instance) -> Instance:
    """The latest release, with the key that opens the webhook."""
    cht.set_credential("rapidpro:incoming", TOKEN)
    return cht
