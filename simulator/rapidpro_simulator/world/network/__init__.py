"""Hostnames to servers, in one process.

Every party of a simulation reaches a host over connections of its own, in memory: the server of the host knows who is
calling without a byte of the request being changed. A host can listen on TCP as well, for callers from outside.
"""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp

from .connector import Connector
from .parsed_heads import ParsedHeads
from .response import HttpResponse
from .server import FEW_MILLISECONDS, OUTSIDE, HostServer, Latency
from .service import ABOUT, HandlerService, Service
from .turns import ClientRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aiohttp import web

    from rapidpro_simulator.world.clock import Clock
    from rapidpro_simulator.world.faults import Faults
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.seed import Stream

__all__ = ["ABOUT", "OUTSIDE", "HandlerService", "Host", "HttpResponse", "Latency", "Network", "Service"]


@dataclass
class Host:
    """A server on the network: its name, what it serves, and where callers from outside find it."""

    name: str
    server: HostServer
    addresses: list[tuple[str, int]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return the base URL for callers inside the simulation."""
        return f"https://{self.name}"

    @property
    def live_url(self) -> str:
        """Return the base URL for callers from outside; `url` where the host does not listen."""
        if not self.addresses:
            return self.url
        address, port = self.addresses[0]
        return f"http://{address}:{port}"


class Network:
    """The hosts of a simulation and the wires between them.

    `latency` is how long an exchange takes (virtual seconds, a range; it is drawn from `stream`). Parties that are not
    hosts of the simulation are unknown names, unless `open_to_world` lets callers through to real addresses.
    """

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        faults: Faults,
        stream: Stream,
        *,
        latency: Latency = FEW_MILLISECONDS,
        open_to_world: bool = False,
    ) -> None:
        self.clock = clock
        self.journal = journal
        self.faults = faults
        self.latency = latency
        self.open_to_world = open_to_world
        self.on_crash: Callable[[str], object] = lambda _party: None
        self.on_visit: Callable[[str, web.BaseRequest, bytes], object] | None = None  # a request from outside
        self.errors: list[Exception] = []
        self.exchanges = 0
        self.heads = ParsedHeads()  # of what hosts have answered
        self.context = copy_context()  # in which hosts answer: not in that of whoever asks them
        self._stream = stream
        self._hosts: dict[str, Host] = {}
        self._aliases: dict[tuple[str, int], Host] = {}
        self._sessions: list[aiohttp.ClientSession] = []
        self._servers: list[asyncio.AbstractServer] = []

    @property
    def hosts(self) -> Iterable[Host]:
        return self._hosts.values()

    def attach(self, name: str, service: Service, clock: Clock | None = None) -> Host:
        """Make `service` answer under the hostname `name`, and say what time it is by `clock` (default: everybody's).

        Raises `ValueError` where the name is taken.
        """
        if name in self._hosts:
            raise ValueError(f"there is a host called {name} already")
        host = self._hosts[name] = Host(name, HostServer(name, service, self, self._stream, clock))
        return host

    def find(self, name: str | None, port: int | None) -> Host | None:
        """Return the host that a URL with this hostname and port leads to."""
        if name is None:
            return None
        return self._aliases.get((name, port or 0)) or self._hosts.get(name)

    def client(self, party: str) -> aiohttp.ClientSession:
        """Return a new HTTP client for `party`: no time-outs, no cookies, no retries; closed with the network.

        Call it inside the running event loop.
        """
        session = aiohttp.ClientSession(
            connector=Connector(self, party),
            request_class=ClientRequest,
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        # aiohttp repeats an idempotent request when a kept connection turns out dead. No caller here asked for that,
        # and it would make one request of the gateway under test into two.
        session._retry_connection = False
        self._sessions.append(session)
        return session

    async def listen(self, host: Host, address: str = "127.0.0.1", port: int = 0) -> int:
        """Let callers from outside reach `host` over TCP, and return the port. Raises `OSError` where it is taken."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(host.server.end_factory(OUTSIDE, "http"), address, port)
        self._servers.append(server)
        bound: int = server.sockets[0].getsockname()[1]
        host.addresses.append((address, bound))
        self._aliases[address, bound] = host
        if address in {"127.0.0.1", "0.0.0.0"}:  # noqa: S104 - a comparison, not a binding
            self._aliases["localhost", bound] = self._aliases["127.0.0.1", bound] = host
        return bound

    async def close(self) -> None:
        """Close every connection."""
        for session in self._sessions:
            await session.close()
        for server in self._servers:
            server.close()
        for host in self._hosts.values():
            await host.server.close()
