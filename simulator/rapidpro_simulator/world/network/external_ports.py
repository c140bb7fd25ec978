"""Ports for a party in another process: each host it may ask gets a TCP port that is that party's alone.

So the journal knows who asks, and faults that are meant for the party meet no other.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .server import ANY_KIND, HostServer

if TYPE_CHECKING:
    from aiohttp import web

    from rapidpro_simulator.world.faults import FaultKind
    from rapidpro_simulator.world.seed import Stream

    from . import Host, Network


class ExternalPorts:
    """The ports of `network` for `party`, at `address`; `reached_as` is the name by which the party reaches it."""

    def __init__(
        self,
        network: Network,
        party: str,
        stream: Stream,
        *,
        address: str = "127.0.0.1",
        reached_as: str | None = None,
    ) -> None:
        self._network = network
        self._party = party
        self._stream = stream
        self._address = address
        self._reached_as = reached_as or address
        self._listeners: dict[str, _TcpServer] = {}
        self._ports: dict[str, int] = {}
        self._servers: dict[str, asyncio.Server] = {}

    def __len__(self) -> int:
        return len(self._ports)

    async def url(self, url: str, port: int = 0) -> str:
        """Return what `url`, such as `https://textit.com`, is to the party; unknown hosts are left as they are.

        A host that is asked for the first time is given `port` (0: any). Raises `OSError` where that is taken.
        """
        parts = urlsplit(url)
        host = self._network.find(parts.hostname, parts.port)
        if host is None:
            return url
        if host.name not in self._servers:
            await self._open(host, port)
        return f"http://{self._reached_as}:{self._ports[host.name]}{parts.path}"

    async def _open(self, host: Host, port: int) -> None:
        listener = self._listeners.get(host.name)
        if listener is None:
            listener = self._listeners[host.name] = _TcpServer(host, self._network, self._stream)
        server = await asyncio.get_running_loop().create_server(
            listener.end_factory(self._party, "http"), self._address, self._ports.get(host.name, port)
        )
        self._servers[host.name] = server
        self._ports[host.name] = server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Refuse connections and end those there are, until `reopen`; nothing else is a network that is gone."""
        for server in self._servers.values():
            server.close()
        self._servers.clear()
        for listener in self._listeners.values():
            await listener.close()

    async def reopen(self) -> None:
        """Listen again, at the same ports."""
        for name in self._listeners:
            host = self._network.find(name, None)
            if host is not None and name not in self._servers:
                await self._open(host, self._ports[name])


class _TcpServer(HostServer):
    """The server of `host` for a party that comes over TCP: it serves whatever the host serves now."""

    def __init__(self, host: Host, network: Network, stream: Stream) -> None:
        super().__init__(host.name, host.server.service, network, stream)
        self._host = host

    async def handle(self, party: str, request: web.BaseRequest) -> web.StreamResponse:
        self.service = self._host.server.service  # an upgrade may have put another one in its place
        return await super().handle(party, request)

    def _kinds(self, _party: str) -> frozenset[FaultKind]:
        # No connector of ours refuses for it beforehand; the nearest that a listening socket can do is to reset.
        return ANY_KIND
