"""How courier calls an aggregator over the network, and what it makes of the answers (rapidpro 6.3)."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from rapidpro_simulator.rapidpro.model.messages import Status
from rapidpro_simulator.rapidpro.runtime.platform import Submission

from .outgoing import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.external import ExternalSettings
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.world.network import Network

    from .outgoing import ProviderRequest

TIMEOUT = 35.0  # seconds, for all parts of a message (rapidpro 6.5)
MOST_REDIRECTS = 10
OF_GO = {"User-Agent": "Go-http-client/1.1", "Accept-Encoding": "gzip"}
NO_ANSWER = "no answer"


class ProviderCaller:
    """Calls the aggregators of one installation's external channels, as a party of the network called `party`."""

    def __init__(self, network: Network, party: str) -> None:
        self._network = network
        self._party = party
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(self, message: Message, done: Callable[[Submission], object]) -> None:
        """Send a message in the background, and say what came of it."""

        def begin() -> None:
            task = asyncio.get_running_loop().create_task(self._submit(message, done), name=self._party)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        # Whoever queues a message may do so outside of the event loop; the clock's timers run inside it.
        self._network.clock.call_later(0, begin)

    async def _submit(self, message: Message, done: Callable[[Submission], object]) -> None:
        channel = message.channel
        if channel is not None and channel.external is not None:
            done(await self._send(message, channel, channel.external))

    async def _send(self, message: Message, channel: Channel, settings: ExternalSettings) -> Submission:
        said = Submission(Status.ERRORED, settings.send_url, None, NO_ANSWER)
        try:
            async with asyncio.timeout(TIMEOUT):
                for request in requests(message, channel, settings):
                    said = Submission(Status.ERRORED, request.url, None, NO_ANSWER)
                    said = judge(request.url, *await self._ask(request), settings.mt_response_check)
                    if said.status is not Status.WIRED:
                        break
        except (TimeoutError, aiohttp.ClientError, ValueError, OSError):
            return said
        return said

    async def _ask(self, request: ProviderRequest) -> tuple[int, str]:
        if self._session is None:
            self._session = self._network.client(self._party)
        async with self._session.request(
            request.method,
            URL(request.url, encoded=True),
            data=request.body or None,
            headers={**OF_GO, **request.headers},
            skip_auto_headers=("Accept",),
            max_redirects=MOST_REDIRECTS,
        ) as response:
            return response.status, (await response.read()).decode("utf-8", "replace")


def judge(url: str, status: int, body: str, wanted: str) -> Submission:
    """Return what an answer means: taken, to be tried again, or (without a status) rejected."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return Submission(Status.ERRORED, url, status, f"answered {status}")
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Submission(None, url, status, f"answered {status}")
    if wanted not in body:
        return Submission(None, url, status, f"the answer does not contain {wanted!r}")
    return Submission(Status.WIRED, url, status)
