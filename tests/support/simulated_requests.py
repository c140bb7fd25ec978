"""Lets clients that are built on `requests` reach the hosts of a simulation, in frozen time and over real HTTP."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse
from yarl import URL

if TYPE_CHECKING:
    import aiohttp

    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network


class SimulatedRequests(BaseAdapter):
    """Takes the requests of a `requests.Session` to the network of a simulation; nothing else reaches anybody."""

    def __init__(self, network: Network, loop: SimulationLoop) -> None:
        super().__init__()
        self._network = network
        self._loop = loop
        self._client: aiohttp.ClientSession | None = None

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        return self._loop.run(self._send(request))

    def close(self) -> None:
        """Leave the client to the network, which closes it at its end."""

    def session(self) -> requests.Session:
        """Return a session that knows no other way."""
        session = requests.Session()
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, self)
        return session

    async def _send(self, request: requests.PreparedRequest) -> requests.Response:
        client = self._client = self._client or self._network.client("tester")
        url = URL(str(request.url), encoded=True)
        async with client.request(
            str(request.method),
            url,
            headers=dict(request.headers),
            data=request.body,
            allow_redirects=False,
            skip_auto_headers=("Content-Type", "User-Agent", "Accept"),
        ) as answered:
            headers = answered.headers.copy()
            for name in ("Content-Encoding", "Content-Length"):  # it has been decoded
                headers.popall(name, None)
            return _response(request, answered.status, headers, await answered.read())


def _response(request: requests.PreparedRequest, status: int, headers: Any, body: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers = CaseInsensitiveDict(headers)
    response.raw = HTTPResponse(body=BytesIO(body), headers=headers, status=status, preload_content=False)
    response.url = str(request.url)
    response.request = request
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.elapsed = timedelta()
    return response
