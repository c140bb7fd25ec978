"""An aggregator on the network: RapidPro's external channels post to it, and it brings texts and reports over HTTP.

What becomes of a message is what the scenario wishes of the carrier, as for every other channel.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlencode

import aiohttp
from aiohttp import web

from rapidpro_simulator.rapidpro.model.messages import Status
from rapidpro_simulator.world.network import HandlerService

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import Clock
    from rapidpro_simulator.world.network import Network

    Carry = Callable[[str, str, Workspace, Callable[[bool], object]], bool]

HOST = "aggregator.example.org"
PARTY = "aggregator"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TRIES = (30.0, 60.0, 300.0, 900.0)  # seconds until a report or a text is brought again, where RapidPro did not take it
ACTIONS = {Status.SENT: "sent", Status.DELIVERED: "delivered", Status.FAILED: "failed"}
REFUSALS: dict[Status | None, int] = {Status.ERRORED: 500, None: 400}
LEAST_DELAY = 1.0  # seconds from the answer to the first report
PATIENCE = 30.0  # seconds


@dataclass(frozen=True)
class Submitted:
    """A request that RapidPro made to the aggregator."""

    method: str
    path: str
    content_type: str
    body: str


class Aggregator(HandlerService):
    """The aggregator. `requests` are those that RapidPro has made, in order; `answer` is what good ones are told."""

    def __init__(self, clock: Clock, network: Network, carry: Carry) -> None:
        super().__init__(self._handle)
        self.requests: list[Submitted] = []
        self.answer = "Accepted"
        self._clock = clock
        self._network = network
        self._carry = carry
        self._workspaces: dict[str, Workspace] = {}
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def url_for(self, workspace: Workspace) -> str:
        """Return the send URL of a workspace's channel, which names the message."""
        key = quote(f"{workspace.runtime.platform.name}/{workspace.name}")
        self._workspaces[f"/{key}"] = workspace
        return f"https://{HOST}/{key}/{{{{id}}}}"

    def tell(self, channel_url: str, action: str, parameters: Mapping[str, str]) -> None:
        """Bring a text or a report to a channel of RapidPro, again and again where it is not there."""
        self._clock.call_later(0, lambda: self._start(self._tell(f"{channel_url}/{action}", urlencode(parameters))))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work, name=PARTY)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, url: str, body: str) -> None:
        for wait in (*TRIES, None):
            if await self._is_taken(url, body) or wait is None:
                return
            await asyncio.sleep(wait)

    async def _is_taken(self, url: str, body: str) -> bool:
        if self._session is None:
            self._session = self._network.client(PARTY)
        try:
            async with asyncio.timeout(PATIENCE), self._session.post(url, data=body, headers=FORM) as response:
                await response.read()
                return response.status < HTTPStatus.INTERNAL_SERVER_ERROR
        except (TimeoutError, aiohttp.ClientError):
            return False

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = (await request.read()).decode("utf-8", "replace")
        self.requests.append(Submitted(request.method, request.path_qs, request.headers.get("Content-Type", ""), body))
        path, _, number = request.url.raw_path.rpartition("/")
        workspace = self._workspaces.get(path)
        message = workspace.database.store.message(int(number)) if workspace and number.isdecimal() else None
        if workspace is None or message is None:
            return web.Response(text=self.answer)
        return await self._deliver(workspace, message, _text(request, body) or message.text)

    async def _deliver(self, workspace: Workspace, message: Message, text: str) -> web.Response:
        reports = workspace.delivery.courier.wish(message)
        begin = reports[0].after if reports else 0
        if reports:
            await asyncio.sleep(begin)
            if (refusal := REFUSALS.get(reports[0].status)) is not None:
                return web.Response(status=refusal, text="not taken")
        for report in reports:
            if report.status in ACTIONS:
                bring = partial(self._report, workspace, message, text, ACTIONS[report.status])
                self._clock.call_later(max(report.after - begin, LEAST_DELAY), bring)
        return web.Response(text=self.answer)

    def _report(self, workspace: Workspace, message: Message, text: str, action: str) -> None:
        def say(word: str) -> None:
            channel = message.channel
            if channel is not None:
                url = f"https://{workspace.runtime.platform.name}/c/{channel.kind.code}/{channel.uuid}"
                self.tell(url, word, {"id": str(message.id)})

        number = (message.urn or "").partition(":")[2]
        scripted = action == "delivered" and self._carry(
            number, text, workspace, lambda got: say("delivered" if got else "failed")
        )
        if not scripted:
            say(action)


def _text(request: web.BaseRequest, body: str) -> str:
    """Return the text that a request sends, where it has the usual name."""
    if request.query.get("text"):
        return request.query["text"]
    if "json" in request.headers.get("Content-Type", ""):
        try:
            document = json.loads(body)
        except ValueError:
            return ""
        return str(document.get("text", "")) if isinstance(document, dict) else ""
    return parse_qs(body).get("text", [""])[0]
