"""The inspector finds what gateways, and our own hosts, get wrong, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest
from aiohttp import web

from rapidpro_simulator.cht.api.schemas import WIRE_SCHEMAS as CHT_SCHEMAS
from rapidpro_simulator.cht.couch.schemas import WIRE_SCHEMAS as COUCH_SCHEMAS
from rapidpro_simulator.rapidpro.api.schemas import wire_schemas
from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.faults import Fault, FaultKind, Faults
from rapidpro_simulator.world.network import HandlerService
from rapidpro_simulator.world.redaction import HIDDEN
from rapidpro_simulator.world.schemas import Inspector, WireSchemas

if TYPE_CHECKING:
    from rapidpro_simulator.world.journal import Entry, Journal
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network

BROADCASTS = "/api/v2/broadcasts.json"
MESSAGES = "/api/v2/messages.json"
REPLY: dict[str, Any] = {"urns": ["tel:+254712345678"], "text": "Thanks"}


class Service(HandlerService):
    """Answers whatever it is told to."""

    def __init__(self) -> None:
        super().__init__(self.receive, confidential=["/api/v1/credentials/*"])
        self.status = 200
        self.answer: Any = None

    async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
        return web.json_response(self.answer, status=self.status)


class Ask(Protocol):
    """Makes one request as a party, and tells what the inspector wrote down about it."""

    def __call__(
        self, method: str, url: str, *, party: str = ..., answers: bool = ..., **options: Any
    ) -> list[Entry]: ...


COMMUNITY = wire_schemas(GENERATIONS["community"])
SCHEMAS = {
    "textit.com": WireSchemas(COMMUNITY.endpoints),
    "community.org": COMMUNITY,
    "cht.org": CHT_SCHEMAS,
    "couch.org": COUCH_SCHEMAS,
}


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def ask(network: Network, loop: SimulationLoop, journal: Journal, service: Service) -> Ask:
    for host in (*SCHEMAS, "mail.org"):
        network.attach(host, service)

    async def asking(party: str, method: str, url: str, **options: Any) -> None:
        async with network.client(party).request(method, f"https://{url}", **options) as response:
            await response.read()

    def ask(method: str, url: str, *, party: str = "gateway", answers: bool = False, **options: Any) -> list[Entry]:
        before = journal.where()
        journal.listeners[:] = [Inspector(journal, ["gateway", "gateway of *"], SCHEMAS.get, answers=answers)]
        loop.run(asking(party, method, url, **options))
        return journal.where("schema.*", after=before[-1].number if before else 0)

    return ask


def test_good_request(ask: Ask) -> None:
    """A request that keeps to its schema leaves no trace."""
    assert ask("POST", f"textit.com{BROADCASTS}", json=REPLY) == []


def test_violation(ask: Ask, journal: Journal) -> None:
    """A violation says in which exchange, against which schema, where and why."""
    (entry,) = ask("GET", f"textit.com{MESSAGES}?broadcast=")
    assert entry.kind == "schema.violation"
    assert entry.data == {
        "exchange": journal.exchanges()[0].number,
        "schema": "rapidpro/messages.query",
        "path": "$.broadcast",
        "message": "'' is not an integer above zero",
    }


@pytest.mark.parametrize(
    "body", ['{"urns":["tel:+254', '{"urns":NaN}', b'{"text":"\xff"}', "urns=tel%3A%2B254712345678"]
)
def test_malformed(ask: Ask, body: str | bytes) -> None:
    """A body that is no JSON is a violation."""
    (entry,) = ask("POST", f"textit.com{BROADCASTS}", data=body)
    assert entry.get("path") == "$"
    assert entry.get("message").startswith("unreadable: ")


@pytest.mark.parametrize("body", ["[" * 100_000, '{"text": {"\\ud800": 5}, "urns": ["\\ud800"]}'])
def test_odd_bodies(ask: Ask, journal: Journal, body: str) -> None:
    """Whatever a gateway sends, it becomes a complaint that can be written to a file."""
    entries = ask("POST", f"textit.com{BROADCASTS}", data=body)
    assert entries
    assert all(journal.line(entry).encode() for entry in entries)


def test_empty_body(ask: Ask) -> None:
    """An empty body is an empty object, and may be too little."""
    assert ask("POST", "cht.org/api/sms") == []
    complaints = [entry.get("message") for entry in ask("POST", f"textit.com{BROADCASTS}")]
    assert "{} is not a message with text or attachments" in complaints


@pytest.mark.parametrize(
    ("body", "schema"), [("message=hi", "cht/records.form"), ('{"message": "hi"}', "cht/records.request")]
)
def test_form(ask: Ask, body: str, schema: str) -> None:
    """Where a form is as good as JSON, the body shows which of them it is."""
    (entry,) = ask("POST", "cht.org/api/v2/records", data=body)
    assert entry.get("schema") == schema


@pytest.mark.parametrize("party", ["gateway", "gateway of second.org"])
def test_gateways(ask: Ask, party: str) -> None:
    """Every gateway under test is inspected."""
    assert ask("GET", f"textit.com{MESSAGES}?broadcast=x", party=party)


def test_others(ask: Ask) -> None:
    """What the tester sends, right or wrong, is not inspected."""
    assert ask("GET", f"textit.com{MESSAGES}?broadcast=x", party="tester") == []


def test_unknown_host(ask: Ask) -> None:
    """A host of an unknown kind has no schemas."""
    assert ask("GET", f"mail.org{MESSAGES}?broadcast=x") == []


def test_generation_of_the_host(ask: Ask) -> None:
    """Where the generation is known, its limits count."""
    assert ask("POST", f"textit.com{BROADCASTS}", json=REPLY | {"text": "x" * 641}) == []
    (entry,) = ask("POST", f"community.org{BROADCASTS}", json=REPLY | {"text": "x" * 641})
    assert entry.get("schema") == "rapidpro/broadcasts.request.community"


def test_hidden(ask: Ask, journal: Journal) -> None:
    """A confidential body, which the journal does not have, is not inspected."""
    assert ask("PUT", "cht.org/api/v1/credentials/rapidpro:incoming", data="spoilt\n") == []
    assert journal.exchanges()[0].request == HIDDEN.encode()


def test_lost_answer(ask: Ask, faults: Faults) -> None:
    """A request is inspected even where the answer is lost."""
    faults.add(Fault(kind=FaultKind.STATUS, status=503))
    assert ask("GET", f"textit.com{MESSAGES}?broadcast=x")


def test_never_sent(network: Network, loop: SimulationLoop, journal: Journal, faults: Faults, ask: Ask) -> None:
    """A request that found nobody at the other end had no body to inspect."""
    faults.add(Fault(kind=FaultKind.REFUSED))
    with pytest.raises(OSError, match="refused"):
        ask("POST", f"textit.com{BROADCASTS}", json=REPLY)
    assert journal.where("schema.*") == []


def test_response_violation(ask: Ask, service: Service) -> None:
    """Asked to, the inspector finds what our own hosts get wrong, whoever asked them."""
    service.status, service.answer = 404, {"detail": ""}
    (entry,) = ask("GET", f"textit.com{MESSAGES}", party="tester", answers=True)
    assert entry.kind == "schema.response_violation"
    assert (entry.get("schema"), entry.get("path")) == ("rapidpro/error", "$.detail")


def test_answers_are_left_alone(ask: Ask, service: Service) -> None:
    """Unless asked to, the inspector reads no answers."""
    service.answer = {"results": "many"}
    assert ask("GET", f"textit.com{MESSAGES}") == []


def test_fault_is_no_violation(ask: Ask, faults: Faults) -> None:
    """What a fault made of an answer is not held against the host."""
    faults.add(Fault(kind=FaultKind.STATUS, status=403))
    assert ask("GET", f"textit.com{MESSAGES}", answers=True) == []


def test_cht_and_its_gateway() -> None:
    """CHT's own gateway keeps to the schemas, and so do the answers of CHT and its CouchDB."""
    with Simulation(seed=7) as simulation:
        schemas = {"cht.example.org": CHT_SCHEMAS, "couchdb.cht.example.org": COUCH_SCHEMAS}
        inspector = Inspector(simulation.journal, ["*"], schemas.get, answers=True)
        simulation.journal.listeners.append(inspector)
        simulation.cht("cht.example.org")
        simulation.request("GET", "https://cht.example.org/api/info")
        simulation.advance(minutes=3)
        assert simulation.journal.exchanges(to="couchdb.*", path="/medic/_design/*")
        assert simulation.journal.where("schema.*") == []


def test_long_message(ask: Ask) -> None:
    """A complaint that quotes a long body is cut in the middle: its end says what is wrong."""
    (entry,) = ask("POST", f"community.org{BROADCASTS}", json=REPLY | {"text": "x" * 2000})
    assert len(entry.get("message")) < 310
    assert entry.get("message").endswith("x' is too long")
