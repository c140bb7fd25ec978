"""A reverse proxy before a gateway in another process: a host of the network that hands all requests on.

So what others ask the gateway is in the journal, and faults can meet it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.world.network import Network

HOSTNAME = "gateway.example.org"
ONE_HOP = {"Connection", "Content-Length", "Host", "Keep-Alive", "Transfer-Encoding", "Expect"}
UNPACKED = ONE_HOP | {"Content-Encoding"}  # the client of the proxy has done so


class Proxy:
    """Stands before the gateway at `target`, a base URL, as a reverse proxy does."""

    confidential: Sequence[str] = ()
    body_limit = 1 << 20

    def __init__(self, network: Network, target: str) -> None:
        self._network = network
        self._target = target
        self._session: aiohttp.ClientSession | None = None

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if self._session is None:
            self._session = self._network.client("proxy")
        headers = [(name, value) for name, value in request.headers.items() if name.title() not in ONE_HOP]
        try:
            async with self._session.request(
                request.method,
                f"{self._target}{request.path_qs}",
                headers=headers,
                data=await request.read(),
                allow_redirects=False,
            ) as answer:
                kept = {name: value for name, value in answer.headers.items() if name.title() not in UNPACKED}
                return web.Response(status=answer.status, headers=kept, body=await answer.read())
        except aiohttp.ClientError as error:
            return web.Response(status=502, text=f"the gateway does not answer: {error}")

    def error(self, status: int, retry_after: int | None = None) -> web.Response:
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return web.Response(status=status, headers=headers)

    def refuse(self, status: int, request: web.BaseRequest) -> web.Response:
        return self.error(status)
