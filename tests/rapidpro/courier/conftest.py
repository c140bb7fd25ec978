"""A RapidPro host whose channel aggregators call, and a short way to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from rapidpro_simulator.rapidpro.host import RapidProHost
from rapidpro_simulator.rapidpro.model.external import ExternalSettings
from rapidpro_simulator.world.network import HttpResponse

if TYPE_CHECKING:
    import aiohttp

    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network

    from ..conftest import Install  # noqa: TID252 - the tests have no name from outside

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Aggregator:
    """Somebody who brings texts and reports to the channel of a workspace in Kenya, over HTTP."""

    def __init__(self, host: RapidProHost, network: Network, loop: SimulationLoop, clock: FrozenClock) -> None:
        self.host = host
        self.network = network
        self.loop = loop
        self.clock = clock
        self.workspace = host.installation.workspace("Main", country="KE")
        self._session: aiohttp.ClientSession | None = None

    @property
    def channel(self) -> Channel:
        return self.workspace.channels[0]

    @property
    def messages(self) -> list[Message]:
        return self.workspace.messages

    def set_up(self, **settings: Any) -> Channel:
        """Give the workspace an external channel with these settings, and no other."""
        channel = self.workspace.use_channel("external")
        channel.external = ExternalSettings(**settings)
        return channel

    def tell(self, action: str, method: str = "POST", **parameters: str) -> HttpResponse:
        """Call `action` of the channel with a form, or with a query where the method is another than POST."""
        encoded = urlencode(parameters)
        if method == "POST":
            return self.ask(action, method, data=encoded, headers=FORM)
        return self.ask(f"{action}?{encoded}", method)

    def ask(self, action: str, method: str = "POST", uuid: str | None = None, **options: Any) -> HttpResponse:
        return self.call(f"/c/ex/{uuid or self.channel.uuid}/{action}", method, **options)

    def call(self, path: str, method: str = "POST", **options: Any) -> HttpResponse:
        return self.loop.run(self._call(f"{self.host.url}{path}", method, options))

    async def _call(self, url: str, method: str, options: dict[str, Any]) -> HttpResponse:
        session = self._session = self._session or self.network.client("aggregator")
        async with session.request(method, url, **options) as response:
            return HttpResponse(response.status, response.headers, await response.text())


@pytest.fixture
def aggregator(
    install: Install, generation: str, network: Network, loop: SimulationLoop, clock: FrozenClock
) -> Aggregator:
    return Aggregator(RapidProHost(install(generation), network), network, loop, clock)
