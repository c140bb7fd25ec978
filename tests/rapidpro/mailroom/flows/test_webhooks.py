from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from rapidpro_simulator.rapidpro.host import RapidProHost
from rapidpro_simulator.rapidpro.model.triggers import TriggerKind
from rapidpro_simulator.world.faults import Fault, FaultKind
from rapidpro_simulator.world.network import HandlerService

from ..building import MSG_WAIT, flow, node, send, uuid, webhook  # noqa: TID252 - the tests have no name from outside
from ..conftest import JANE  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.faults import Faults
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network

    from ..conftest import Said  # noqa: TID252 - the tests have no name from outside

Happened = Any


class Receiver(HandlerService):
    """A web server that answers with `statuses`, then 200, each after a delay; `headers` are those of failures."""

    def __init__(self) -> None:
        super().__init__(self.receive)
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.delay = 0.0
        self.seen: list[web.BaseRequest] = []
        self.bodies: list[bytes] = []
        self.body = b'{"ok":true}'

    async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
        self.seen.append(request)
        self.bodies.append(await request.read())
        if self.delay:
            await asyncio.sleep(self.delay)
        status = self.statuses.pop(0) if self.statuses else 200
        if request.path == "/moved":
            return web.Response(status=302, headers={"Location": "/hook"})
        headers = {"Content-Type": "application/json"} | (self.headers if status >= 300 else {})
        return web.Response(status=status, body=self.body, headers=headers)


@pytest.fixture
def receiver(network: Network, rapidpro: RapidPro) -> Receiver:
    receiver = Receiver()
    network.attach("receiver.example", receiver)
    RapidProHost(rapidpro, network)
    return receiver


@pytest.fixture
def call(workspace: Workspace, loop: SimulationLoop, said: Said) -> Callable[..., list[str]]:
    """Have a message set off a flow that calls a web server, and return what it says about it."""
    told = send("@webhook.status @webhook.json.ok")

    def call(seconds: float = 60, **request: str) -> list[str]:
        workspace.import_flows(flow("Relay", node(webhook(**request), told)))
        workspace.add_trigger(TriggerKind.CATCH_ALL, "Relay")
        workspace.receive(JANE, "Hello")
        loop.advance(seconds)
        return said()

    return call


def test_call(
    receiver: Receiver, call: Callable[..., list[str]], rapidpro: RapidPro, happened: Happened, workspace: Workspace
) -> None:
    """A web server is asked over the network, under the generation's own name (rapidpro 7.1)."""
    assert call() == ["200 true"]
    [request] = receiver.seen
    assert (request.method, receiver.bodies) == ("POST", [b"{}"])
    assert request.headers["User-Agent"] == rapidpro.generation.flows.webhook_agent
    assert request.headers["X-Mailroom-Mode"] == "normal"
    assert request.headers["Accept-Encoding"] == "gzip"
    assert "Accept" not in request.headers
    [called] = happened("webhook.called")
    assert (called["status"], called["status_code"]) == ("success", 200)


def test_redirect(receiver: Receiver, call: Callable[..., list[str]]) -> None:
    """Redirects are followed; a POST becomes a GET (flows 4.2)."""
    assert call(url="https://receiver.example/moved") == ["200 true"]
    assert [request.method for request in receiver.seen] == ["POST", "GET"]


@pytest.mark.parametrize("url", ["https://nowhere.example/", "https://receiver.example/hook"])
def test_nobody(
    receiver: Receiver, call: Callable[..., list[str]], faults: Faults, url: str, happened: Happened
) -> None:
    """Where nobody answers, the status is 0 (rapidpro 7.3)."""
    faults.add(Fault(kind=FaultKind.REFUSED, to="receiver.example"))
    assert call(url=url) == ["0 "]
    assert [each["status"] for each in happened("webhook.called")] == ["connection_error"]


def test_timeout(receiver: Receiver, call: Callable[..., list[str]], happened: Happened) -> None:
    """Nobody waits longer than 15 seconds (rapidpro 7.1)."""
    receiver.delay = 20
    assert call() == ["0 "]
    assert 15_000 <= happened("webhook.called")[0]["elapsed_ms"] < 15_100


@pytest.mark.parametrize(
    ("generation", "method", "statuses", "headers", "requests"),
    [
        ("community", "POST", [503, 503, 503], {}, 1),
        ("community", "GET", [503, 503, 503], {}, 3),
        ("community", "GET", [503, 200], {}, 2),
        ("community", "GET", [500], {}, 1),
        ("community", "POST", [503, 200], {"Retry-After": "2"}, 2),
        ("community", "POST", [503, 200], {"Retry-After": "60"}, 1),
        ("textit-2026", "GET", [503, 200], {"Retry-After": "2"}, 1),
    ],
)
def test_retries(
    receiver: Receiver,
    call: Callable[..., list[str]],
    method: str,
    statuses: list[int],
    headers: dict[str, str],
    requests: int,
) -> None:
    """What can be repeated is tried again by the older generation, and what asks for it; by the newer, nothing is."""
    receiver.statuses, receiver.headers = statuses, headers
    call(method=method)
    assert len(receiver.seen) == requests


def test_one_after_another(
    receiver: Receiver, workspace: Workspace, loop: SimulationLoop, said: Said, clock: Any
) -> None:
    """While a flow waits for a web server, further messages of that contact wait; those of others do not."""
    receiver.delay = 8
    john = "tel:+254711000002"
    workspace.import_flows(flow("Relay", node(webhook(), send("Relayed @input.text"))))
    workspace.add_trigger(TriggerKind.CATCH_ALL, "Relay")
    for urn, text in ((JANE, "one"), (JANE, "two"), (john, "three")):
        workspace.receive(urn, text)
    loop.advance(10)
    assert (said(JANE), said(john)) == (["Relayed one"], ["Relayed three"])
    loop.advance(8)
    assert said(JANE) == ["Relayed one", "Relayed two"]


def test_resthook(
    receiver: Receiver, workspace: Workspace, rapidpro: RapidPro, loop: SimulationLoop, happened: Happened
) -> None:
    """Subscribers hear of an event; one that is gone is not told again (rapidpro 7.5, flows 4.7)."""
    resthook = workspace.database.resthooks.add("new-registration")
    workspace.database.resthooks.subscribe(resthook, "https://receiver.example/gone", 1)
    workspace.database.resthooks.subscribe(resthook, "https://receiver.example/there", 2)
    receiver.statuses = [410, 200, 200]
    action = {"type": "call_resthook", "uuid": uuid(), "resthook": "new-registration"}
    workspace.import_flows(flow("Register", node(action), node(wait=MSG_WAIT)))
    for text in ("one", "two"):
        workspace.start_flow("Register", urns=[JANE])
        loop.advance(30)
        workspace.receive(JANE, text)
    assert [request.path for request in receiver.seen] == ["/gone", "/there", "/there"]
    assert [each.target_url for each in resthook.subscribers] == ["https://receiver.example/there"]
    assert [each["url"] for each in happened("resthook.unsubscribed")] == ["https://receiver.example/gone"]
    [first, _] = resthook.events
    assert first.data["contact"]["urn"] == JANE


@pytest.mark.parametrize(("nodes", "incidents"), [(1, 1), (2, 0)])
def test_health_of_nodes(
    receiver: Receiver, workspace: Workspace, loop: SimulationLoop, happened: Happened, nodes: int, incidents: int
) -> None:
    """Slow calls count against their node: those of two nodes are two stories (rapidpro 7.4)."""
    receiver.delay = 11
    workspace.import_flows(flow("Relay", *(node(webhook()) for _ in range(nodes))))
    workspace.start_flow("Relay", urns=[f"tel:+2547110000{number:02}" for number in range(10 // nodes + 1)])
    loop.advance(60)
    assert len(happened("webhook.called")) >= 10
    assert len(happened("incident.started")) == incidents


def test_incident(receiver: Receiver, workspace: Workspace, loop: SimulationLoop, happened: Happened) -> None:
    """Many slow calls are an incident, which ends when they are fast again; calls go on (rapidpro 7.4)."""
    receiver.delay = 11
    workspace.import_flows(flow("Relay", node(webhook())))
    workspace.add_trigger(TriggerKind.CATCH_ALL, "Relay")
    for number in range(12):
        workspace.receive(JANE, f"Message {number}")
    loop.advance(150)
    assert len(happened("incident.started")) == 1
    assert len(receiver.seen) == 12
    loop.advance(30 * 60)
    assert len(happened("incident.ended")) == 1


@pytest.mark.parametrize(("method", "last"), [("POST", "GET"), ("GET", "GET")])
def test_last_hop(workspace: Workspace, receiver: Receiver, loop: SimulationLoop, method: str, last: str) -> None:
    """Of a call that was sent elsewhere, only the last request is told (flows 4.2)."""
    action = {**webhook(url="https://receiver.example/moved", method=method), "result_name": "Call"}
    workspace.import_flows(flow("Relay", node(action)))
    workspace.start_flow("Relay", urns=[JANE])
    loop.advance(10)
    assert workspace.flows.runs[0].results["call"]["input"] == f"{last} https://receiver.example/hook"


@pytest.mark.parametrize(
    ("generation", "size", "told"),
    [
        ("community", 300_000, "200 true"),
        ("community", 1_100_000, "0 "),
        ("textit-2026", 200_000, "200 true"),
        ("textit-2026", 300_000, "200 "),
    ],
)
def test_large_answer(receiver: Receiver, call: Callable[..., list[str]], size: int, told: str) -> None:
    """An answer that is too large is as good as none, or still tells its status (rapidpro 7.1, 7.3, flows 4.3)."""
    receiver.body = b'{"ok":true,"rest":"' + b"x" * size + b'"}'
    assert call() == [told]


@pytest.mark.parametrize(("generation", "calls"), [("community", 1), ("textit-2026", 0)])
def test_long_url(
    workspace: Workspace, receiver: Receiver, loop: SimulationLoop, happened: Happened, calls: int
) -> None:
    """Only the newer generation minds how long a URL is, whatever the server makes of it (rapidpro 7.1)."""
    workspace.import_flows(flow("Relay", node(webhook('https://receiver.example/?x=@(repeat("x", 9000))'))))
    workspace.start_flow("Relay", urns=[JANE])
    loop.advance(10)
    assert len(happened("webhook.called")) == calls


@pytest.mark.parametrize(("generation", "requests"), [("community", 1), ("textit-2026", 0)])
def test_large_request(workspace: Workspace, receiver: Receiver, loop: SimulationLoop, requests: int) -> None:
    """Only the newer generation minds how much is sent (rapidpro 7.1)."""
    action = {**webhook(), "body": '@(repeat("x", 9000))' * 30}
    workspace.import_flows(flow("Relay", node(action)))
    workspace.start_flow("Relay", urns=[JANE])
    loop.advance(10)
    assert len(receiver.seen) == requests


@pytest.mark.parametrize("generation", ["community"])
@pytest.mark.parametrize("name", ["retry-after", "RETRY-AFTER"])
def test_names_of_headers(receiver: Receiver, call: Callable[..., list[str]], name: str) -> None:
    """A header is the same in whatever case."""
    receiver.statuses, receiver.headers = [503], {name: "2"}
    assert call() == ["200 true"]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "192.168.1.1:8080", "[::1]", "localhost"])
def test_private_addresses(
    receiver: Receiver, call: Callable[..., list[str]], address: str, happened: Happened
) -> None:
    """Addresses of private networks are refused, which is a failed connection (rapidpro 7.1, flows 4.2)."""
    assert call(url=f"http://{address}/hook") == ["0 "]
    assert [each["status"] for each in happened("webhook.called")] == ["connection_error"]


def test_private_address_of_a_host(
    receiver: Receiver, network: Network, call: Callable[..., list[str]], loop: SimulationLoop
) -> None:
    """Hosts of the simulation are reached wherever they listen: a double has no other networks (flows 4.2)."""
    [host] = [each for each in network.hosts if each.name == "receiver.example"]
    port = loop.run(network.listen(host))
    assert call(url=f"http://127.0.0.1:{port}/hook") == ["200 true"]


def test_mailroom_down_meanwhile(
    receiver: Receiver, workspace: Workspace, rapidpro: RapidPro, loop: SimulationLoop, said: Said
) -> None:
    """A broadcast of a flow needs nobody's answer: it is mailroom itself that sends it (rapidpro 4.1)."""
    receiver.delay = 5
    jane = workspace.contacts.create([JANE], "Jane")
    told = {"type": "send_broadcast", "uuid": uuid(), "text": "Done", "contacts": [{"uuid": jane.uuid, "name": "Jane"}]}
    workspace.import_flows(flow("Relay", node(webhook(), told)))
    workspace.start_flow("Relay", contacts=[jane])
    loop.advance(2)
    rapidpro.mailroom_status = "down"
    loop.advance(10)
    assert (len(receiver.seen), said()) == (1, [])
    rapidpro.mailroom_status = "up"
    loop.advance(5)
    assert said() == ["Done"]


@pytest.mark.parametrize("generation", ["community"])
@pytest.mark.parametrize("name", ["Idempotency-Key", "x-idempotency-key"])
def test_idempotent_request(workspace: Workspace, receiver: Receiver, loop: SimulationLoop, name: str) -> None:
    """A POST that says it can be repeated is repeated (rapidpro 7.2)."""
    receiver.statuses = [503, 503]
    action = {**webhook(), "headers": {name: "@run.uuid"}}
    workspace.import_flows(flow("Relay", node(action)))
    workspace.start_flow("Relay", urns=[JANE])
    loop.advance(60)
    keys = {request.headers["Idempotency-Key" if name[0] == "I" else "X-Idempotency-Key"] for request in receiver.seen}
    assert (len(receiver.seen), len(keys)) == (3, 1)


@pytest.mark.parametrize("generation", ["community"])
@pytest.mark.parametrize(("method", "attempts"), [("GET", 3), ("POST", 1)])
def test_retries_of_nobody(
    receiver: Receiver, call: Callable[..., list[str]], faults: Faults, journal: Journal, method: str, attempts: int
) -> None:
    """Where nobody answers, only what can be repeated is (rapidpro 7.2)."""
    faults.add(Fault(kind=FaultKind.REFUSED, to="receiver.example"))
    assert call(method=method) == ["0 "]
    refused = [entry for entry in journal if entry.data.get("to") == "receiver.example"]
    assert len(refused) == attempts
