"""Every fault does what its words say: each kind, before and after the side effect, at once and late, for everybody."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from rapidpro_simulator.world.fault_kinds import moments_of, parameters_of
from rapidpro_simulator.world.faults import Fault, FaultKind, FaultMoment, Faults
from rapidpro_simulator.world.network import HandlerService
from rapidpro_simulator.world.network.lean_client import ask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Host, Network

LATE: Final = 60  # seconds
PATIENCE: Final = 200  # seconds, of the caller
TRAVEL: Final = 1  # more than any exchange takes, in seconds

# What a caller gets to see: status and body, an error, or nothing as long as it waits.
RIGHT: Final = (201, '{"done": 1}')
SEEN: Final[Mapping[FaultKind, object]] = {
    FaultKind.LATENCY: RIGHT,
    FaultKind.NO_ANSWER: TimeoutError,
    FaultKind.REFUSED: aiohttp.ClientConnectorError,
    FaultKind.RESET: aiohttp.ClientConnectionError,
    FaultKind.EMPTY: aiohttp.ServerDisconnectedError,
    FaultKind.TRUNCATED: aiohttp.ClientPayloadError,
    FaultKind.MALFORMED: (201, '{"don'),
    FaultKind.WRONG_TYPE: RIGHT,
    FaultKind.HTML: (200, "<!DOCTYPE html>"),
    FaultKind.EMPTY_BODY: (201, ""),
    FaultKind.REDIRECT: (307, ""),
    FaultKind.STATUS: (503, "service says 503"),
    FaultKind.BODY: (418, "short and stout"),
    FaultKind.CRASH: aiohttp.ClientConnectionError,
}
SETTINGS: Final[Mapping[FaultKind, Mapping[str, Any]]] = {
    FaultKind.REDIRECT: {"status": 307, "location": "https://elsewhere.org/"},
    FaultKind.STATUS: {"status": 503, "retry_after": 7},
    FaultKind.BODY: {"status": 418, "body": "short and stout", "content_type": "text/plain"},
    FaultKind.WRONG_TYPE: {"content_type": "text/plain"},
}
TYPES: Final[Mapping[FaultKind, str]] = {
    FaultKind.HTML: "text/html; charset=utf-8",
    FaultKind.BODY: "text/plain",
    FaultKind.WRONG_TYPE: "text/plain",
}
PARTIES: Final = ("mailroom", "gateway", "outside")


class Service(HandlerService):
    """Does its work, and remembers when it was done."""

    def __init__(self, loop: SimulationLoop) -> None:
        super().__init__(self.work)
        self._loop = loop
        self.done: list[float] = []

    async def work(self, _: web.BaseRequest) -> web.StreamResponse:
        self.done.append(self._loop.time())
        return web.json_response({"done": len(self.done)}, status=201)

    def error(self, status: int, retry_after: int | None = None) -> web.Response:
        return web.Response(status=status, text=f"service says {status}", headers={"Retry-After": str(retry_after)})


class Caller:
    """Asks the service as a party does: mailroom with aiohttp's client, gateways with the lean one."""

    def __init__(self, network: Network, host: Host, party: str, folder: Path) -> None:
        self._network, self._host, self.party = network, host, party
        self._socket = str(folder / "outside")
        self.headers: Mapping[str, str] = {}

    async def ask(self) -> tuple[int, str]:
        async with asyncio.timeout(PATIENCE):
            if self.party == "gateway":
                return await self._lean()
            if self.party == "mailroom":
                return await self._aiohttp(self._network.client(self.party), "https://service.org/work")
            return await self._from_outside()

    async def _lean(self) -> tuple[int, str]:
        url = URL("https://service.org/work")
        answer = await ask(self._network.client(self.party), "POST", url, body=b"do", headers={})
        self.headers = answer.headers
        return answer.status, answer.text

    async def _aiohttp(self, session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
        async with session.post(url, data=b"do", allow_redirects=False) as answer:
            self.headers = answer.headers
            return answer.status, await answer.text()

    async def _from_outside(self) -> tuple[int, str]:
        factory = self._host.server.protocol_factory("outside", "http")
        server = await asyncio.get_running_loop().create_unix_server(factory, self._socket)
        try:
            async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(self._socket)) as session:
                return await self._aiohttp(session, "http://service.org/work")
        finally:
            server.close()


@pytest.fixture
def service(network: Network, loop: SimulationLoop) -> Service:
    service = Service(loop)
    network.attach("service.org", service)
    return service


def rows() -> Iterator[tuple[FaultKind, FaultMoment, int, int | None, str]]:
    for kind, count, party in product(FaultKind, (1, None), PARTIES):
        for moment in moments_of(kind):
            for seconds in (0, LATE) if "seconds" in parameters_of(kind) else (0,):
                if kind is not FaultKind.LATENCY or seconds:
                    yield kind, moment, seconds, count, party


def expected(kind: FaultKind, party: str) -> Any:
    if kind is FaultKind.REFUSED and party == "outside":
        return aiohttp.ClientConnectionError  # it has connected already: the nearest is a reset
    if kind is FaultKind.REDIRECT and party == "gateway":
        return aiohttp.ClientError  # the lean client follows, and nobody is there
    return SEEN[kind]


@pytest.mark.parametrize(("kind", "moment", "seconds", "count", "party"), list(rows()))
def test_does_what_its_words_say(
    kind: FaultKind,
    moment: FaultMoment,
    seconds: int,
    count: int | None,
    party: str,
    loop: SimulationLoop,
    network: Network,
    service: Service,
    faults: Faults,
    journal: Journal,
    tmp_path: Path,
) -> None:
    """The caller sees what the kind is, when it is due; the work is done at once, late or not at all; so often."""
    host = network.find("service.org", None)
    assert host is not None
    crashed: list[str] = []
    network.on_crash = crashed.append
    fault = faults.add(Fault(kind, moment, by=party, seconds=seconds, count=count, **SETTINGS.get(kind, {})))
    caller = Caller(network, host, party, tmp_path)
    begun = loop.time()

    _see(loop, caller, expected(kind, party))

    elapsed = loop.time() - begun
    due = PATIENCE if kind is FaultKind.NO_ANSWER else seconds
    assert due <= elapsed <= due + TRAVEL
    assert [int(done - begun) for done in service.done] == _work(kind, moment, seconds)
    assert crashed == ([party] if kind is FaultKind.CRASH else [])
    if kind in TYPES:
        assert caller.headers["Content-Type"] == TYPES[kind]
    assert ("Retry-After" in caller.headers) == (kind is FaultKind.STATUS)
    assert [exchange.get("fault") for exchange in journal.exchanges()] == [fault.describe()]

    if count is None:
        _see(loop, caller, expected(kind, party), again=True)
    else:
        assert loop.run(caller.ask())[0] == 201
    assert fault.struck == (2 if count is None else 1)


def _see(loop: SimulationLoop, caller: Caller, what: Any, *, again: bool = False) -> None:
    if isinstance(what, tuple):
        status, text = loop.run(caller.ask())
        assert status == what[0]
        assert text.startswith(what[1]) or again
        return
    with pytest.raises(what):
        loop.run(caller.ask())


def _work(kind: FaultKind, moment: FaultMoment, seconds: int) -> list[int]:
    if moment is FaultMoment.AFTER:
        return [0]
    return [seconds] if kind is FaultKind.LATENCY else []


def test_no_other_party_is_met(loop: SimulationLoop, network: Network, service: Service, faults: Faults) -> None:
    """A fault of one party's requests is none of another's."""
    faults.add(Fault(FaultKind.RESET, by="gateway"))

    async def asked() -> int:
        async with network.client("mailroom").post("https://service.org/work") as answer:
            return answer.status

    assert loop.run(asked()) == 201


@pytest.mark.parametrize("kind", [FaultKind.LATENCY, FaultKind.STATUS, FaultKind.TRUNCATED])
def test_a_feed_has_been_sent_already(loop: SimulationLoop, network: Network, faults: Faults, kind: FaultKind) -> None:
    """What a service writes piece by piece is out before its side effect is over: only its end can go wrong."""

    async def feed(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"one\n")
        return response

    async def read() -> bytes:
        async with network.client("gateway").get("https://feed.org/") as answer:
            return await answer.read()

    network.attach("feed.org", HandlerService(feed))
    faults.add(Fault(kind, FaultMoment.AFTER, seconds=5))
    if kind is FaultKind.LATENCY:
        assert loop.run(read()) == b"one\n"
    else:
        with pytest.raises(aiohttp.ClientError):
            loop.run(read())


def test_an_answer_without_a_body_breaks_off_in_its_head(
    loop: SimulationLoop, network: Network, faults: Faults
) -> None:
    """A truncated answer is never whole, though there be no body to halve."""

    async def nothing(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=204)

    async def read() -> int:
        async with network.client("gateway").get("https://nothing.org/") as answer:
            return answer.status

    network.attach("nothing.org", HandlerService(nothing))
    faults.add(Fault(FaultKind.TRUNCATED))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        loop.run(read())


@pytest.mark.parametrize("moment", FaultMoment)
@pytest.mark.parametrize(("patience", "unheard"), [(5, True), (15, None)])
def test_who_has_left_before_a_late_answer_has_not_heard_it(
    loop: SimulationLoop,
    network: Network,
    faults: Faults,
    journal: Journal,
    moment: FaultMoment,
    patience: float,
    unheard: bool | None,
) -> None:
    """The journal has the answer all the same, and says that nobody was there."""
    network.attach("late.org", HandlerService(lambda _: answered(429)))
    faults.add(Fault(FaultKind.LATENCY, moment, seconds=10))

    async def ask() -> None:
        with suppress(TimeoutError):
            await network.client("gateway").get("https://late.org/", timeout=aiohttp.ClientTimeout(patience))
        await asyncio.sleep(10)

    loop.run(ask())

    (exchange,) = journal.exchanges(to="late.org")
    assert (exchange.status, exchange.get("unheard")) == (429, unheard)


async def answered(status: int) -> web.Response:
    return web.Response(status=status)
