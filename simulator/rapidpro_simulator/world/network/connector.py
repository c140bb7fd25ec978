"""How a party of the simulation reaches a host: over connections of its own, or out into the world."""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING

import aiohttp
from aiohttp.client_exceptions import ClientConnectorDNSError
from aiohttp.client_reqrep import ConnectionKey

from rapidpro_simulator.world.faults import FaultKind

from .ends import ClientEnd
from .memory import connect

if TYPE_CHECKING:
    import asyncio

    from aiohttp.client import ClientTimeout
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace
    from yarl import URL

    from . import Host, Network

REFUSAL = frozenset({FaultKind.REFUSED})


class Connector(aiohttp.BaseConnector):
    """Connects `party` to the hosts of `network` by their names."""

    def __init__(self, network: Network, party: str) -> None:
        super().__init__(keepalive_timeout=None, limit=0)
        self.network = network
        self.party = party
        self._idle: dict[str, list[ClientEnd]] = {}
        self._world = aiohttp.TCPConnector(limit=0) if network.open_to_world else None

    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Connection:
        host = self.network.find(req.url.host, req.url.port)
        if host is not None:
            self.refuse(host, req.method, req.url)
        return await super().connect(req, traces, timeout)

    def take(self, host: Host) -> ClientEnd:
        """Return a connection to `host` that nobody uses."""
        idle = self._idle.setdefault(host.name, [])
        while idle:
            if (known := idle.pop()).is_usable:
                return known
        end = ClientEnd(self._loop, self.network.heads)
        self._join(end, host)
        return end

    def give_back(self, host: Host, end: ClientEnd) -> None:
        """Keep a connection for the next request, if it may be kept."""
        if end.is_usable:
            self._idle[host.name].append(end)
        else:
            end.close()

    async def _create_connection(
        self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout
    ) -> ResponseHandler:
        host = self.network.find(req.url.host, req.url.port)
        if host is not None:
            protocol: ResponseHandler = self._factory()
            self._join(protocol, host)
            return protocol
        if self._world is not None:
            return await self._world._create_connection(req, traces, timeout)
        unknown = OSError(socket.EAI_NONAME, f"{req.url.host} is no host of this simulation")
        raise ClientConnectorDNSError(req.connection_key, unknown)

    def _join(self, end: asyncio.Protocol, host: Host) -> None:
        connect(self._loop, end, host.server.end_factory(self.party, "https")())

    def refuse(self, host: Host, method: str, url: URL) -> None:
        """Raise `ClientConnectorError` where a fault lets nobody listen at `host` for this request."""
        # Decided for every request, not for every connection: a refused host refuses although a connection was kept.
        network = self.network
        fault = network.faults.strike(by=self.party, to=host.name, method=method, path=url.path, kinds=REFUSAL)
        if fault is None:
            return
        exchange = network.journal.begin(
            by=self.party, to=host.name, method=method, path=url.path, query=url.raw_query_string
        )
        exchange.data["fault"] = fault.describe()
        network.journal.end(exchange, "refused")
        refused = ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
        key = ConnectionKey(url.host or "", url.port, url.scheme == "https", True, None, None, None, None)
        raise aiohttp.ClientConnectorError(key, refused)

    async def close(self, *, abort_ssl: bool = False) -> None:
        for connection in (each for idle in self._idle.values() for each in idle):
            connection.close()
        self._idle.clear()
        if self._world is not None:
            await self._world.close()
        await super().close(abort_ssl=abort_ssl)
