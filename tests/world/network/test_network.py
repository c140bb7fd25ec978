from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from rapidpro_simulator.world.faults import Fault, FaultKind, FaultMoment, Faults
from rapidpro_simulator.world.network import HandlerService

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network


class Counter(HandlerService):
    """A service with a side effect: it counts how often it was asked."""

    def __init__(self) -> None:
        super().__init__(self.receive, confidential=["/secret*"], body_limit=1_000_000)
        self.count = 0

    async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
        self.count += 1
        return web.json_response({"count": self.count, "who": request.remote, "scheme": request.scheme})

    def error(self, status: int, retry_after: int | None = None) -> web.Response:
        return web.Response(status=status, text=f"counter says {status}")


@pytest.fixture
def counter(network: Network) -> Counter:
    service = Counter()
    network.attach("counter.org", service)
    return service


async def ask(network: Network, url: str = "https://counter.org/x", body: bytes | None = None) -> tuple[int, str]:
    session = network.client("gateway")
    async with session.request("GET" if body is None else "POST", url, data=body) as response:
        return response.status, await response.text()


def test_real_http(loop: SimulationLoop, network: Network, counter: Counter) -> None:
    """A host hears who is calling, and over which scheme."""
    status, text = loop.run(ask(network))
    assert (status, text) == (200, '{"count": 1, "who": "gateway", "scheme": "https"}')


def test_time_passes(loop: SimulationLoop, network: Network, counter: Counter, clock: FrozenClock) -> None:
    """An exchange takes a few virtual milliseconds."""
    loop.run(ask(network))
    assert 0.002 <= clock.seconds() <= 0.008


def test_unknown_host(loop: SimulationLoop, network: Network) -> None:
    """A name that no host bears does not resolve."""
    with pytest.raises(aiohttp.ClientConnectorDNSError):
        loop.run(ask(network, "https://nobody.org/"))


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.REFUSED, aiohttp.ClientConnectorError),
        (FaultKind.RESET, aiohttp.ClientOSError),
        (FaultKind.EMPTY, aiohttp.ServerDisconnectedError),
        (FaultKind.TRUNCATED, aiohttp.ClientPayloadError),
        (FaultKind.CRASH, aiohttp.ClientOSError),
    ],
)
def test_connection_faults(
    loop: SimulationLoop,
    network: Network,
    counter: Counter,
    faults: Faults,
    journal: Journal,
    kind: FaultKind,
    error: type[Exception],
) -> None:
    """What breaks the connection is an error to the caller, and recorded as what it was."""
    faults.add(Fault(kind))
    with pytest.raises(error):
        loop.run(ask(network))
    assert [exchange.data["outcome"] for exchange in journal.exchanges()] == [kind.value]


def test_who_has_ended_cannot_crash(loop: SimulationLoop, network: Network, faults: Faults) -> None:
    """A caller that ended while its request was under way is not killed by it: it may have begun anew."""

    async def work(_: web.BaseRequest) -> web.Response:
        await asyncio.sleep(2)
        return web.Response()

    async def end(after: float) -> None:
        task = asyncio.ensure_future(network.client("gateway").get("https://slow.example.org/"))
        await asyncio.sleep(after)
        task.cancel()
        await asyncio.sleep(3)

    network.attach("slow.example.org", HandlerService(work))
    crashed: list[str] = []
    network.on_crash = crashed.append
    faults.add(Fault(FaultKind.CRASH, moment=FaultMoment.AFTER, count=2))

    loop.run(end(after=1))
    assert crashed == []

    loop.run(end(after=3))
    assert crashed == ["gateway"]


def test_before_and_after(loop: SimulationLoop, network: Network, counter: Counter, faults: Faults) -> None:
    """A failure after the side effect hides that the work was done."""
    faults.add(Fault(FaultKind.STATUS, status=503, count=1))
    faults.add(Fault(FaultKind.STATUS, status=500, moment=FaultMoment.AFTER, first=2, count=1))
    answers = [loop.run(ask(network))[0] for _ in range(3)]
    assert (answers, counter.count) == ([503, 500, 200], 2)


def test_confidential(loop: SimulationLoop, network: Network, counter: Counter, journal: Journal) -> None:
    """Bodies of a confidential path are not recorded, neither that of the request nor that of the response."""
    loop.run(ask(network, "https://counter.org/secret", body=b"open sesame"))
    exchange = journal.exchanges()[0]
    assert (exchange.request, exchange.response) == (b"[hidden]", b"[hidden]")


def test_recorded(loop: SimulationLoop, network: Network, counter: Counter, journal: Journal) -> None:
    """Bodies of any other path are recorded as they were sent."""
    loop.run(ask(network, "https://counter.org/public", body=b"open sesame"))
    exchange = journal.exchanges()[0]
    assert exchange.request == b"open sesame"
    assert exchange.response.startswith(b'{"count": 1')


def test_what_is_confidential_is_hidden_elsewhere(
    loop: SimulationLoop, network: Network, counter: Counter, journal: Journal
) -> None:
    """What was sent to a confidential path as a whole body is not shown where it turns up later."""
    loop.run(ask(network, "https://counter.org/secret/credential", body=b"open-sesame-1"))
    assert journal.redact("say open-sesame-1") == "say [hidden]"


def test_too_large(loop: SimulationLoop, network: Network, counter: Counter) -> None:
    """A body beyond the service's limit is refused in the service's own words, and the service never sees it."""
    assert loop.run(ask(network, body=b"x" * 1_000_001)) == (413, "counter says 413")
    assert counter.count == 0


def test_defects_are_not_the_service(loop: SimulationLoop, network: Network) -> None:
    """An exception inside a fake is kept for the simulation to raise."""

    class Broken(Counter):
        async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
            raise KeyError("a defect")

    network.attach("broken.org", Broken())
    assert loop.run(ask(network, "https://broken.org/"))[0] == 500
    assert [type(network.errors.pop())] == [KeyError]


def test_two_callers(loop: SimulationLoop, network: Network, counter: Counter, journal: Journal) -> None:
    """The journal tells who called, each over a wire of its own."""

    async def call(party: str) -> None:
        async with network.client(party).get("https://counter.org/") as response:
            await response.read()

    for party in ("gateway", "tester", "gateway"):
        loop.run(call(party))
    assert [exchange.data["by"] for exchange in journal.exchanges()] == ["gateway", "tester", "gateway"]


def test_same_name_twice(network: Network, counter: Counter) -> None:
    """A hostname belongs to one service."""
    with pytest.raises(ValueError, match="already"):
        network.attach("counter.org", Counter())


def test_closes_with_a_hanging_request(
    loop: SimulationLoop, network: Network, counter: Counter, faults: Faults
) -> None:
    """A request that is never answered does not keep the network from closing."""
    faults.add(Fault(FaultKind.NO_ANSWER))

    async def hang() -> None:
        loop.create_task(ask(network), name="hanging")
        await asyncio.sleep(1)

    loop.run(hang())
    loop.run(network.close())
