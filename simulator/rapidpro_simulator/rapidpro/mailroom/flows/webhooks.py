"""How mailroom calls web servers: timeout, redirects, retries of the generation, and the network in between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookRequest, WebhookResponse
from rapidpro_simulator.rapidpro.mailroom.worker import PendingResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.generations import Generation
    from rapidpro_simulator.world.network import Network

TIMEOUT = 15.0  # seconds, of each attempt
MOST_REDIRECTS = 10
IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
IDEMPOTENCY_HEADERS = frozenset({"Idempotency-Key", "X-Idempotency-Key"})
LAST_FINAL_STATUS = 501
SPREAD = 0.25  # of a planned wait


class WebhookCaller:
    """Calls web servers for the flows of one installation, as a party of the network called after it."""

    def __init__(self, network: Network, party: str, generation: Generation, random: Callable[[], float]) -> None:
        self._network = network
        self._party = party
        self._generation = generation
        self._random = random
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[WebhookResponse | None]] = set()

    async def call(self, request: WebhookRequest) -> WebhookResponse | None:
        """Return what a server answers; None where nobody does."""
        return await PendingResult[WebhookResponse | None](lambda take: self._begin(request, take))

    def _begin(self, request: WebhookRequest, take: Callable[[WebhookResponse | None], None]) -> None:
        def done(task: asyncio.Task[WebhookResponse | None]) -> None:
            self._tasks.discard(task)
            if not task.cancelled():
                take(task.result())

        def begin() -> None:
            task = asyncio.get_running_loop().create_task(self._attempts(request), name=f"webhook of {self._party}")
            self._tasks.add(task)
            task.add_done_callback(done)

        # Whoever sets a flow off may do so outside of the event loop; the clock's timers run inside it.
        self._network.clock.call_later(0, begin)

    async def _attempts(self, request: WebhookRequest) -> WebhookResponse | None:
        response = await self._attempt(request)
        for planned in self._generation.flows.webhook_waits:
            wait = planned * (1 + SPREAD * (2 * self._random() - 1))
            if not _is_retried(request, response, wait):
                break
            await asyncio.sleep(wait)
            response = await self._attempt(request)
        return response

    async def _attempt(self, request: WebhookRequest) -> WebhookResponse | None:
        if self._session is None:
            self._session = self._network.client(self._party)
        try:
            async with (
                asyncio.timeout(TIMEOUT),
                self._session.request(
                    request.method,
                    URL(request.url),
                    data=request.body or None,
                    headers={"Accept-Encoding": "gzip", **request.headers},
                    skip_auto_headers=("User-Agent", "Accept", "Content-Type"),
                    max_redirects=MOST_REDIRECTS,
                ) as response,
            ):
                body = await response.read()
        except (TimeoutError, aiohttp.ClientError, ValueError, OSError):
            return None
        habits = self._generation.flows
        if len(body) > habits.limits.webhook_response and not habits.webhook_keeps_status:
            return None
        headers = tuple((name, value) for name, value in response.headers.items())
        return WebhookResponse(response.status, headers, body, response.reason, request=_last_hop(request, response))


def _last_hop(request: WebhookRequest, response: aiohttp.ClientResponse) -> WebhookRequest | None:
    """Return the request that was answered, where that is another one than the flow's own (flows 4.2)."""
    if not response.history:
        return None
    sent = response.request_info.headers
    headers = {name: value for name, value in request.headers.items() if name in sent}
    body = request.body if response.method == request.method else b""
    return WebhookRequest(response.method, str(response.url), headers, body)


def _is_retried(request: WebhookRequest, response: WebhookResponse | None, wait: float) -> bool:
    """Say whether a call is made once more after a planned wait, in seconds (rapidpro 7.2)."""
    asked = response.first_headers.get("Retry-After", "") if response is not None else ""
    if asked.isdecimal() and int(asked) <= wait:
        return True
    idempotent = request.method in IDEMPOTENT_METHODS or not IDEMPOTENCY_HEADERS.isdisjoint(request.headers)
    return idempotent and (response is None or response.status > LAST_FINAL_STATUS)
