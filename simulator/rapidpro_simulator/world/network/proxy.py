"""A reverse proxy before a server outside of the simulation: a host of the network that hands all requests on.

So what others ask that server is in the journal, and faults can meet it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web
from yarl import URL

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence

    from . import Network

ONE_HOP = {"Connection", "Content-Length", "Host", "Keep-Alive", "Transfer-Encoding", "Expect"}
UNPACKED = ONE_HOP | {"Content-Encoding"}  # the client of the proxy has done so


class Proxy:
    """Stands before the server at `target`, a base URL, as a reverse proxy does.

    `trust` says which certificates are trusted where the target has TLS; True: those that everybody trusts.
    """

    confidential: Sequence[str] = ()
    body_limit = 1 << 20

    def __init__(self, network: Network, target: str, trust: ssl.SSLContext | bool = True) -> None:
        self._network = network
        self._target = target
        self._trust = trust
        self._session: aiohttp.ClientSession | None = None

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if self._session is None:
            self._session = self._network.client("proxy")
        headers = [(name, value) for name, value in request.headers.items() if name.title() not in ONE_HOP]
        try:
            async with self._session.request(
                request.method,
                URL(f"{self._target}{request.raw_path}", encoded=True),
                headers=headers,
                data=await request.read(),
                allow_redirects=False,
                ssl=self._trust,
            ) as answer:
                kept = {name: value for name, value in answer.headers.items() if name.title() not in UNPACKED}
                return web.Response(status=answer.status, headers=kept, body=await answer.read())
        except aiohttp.ClientError as error:
            return web.Response(status=502, text=f"{self._target} does not answer: {error}")

    def error(self, status: int, retry_after: int | None = None) -> web.Response:
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return web.Response(status=status, headers=headers)

    def refuse(self, status: int, request: web.BaseRequest) -> web.Response:
        return self.error(status)
