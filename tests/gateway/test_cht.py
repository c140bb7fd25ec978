"""CHT's side: what it is brought, what it offers, and what its errors mean."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from cht_rapidpro_gateway.cht import ChtAccessError, ChtChokedError, ChtClient, ChtError, ChtSilentError, Offered
from cht_rapidpro_gateway.configuration import ChtSettings
from cht_rapidpro_gateway.inbox import Incoming
from cht_rapidpro_gateway.statuses import State
from rapidpro_simulator.world.faults import Fault, FaultKind
from rapidpro_simulator.world.network import HandlerService

if TYPE_CHECKING:
    from cht_rapidpro_gateway.metrics import Metrics
    from cht_rapidpro_gateway.outbox import Outbox, Outgoing
    from rapidpro_simulator.world.faults import Faults
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network

pytestmark = pytest.mark.usefixtures("moment")

HOST = "cht.example.org"


class Cht(HandlerService):
    """A CHT that answers what it is told to, and keeps the last request."""

    def __init__(self) -> None:
        super().__init__(self.receive)
        self.status = 200
        self.told: list[str | None] = []
        self.text = '{"messages": []}'
        self.asked: tuple[str, str, dict[str, str], Any] = ("", "", {}, None)

    async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked = (request.method, request.path, dict(request.headers), json.loads(await request.text()))
        return web.Response(status=self.status, text=self.text, headers={"Location": "/elsewhere"})


@pytest.fixture
def cht(network: Network) -> Cht:
    cht = Cht()
    network.attach(HOST, cht)
    return cht


@pytest.fixture
def client(cht: Cht, network: Network, metrics: Metrics, loop: SimulationLoop) -> ChtClient:
    async def make() -> ChtClient:
        return ChtClient(
            network.client("gateway"), ChtSettings(f"https://{HOST}/", "gatewäy", "p:ss"), metrics, cht.told.append
        )

    return loop.run(make())


def _exchange(client: ChtClient, loop: SimulationLoop, *load: Any) -> list[Offered]:
    incoming = [each for each in load if isinstance(each, Incoming)]
    return loop.run(client.exchange(incoming, [each for each in load if not isinstance(each, Incoming)]))


def _message(outbox: Outbox) -> Outgoing:
    outbox.take("a", "+254712345678", "Hi")
    [message] = outbox
    return message


def test_what_is_brought(client: ChtClient, cht: Cht, outbox: Outbox, loop: SimulationLoop) -> None:
    """One request with the messages from phones, and the states with their reasons; its content type is exact."""
    message = _message(outbox)
    failed = replace(message, id="b", state=State.FAILED, reason="Invalid URN")
    _exchange(client, loop, Incoming("1", "+254700000000", "Hello", 0, None), message, failed)
    method, path, headers, body = cht.asked
    assert (method, path) == ("POST", "/api/sms")
    assert (headers["Content-Type"], headers["Authorization"]) == ("application/json", "Basic Z2F0ZXfDpHk6cDpzcw==")
    assert body == {
        "messages": [{"id": "1", "from": "+254700000000", "content": "Hello"}],
        "updates": [{"id": "a", "status": "UNSENT"}, {"id": "b", "status": "FAILED", "reason": "Invalid URN"}],
    }


def test_what_is_offered(client: ChtClient, cht: Cht, loop: SimulationLoop, caplog: pytest.LogCaptureFixture) -> None:
    """Rows that are no messages are left out, and written down; numbers are texts."""
    good = {"id": "1", "to": "+254712345678", "content": "Hi\ud800"}
    rows: list[Any] = [good, {"id": "2"}, None, {"id": 3, "to": 4, "content": 5}, "x" * 300]
    cht.text = json.dumps({"messages": rows})
    assert _exchange(client, loop) == [Offered("1", "+254712345678", "Hi\ufffd"), Offered("3", "4", "5")]
    assert caplog.messages == [
        "CHT offers something that is no message: {'id': '2'}",
        "CHT offers something that is no message: None",
        f"CHT offers something that is no message: {'x' * 200}",
    ]


@pytest.mark.parametrize("text", ["", "<html>", "{}", "[]", '{"messages": 5}', "null", "[" * 60_000])
def test_an_answer_that_cannot_be_read(text: str, client: ChtClient, cht: Cht, loop: SimulationLoop) -> None:
    """It is an error that shows the answer's beginning."""
    cht.text = text
    with pytest.raises(ChtError) as caught:
        _exchange(client, loop)
    assert str(caught.value) == f"200 with an answer that cannot be read: {text[:200]}"


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        *((status, ChtAccessError) for status in (401, 403)),
        *((status, ChtChokedError) for status in (400, 404, 500, 502, 503)),
        *((status, ChtError) for status in (201, 204, 302, 307, 399, 429)),
    ],
)
def test_errors(
    status: int, meaning: type[ChtError], client: ChtClient, cht: Cht, metrics: Metrics, loop: SimulationLoop
) -> None:
    """The user is refused, CHT chokes on something, or it is not CHT's own answer; redirects are not followed."""
    cht.status, cht.text = status, "" if status == 204 else "x" * 300
    with pytest.raises(ChtError) as caught:
        _exchange(client, loop)
    assert (type(caught.value), str(caught.value)) == (meaning, f"{status} {cht.text[:200]}")
    assert cht.asked[1] == "/api/sms"
    assert f'gateway_requests_total{{service="cht",status="{status}"}} 1.0' in metrics.text().decode()


@pytest.mark.parametrize(("kind", "seconds"), [(FaultKind.REFUSED, 0), (FaultKind.RESET, 0), (FaultKind.LATENCY, 60.5)])
def test_no_answer(
    kind: FaultKind,
    seconds: float,
    client: ChtClient,
    faults: Faults,
    metrics: Metrics,
    loop: SimulationLoop,
) -> None:
    """Nobody knows what CHT has taken, unless it was refused: all of it is brought again."""
    faults.add(Fault(kind, to=HOST, seconds=seconds) if seconds else Fault(kind, to=HOST))
    with pytest.raises(ChtError, match=r"^\w+: ") as caught:
        _exchange(client, loop)
    assert type(caught.value) is (ChtError if kind is FaultKind.REFUSED else ChtSilentError)
    assert 'gateway_requests_total{service="cht",status="no answer"} 1.0' in metrics.text().decode()


def test_patience(client: ChtClient, faults: Faults, loop: SimulationLoop) -> None:
    """An answer may take a minute."""
    faults.add(Fault(FaultKind.LATENCY, to=HOST, seconds=59))
    assert _exchange(client, loop) == []


def test_bytes_that_are_no_text(client: ChtClient, cht: Cht, loop: SimulationLoop) -> None:
    """An error page in whatever encoding is an error like any other."""
    cht.status = 500

    async def receive(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=500, body=b"\xff\xfe", content_type="text/html", charset="utf-8")

    cht._handler = receive
    with pytest.raises(ChtChokedError, match=r"^500 "):
        _exchange(client, loop)
