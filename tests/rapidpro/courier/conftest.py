"""A RapidPro host whose channel aggregators call, and a short way to be one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

import pytest
from aiohttp import web
from multidict import CIMultiDict

from rapidpro_simulator.rapidpro.host import RapidProHost
from rapidpro_simulator.rapidpro.model.external import ExternalSettings
from rapidpro_simulator.world.network import HandlerService, HttpResponse

if TYPE_CHECKING:
    from datetime import datetime

    import aiohttp

    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network

    from ..conftest import Install  # noqa: TID252 - the tests have no name from outside

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Asked(NamedTuple):
    """A request that came to the aggregator."""

    method: str
    path: str
    body: str
    headers: CIMultiDict[str]
    time: datetime


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
        return self.workspace.use_channel("external", external=ExternalSettings(**settings))

    def answer(self, *answers: web.Response | float) -> list[Asked]:
        """Answer at the send URL, the last for ever: a number is so many seconds without one. Return what is asked."""
        asked: list[Asked] = []
        left = list(answers)

        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            body = (await request.read()).decode()
            asked.append(Asked(request.method, request.path_qs, body, CIMultiDict(request.headers), self.clock.now()))
            answer = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(answer, web.Response):
                return web.Response(status=answer.status, body=answer.body, headers=answer.headers)
            await asyncio.sleep(answer)
            return web.Response()

        self.network.attach("aggregator.example.org", HandlerService(handle))
        return asked

    def send(self, text: str, urn: str = "tel:+254711000001", seconds: float = 3, **content: Any) -> Message:
        """Let RapidPro send a text, and let time pass."""
        contact = self.workspace.contacts.get_or_create(urn)
        message = self.workspace.send_message(contact, text, **content)
        self.loop.advance(seconds)
        return message

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
