"""A CHT that runs elsewhere, as a host of the simulation's network.

Whoever asks it inside the simulation does so through a proxy, so the journal has it; its own requests to RapidPro come
in by a door that is its alone, and the journal knows them as the gateway's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rapidpro_simulator.cht.administrator import Administrator
from rapidpro_simulator.cht.api import ChtApi
from rapidpro_simulator.cht.api.error_responses import error_of
from rapidpro_simulator.cht.api.nginx import nginx_error
from rapidpro_simulator.world.network.external_ports import ExternalPorts
from rapidpro_simulator.world.network.proxy import Proxy

from .visit import Visit

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from aiohttp import web

    from rapidpro_simulator.cht.releases import Release
    from rapidpro_simulator.cht.site import Document
    from rapidpro_simulator.world.protocols import World

    from .address import RemoteCht

PICKUP = 1.0  # real seconds


class RemoteInstance:
    """The CHT at `remote`, of `release`, under the hostname `name`; `party` is what the journal calls its requests.

    From `begin` on it is the scenario's, until `give_back`.
    """

    def __init__(self, world: World, name: str, remote: RemoteCht, release: Release, party: str) -> None:
        self.name = name
        self.release = release
        self.database = remote.database
        self.party = party
        self._world = world
        self._remote = remote
        self._administrator = Administrator(world, self)
        self._visit: Visit | None = None
        self._ports = ExternalPorts(
            world.network,
            party,
            world.seed.part(name).stream("ports"),
            address=remote.rapidpro_address,
            reached_as=remote.rapidpro_name,
        )
        world.journal.hide(remote.password)
        self.host = world.network.attach(name, RemoteService(world.network, remote.base, remote.trust))

    @property
    def url(self) -> str:
        """Return the base URL for callers inside the simulation."""
        return self.host.url

    @property
    def administrator(self) -> tuple[str, str]:
        """Return the name and the password of a user who may do everything."""
        return self._remote.user, self._remote.password

    @property
    def couchdb_url(self) -> None:
        """Return no URL: who may ask its CouchDB is its owner's affair."""

    @property
    def older_documents(self) -> Container[str]:
        """Return the ids of documents that it had before."""
        return self._visit.documents if self._visit is not None else ()

    @property
    def pickup_seconds(self) -> float:
        """Return the time in which it picks up changed settings: a real second, as nobody can see it do so."""
        return PICKUP * self._world.clock.speed

    def now(self) -> datetime:
        """Return the instant of the wall clock, whatever the speed of the simulation."""
        return datetime.now(UTC)

    def tasks_and_messages(self) -> Iterator[tuple[Document, Document]]:
        """Yield every message of the scenario behind the task that holds its state; asked over HTTP."""
        for sent in self._administrator.messages():
            yield sent.task, sent.message

    def begin(self) -> None:
        """Remember what it has, and let it forget its RapidPro. Raises `RemoteChtError` where it is in use."""
        self._visit = Visit(self._administrator)
        self._visit.clear()

    def give_back(self) -> None:
        """Leave it as it was, and shut the door to it."""
        try:
            if self._visit is not None:
                self._visit.undo()
        finally:
            self._world.run(self._ports.close())

    def outward(self, settings: Any) -> Any:
        """Return `settings` with the URLs of the simulation's hosts replaced by those at which it reaches them."""
        if isinstance(settings, dict):
            return {name: self.outward(value) for name, value in settings.items()}
        if isinstance(settings, list):
            return [self.outward(value) for value in settings]
        return self._outward(settings) if isinstance(settings, str) else settings

    def _outward(self, text: str) -> str:
        if not text.startswith(("http://", "https://")):
            return text
        parts = urlsplit(text)
        host = self._world.network.find(parts.hostname, parts.port)
        if host is None or host is self.host:
            return text
        origin = f"{parts.scheme}://{parts.netloc}"
        return self._world.run(self._ports.url(origin, self._next_port())) + text.removeprefix(origin)

    def _next_port(self) -> int:
        first = self._remote.rapidpro_port
        return first + len(self._ports) if first else 0


class RemoteService(Proxy):
    """The proxy before a CHT; what it says itself is in CHT's words."""

    confidential = ChtApi.confidential
    body_limit = ChtApi.body_limit

    def error(self, status: int, retry_after: int | None = None) -> web.Response:
        return error_of(status, retry_after)

    def refuse(self, status: int, request: web.BaseRequest) -> web.Response:
        return nginx_error(status, request.headers.get("Accept"))
