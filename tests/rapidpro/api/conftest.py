"""A RapidPro host on the network, and a client that asks it over real HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.api import RapidProApi
from rapidpro_simulator.rapidpro.installation import RapidPro
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.network import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    import aiohttp

    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network
    from rapidpro_simulator.world.seed import Seed

HOST = "https://rapidpro.org"
GENERATIONS = ("community", "textit-2026")


class Reply(HttpResponse):
    """What came back."""

    @property
    def said(self) -> tuple[int, Any]:
        """The status and the body, read."""
        return self.status, self.json()

    @property
    def results(self) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = self.json()["results"]
        return results


class Server:
    """RapidPro with one workspace in Rwanda, and a client that holds its token."""

    def __init__(self, rapidpro: RapidPro, network: Network, loop: SimulationLoop) -> None:
        self.rapidpro = rapidpro
        self.workspace: Workspace = rapidpro.workspace("Kigali", country="RW", languages=("eng", "kin"))
        self.api = RapidProApi(rapidpro)
        self._network = network
        self._loop = loop
        self._session: aiohttp.ClientSession | None = None
        network.attach("rapidpro.org", self.api)

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.workspace.token.key}"}

    def ask(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, data: Any = None
    ) -> Reply:
        """Send a request, with the workspace's token unless the headers say otherwise."""
        sent = self.authorization if headers is None else headers
        if body is not None:
            sent = {"Content-Type": "application/json", **sent}
            data = json.dumps(body).encode()
        return self._loop.run(self._ask(method, path, sent, data))

    def get(self, path: str, **options: Any) -> Reply:
        return self.ask("GET", path, **options)

    def post(self, path: str, body: Any, **options: Any) -> Reply:
        return self.ask("POST", path, body, **options)

    def fetch(self, url: str) -> tuple[int, bytes]:
        """Return what is at a URL, for somebody without a token."""

        async def fetch() -> tuple[int, bytes]:
            session = self._session = self._session or self._network.client("tester")
            async with session.get(url) as response:
                return response.status, await response.read()

        return self._loop.run(fetch())

    async def _ask(self, method: str, path: str, headers: dict[str, str], data: Any) -> Reply:
        path = path if path.startswith("/") else f"/api/v2/{path}"
        session = self._session = self._session or self._network.client("tester")
        skip = ("Content-Type",) if data is None or isinstance(data, bytes) else ()
        options: dict[str, Any] = {"headers": headers, "data": data, "skip_auto_headers": skip}
        async with session.request(method, f"{HOST}{path}", allow_redirects=False, **options) as response:
            return Reply(response.status, response.headers, await response.text())


@pytest.fixture
def start(
    clock: FrozenClock, seed: Seed, journal: Journal, network: Network, loop: SimulationLoop
) -> Callable[..., Server]:
    """Return a function that starts a host of a generation."""

    def start(generation: str = "community", **options: Any) -> Server:
        return Server(
            RapidPro("rapidpro.org", Context(clock, seed, journal), generation=generation, **options), network, loop
        )

    return start


@pytest.fixture(params=GENERATIONS)
def server(request: pytest.FixtureRequest, start: Callable[..., Server]) -> Server:
    """Return a host of each reference generation."""
    return start(request.param)


@pytest.fixture
def community(start: Callable[..., Server]) -> Server:
    return start("community")


@pytest.fixture
def textit(start: Callable[..., Server]) -> Server:
    return start("textit-2026")
