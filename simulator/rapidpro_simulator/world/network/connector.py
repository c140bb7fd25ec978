"""How a party of the simulation reaches a host: over its own Unix socket, or out into the world."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from typing import TYPE_CHECKING

import aiohttp
from aiohttp.client_exceptions import ClientConnectorDNSError

from rapidpro_simulator.world.faults import FaultKind

if TYPE_CHECKING:
    from aiohttp.client import ClientTimeout
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

    from . import Host, Network

REFUSAL = frozenset({FaultKind.REFUSED})


class Connector(aiohttp.BaseConnector):
    """Connects `party` to the hosts of `network` by their names."""

    def __init__(self, network: Network, party: str) -> None:
        super().__init__(keepalive_timeout=None, limit=0)
        self._network = network
        self._party = party
        self._world = aiohttp.TCPConnector(limit=0) if network.open_to_world else None

    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Connection:
        host = self._network.find(req.url.host, req.url.port)
        if host is not None:
            self._refuse(host, req)
        return await super().connect(req, traces, timeout)

    async def _create_connection(
        self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout
    ) -> ResponseHandler:
        host = self._network.find(req.url.host, req.url.port)
        if host is not None:
            path = await self._network.wire(self._party, host)
            _, protocol = await asyncio.get_running_loop().create_unix_connection(self._factory, str(path))
            return protocol
        if self._world is not None:
            return await self._world._create_connection(req, traces, timeout)
        unknown = OSError(socket.EAI_NONAME, f"{req.url.host} is no host of this simulation")
        raise ClientConnectorDNSError(req.connection_key, unknown)

    def _refuse(self, host: Host, req: ClientRequest) -> None:
        # Decided for every request, not for every connection: a refused host refuses although a connection was kept.
        network = self._network
        fault = network.faults.strike(by=self._party, to=host.name, method=req.method, path=req.url.path, kinds=REFUSAL)
        if fault is None:
            return
        exchange = network.journal.begin(
            by=self._party, to=host.name, method=req.method, path=req.url.path, query=req.url.raw_query_string
        )
        exchange.data["fault"] = fault.describe()
        network.journal.end(exchange, "refused")
        refused = ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
        raise aiohttp.ClientConnectorError(req.connection_key, refused)

    async def close(self, *, abort_ssl: bool = False) -> None:
        if self._world is not None:
            await self._world.close()
        await super().close(abort_ssl=abort_ssl)
