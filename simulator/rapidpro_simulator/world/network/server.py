"""The HTTP server of one host: takes a request off the wire, lets time pass, injects faults, and keeps the record.

It is the middleware before every service of the network; what the service answers is left to the service.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from aiohttp import HttpVersion11, web
from multidict import CIMultiDict

from rapidpro_simulator.world.faults import Fault, FaultKind, FaultMoment

from .connection import BROKEN_INPUT, MALFORMED, Malformed, Server, as_request, defect, malformation
from .disconnecting import disconnect
from .ends import ServerEnd
from .fault_injection import outcome_of
from .record import Record
from .repetitions import Answered, Question, Repetitions, StatefulService, question_of
from .response import HttpResponse
from .service import ABOUT, Service

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from yarl import URL

    from rapidpro_simulator.world.clock import Clock
    from rapidpro_simulator.world.journal import Exchange
    from rapidpro_simulator.world.seed import Stream

    from . import Network

FOREVER = 1e9
SHUTDOWN = 0.01  # seconds
OUTSIDE = "outside"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
STATUSES = {Malformed.TOO_LONG: 414, Malformed.CONNECT: 405}
ANY_KIND = frozenset(FaultKind)
ONCE_CONNECTED = ANY_KIND - {FaultKind.REFUSED}


@dataclass(frozen=True)
class Latency:
    """How long an exchange takes: a time between `least` and `most`, in virtual seconds, drawn for each."""

    least: float = 0.002
    most: float = 0.008

    def draw(self, stream: Stream) -> float:
        """Return the seconds that one exchange takes, in whole microseconds."""
        return self.least if self.most <= self.least else round(stream.uniform(self.least, self.most), 6)


FEW_MILLISECONDS = Latency()


class HostServer:
    """Serves one host to every caller."""

    def __init__(
        self, name: str, service: Service, network: Network, stream: Stream, clock: Clock | None = None
    ) -> None:
        self.name = name
        self.service = service
        self._network = network
        self._record = Record(name, service, network.journal, clock or network.clock)
        self._stream = stream
        self._servers: dict[tuple[str, str], Server] = {}
        self._repetitions = Repetitions()
        # In live time everything travels, so that nothing has to be remembered.
        self._stateful = None if network.open_to_world or not isinstance(service, StatefulService) else service

    def end_factory(self, party: str, scheme: str) -> Callable[[], ServerEnd]:
        """Return the factory of the protocols on which `party` is heard."""
        return partial(ServerEnd, self.protocol_factory(party, scheme), asyncio.get_running_loop())

    def protocol_factory(self, party: str, scheme: str) -> Server:
        """Return the factory of aiohttp's own protocols, to which what is out of the ordinary is handed over."""
        known = self._servers.get((party, scheme))
        if known is None:
            known = self._servers[party, scheme] = self._server(party, scheme)
        return known

    def _server(self, party: str, scheme: str) -> Server:
        loop = asyncio.get_running_loop()
        limit = self.service.body_limit

        def make_request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
            message, malformed = as_request(message)
            request = web.BaseRequest(
                message, payload, protocol, writer, task, loop, client_max_size=limit, scheme=scheme, remote=party
            )
            if malformed is not None:
                request[MALFORMED] = malformed
            return request

        return Server(
            f"{self.name} answers {party}",
            self._network.context,
            partial(self.handle, party),
            refuse=partial(self._refuse, party),
            on_cut_off=partial(self._record.note_cut_off, party),
            on_error=self._network.errors.append,
            request_factory=make_request,
            keepalive_timeout=FOREVER,
            auto_decompress=False,  # what a service makes of a compressed body is its own affair
        )

    async def handle(self, party: str, request: web.BaseRequest) -> web.StreamResponse:
        network = self._network
        network.exchanges += 1
        if MALFORMED in request:
            return self._refuse(party, request, request[MALFORMED])
        try:
            body = await self._read(request)
        except web.HTTPRequestEntityTooLarge:
            return self._record.end(self._record.begin(party, request, b""), self.service.error(413))
        except BROKEN_INPUT as error:
            return self._refuse(party, request, malformation(error))
        exchange = self._record.begin(party, request, body)
        if party == OUTSIDE and network.on_visit is not None:
            network.on_visit(self.name, request, body)
        fault = network.faults.strike(
            by=party, to=self.name, method=request.method, path=request.path, kinds=self._kinds(party)
        )
        if network.latency.most:
            await asyncio.sleep(network.latency.draw(self._stream))
        if fault is not None:
            exchange.data["fault"] = fault.describe()
            return await self._inject(fault, exchange, request)
        path = request.rel_url.raw_path
        state = self._state_behind(request.method, path)
        response = self._record.end(exchange, await self._serve(request, exchange))
        if state is not None and response.status == 200 and state == self._state_behind(request.method, path):
            question = question_of(party, request.method, request.rel_url, request.headers, body)
            self._remember(question, request, exchange, response, state)
        return response

    def recall(self, party: str, method: str, url: URL, headers: Mapping[str, str], body: bytes) -> Answered | None:
        """Return what `party` was answered to the same question, if the answer would be the same now."""
        question = question_of(party, method, url, headers, body) if self._stateful else None
        if question is None or self._network.faults.may_strike(party, self.name):
            return None
        state = self._state_behind(method, url.raw_path)
        return None if state is None else self._repetitions.find(question, state)

    async def repeat(self, party: str, url: URL, answered: Answered, headers: Mapping[str, str]) -> HttpResponse:
        """Let an exchange take place whose answer is known: it takes its time, and is recorded."""
        network = self._network
        network.exchanges += 1
        exchange = network.journal.begin(
            answered.asked,
            by=party,
            to=self.name,
            method=answered.method,
            path=url.path,
            query=url.raw_query_string,
        )
        await asyncio.sleep(network.latency.draw(self._stream) if network.latency.most else 0)
        exchange.data.update(answered.about)
        exchange.response, exchange.content_type = answered.shown, answered.content_type
        if network.journal.keeps_headers:
            exchange.request_headers = CIMultiDict(headers)
            exchange.response_headers = answered.response.headers
        network.journal.end(exchange, "answered", answered.response.status)
        return answered.response

    def _state_behind(self, method: str, path: str) -> Hashable | None:
        return self._stateful.state_behind(method, path) if self._stateful else None

    def _remember(
        self,
        question: Question | None,
        request: web.BaseRequest,
        exchange: Exchange,
        response: web.StreamResponse,
        state: Hashable,
    ) -> None:
        if question is not None and isinstance(response, web.Response) and isinstance(response.body, bytes):
            body = response.body
            read = HttpResponse(response.status, response.headers, body.decode(response.charset or "utf-8"), body)
            about = request.get(ABOUT, {})
            answered = Answered(
                state, request.method, exchange.request, read, exchange.response, exchange.content_type, about
            )
            self._repetitions.add(question, answered)

    async def _read(self, request: web.BaseRequest) -> bytes:
        if not request.body_exists:
            return b""
        if (request.content_length or 0) > self.service.body_limit:
            raise web.HTTPRequestEntityTooLarge(self.service.body_limit)
        waits = request.headers.get("Expect", "").lower() == "100-continue" and request.version >= HttpVersion11
        if waits and request.transport is not None:
            request.transport.write(CONTINUE)
        return await request.read()

    def _refuse(self, party: str, request: web.BaseRequest, malformed: Malformed) -> web.StreamResponse:
        """Answer what is no request, or only the beginning of one, as the proxy before the service does."""
        exchange = self._record.begin(party, request, b"")
        exchange.data["malformed"] = malformed.value
        if malformed is Malformed.CUT_OFF:
            self._network.journal.end(exchange, "cut off")
            return web.Response(status=400)  # to nobody
        response = self._record.end(exchange, self.service.refuse(STATUSES.get(malformed, 400), request))
        response.force_close()
        return response

    def _kinds(self, party: str) -> frozenset[FaultKind]:
        # Who comes from inside has been refused by its own connector already; who comes from outside is reset here,
        # the nearest that a listening socket can do.
        return ANY_KIND if party == OUTSIDE else ONCE_CONNECTED

    async def close(self) -> None:
        for server in self._servers.values():
            # To aiohttp no time at all means no time-out; a request that is never answered would keep it for ever.
            await server.shutdown(SHUTDOWN)

    async def _serve(self, request: web.BaseRequest, exchange: Exchange) -> web.StreamResponse:
        try:
            response = await self.service.handle(request)
            exchange.data.update(request.get(ABOUT, {}))
            return response
        except Exception as error:
            # A service answers its own errors itself: this is a defect of the simulator, and must not look like one of
            # the service. The simulation raises it as soon as it is back in control.
            self._network.errors.append(error)
            return defect()

    async def _inject(self, fault: Fault, exchange: Exchange, request: web.BaseRequest) -> web.StreamResponse:
        served = await self._serve(request, exchange) if fault.moment is FaultMoment.AFTER else None
        if served is not None:
            exchange.data["served"] = served.status
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
            if request.transport is None:
                exchange.data["unheard"] = True
        if fault.kind is FaultKind.LATENCY:
            return self._record.end(exchange, await self._serve(request, exchange) if served is None else served)
        outcome = outcome_of(fault, self.service, served)
        if isinstance(outcome, web.Response):
            return self._record.end(exchange, outcome)
        self._network.journal.end(exchange, outcome.name)
        if outcome.name == "crash" and request.transport is not None:  # else whoever asked has ended already
            self._network.on_crash(exchange.data["by"])
        return await disconnect(outcome, request)
