from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from aiohttp import web
from jsonschema import Draft202012Validator

from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world import schemas
from rapidpro_simulator.world.faults import Fault, FaultKind, Faults
from rapidpro_simulator.world.journal import HIDDEN
from rapidpro_simulator.world.network import HandlerService
from rapidpro_simulator.world.schemas import (
    DIALECTS,
    ENDPOINTS,
    FORM,
    QUERY,
    REQUEST,
    TEXT,
    Inspector,
    Schemas,
    bundled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rapidpro_simulator.world.journal import Entry, Journal
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network

ALL = bundled().documents
BROADCASTS = "/api/v2/broadcasts.json"
MESSAGES = "/api/v2/messages.json"
REPLY: dict[str, Any] = {"urns": ["tel:+254712345678"], "text": "Thanks"}


# The files


@pytest.mark.parametrize("name", ALL)
def test_schema(name: str) -> None:
    """Each file is a JSON Schema of the draft it names, with a title and the section it comes from."""
    schema = ALL[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert schema["title"]
    assert re.match(r"(cht|rapidpro) \d", schema["$comment"])


def in_table() -> set[str]:
    return {schema for table in ENDPOINTS.values() for endpoint in table for schema in endpoint.parts.values()}


def referred_to(name: str) -> Iterator[str]:
    for reference in re.findall(r'"\$ref": "([^"#]+)\.json', json.dumps(ALL[name])):
        yield reference.removeprefix("../") if reference.startswith("../") else f"{name.partition('/')[0]}/{reference}"


def test_references_lead_somewhere() -> None:
    """No schema refers to a file or a definition that is not there."""
    for name in ALL:
        for file, place in re.findall(r'"\$ref": "([^"#]*)(?:#/\$defs/([^"]+))?"', json.dumps(ALL[name])):
            folder = name.partition("/")[0]
            target = f"{folder}/{file}".removesuffix(".json").replace(f"{folder}/../", "") if file else name
            assert target in ALL, (name, file)
            assert not place or place in ALL[target]["$defs"], (name, target, place)


def test_table_and_files() -> None:
    """The table names no file that is missing, and no file is left that neither the table nor a schema names."""
    endings = {ending for chain in DIALECTS.values() for ending in chain}
    of_generations = {f"{name}.{ending}" for name in in_table() for ending in endings} & set(ALL)
    named = in_table() | of_generations
    named |= {reference for name in named for reference in referred_to(name)}
    assert named == set(ALL)


def test_generations() -> None:
    """Each generation of RapidPro says which schemas are its own."""
    assert set(DIALECTS) == set(GENERATIONS)


def test_no_folder_in_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package carries no fixtures, the checkout's are read."""

    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(schemas, "files", missing)
    assert Schemas().documents == ALL


def test_unknown_schema() -> None:
    """Asking for a schema that does not exist is the caller's mistake."""
    with pytest.raises(KeyError):
        bundled().check("rapidpro/flows.request", {})


# The table

ENDPOINT_NAMES = {
    "rapidpro": "GET broadcasts, POST broadcasts, GET messages, POST messages, GET contacts, POST contacts, "
    "DELETE contacts, GET workspace, GET org, GET flow_starts, POST flow_starts, GET runs, GET flows, GET definitions, "
    "GET campaigns, POST campaigns, GET campaign_events, POST campaign_events, GET resthooks, GET resthook_events, "
    "GET resthook_subscribers, POST resthook_subscribers",
    "cht": "POST /api/v2/sms/rapidpro/incoming-messages, POST /api/v1/sms/radpidpro/incoming-messages, GET /api/sms, "
    "POST /api/sms, PUT /api/v1/credentials/**, GET /api/v1/settings, PUT /api/v1/settings, "
    "GET /api/v1/settings/deprecated-transitions, PUT /*/_design/medic/_rewrite/update_settings/medic, "
    "GET /*/_design/medic/_rewrite/app_settings/medic, POST /api/v1/records, POST /api/v2/records, GET /api/info, "
    "GET /api/deploy-info, GET /setup/poll, POST /*/login",
}


@pytest.mark.parametrize(("kind", "table"), [("rapidpro", schemas.RAPIDPRO), ("cht", schemas.CHT)])
def test_endpoints(kind: str, table: Sequence[schemas.Endpoint]) -> None:
    """The table has exactly the endpoints of this phase."""
    names = [f"{each.method} {each.path.removeprefix('/api/v2/').removesuffix('.json')}" for each in table]
    wanted = [name.replace(" /api/v2/", " ") for name in ENDPOINT_NAMES[kind].split(", ")]
    assert names == wanted


FOUND = [
    ("rapidpro", "POST", BROADCASTS, REQUEST, "rapidpro/broadcasts.request"),
    ("rapidpro", "GET", f"{MESSAGES}/", QUERY, "rapidpro/messages.query"),
    ("cht", "POST", "/api/sms/", REQUEST, "cht/sms.request"),
    ("cht", "PUT", "/api/v1/credentials/a/b", TEXT, "cht/credentials.request"),
    ("cht", "POST", "/api/v2/records", FORM, "cht/records.form"),
    ("cht", "POST", "/medic/login", REQUEST, "cht/login.request"),
    ("cht", "POST", "/medic/_bulk_docs", REQUEST, "couch/bulk-docs.request"),
    ("couch", "PUT", "/medic-vault/credential:rapidpro:outgoing", REQUEST, "couch/document.request"),
    ("couch", "GET", "/medic/_design/medic-sms/_view/messages_by_uuid", QUERY, "couch/rows.query"),
    ("couch", "GET", "/medic/", "2*", "couch/database.response"),
    ("couch", "GET", "/medic/_design/medic", "2*", "couch/document.response"),
]


@pytest.mark.parametrize(("kind", "method", "path", "part", "schema"), FOUND)
def test_found(kind: str, method: str, path: str, part: str, schema: str) -> None:
    """Each request finds its endpoint, with or without a slash at the end."""
    endpoint = schemas.find_endpoint(kind, method, path)
    assert endpoint is not None
    assert endpoint.parts[part] == schema


NOT_FOUND = [
    ("rapidpro", "GET", "/api/v2/messages"),
    ("rapidpro", "GET", "/api/v2/tickets.json"),
    ("couch", "GET", "/_node/_local/_config/couch_httpd_auth/secret"),
    ("couch", "PUT", "/medic/_security"),
    ("couch", "GET", "/medic/_design/medic/_info"),
    ("mail", "GET", "/medic"),
]


@pytest.mark.parametrize(("kind", "method", "path"), NOT_FOUND)
def test_not_found(kind: str, method: str, path: str) -> None:
    """What the table does not have is nobody's mistake."""
    assert schemas.find_endpoint(kind, method, path) is None


def test_not_a_document() -> None:
    """A path of CHT's own that has no schema is not taken for a document of CouchDB."""
    endpoint = schemas.find_endpoint("cht", "GET", "/api/contacts")
    assert endpoint is not None
    assert endpoint.parts == {}


@pytest.mark.parametrize(
    ("status", "schema"),
    [
        (201, "rapidpro/broadcast.response"),
        (400, "rapidpro/error.invalid"),
        (403, "rapidpro/error"),
        (429, "rapidpro/error.throttled"),
        (500, None),
        (302, None),
    ],
)
def test_answers(status: int, schema: str | None) -> None:
    """Which schema an answer has depends on its status; RapidPro's 500 is a sentence."""
    endpoint = schemas.find_endpoint("rapidpro", "POST", BROADCASTS)
    assert endpoint is not None
    assert endpoint.answer(status) == schema


NAMES = [
    ("rapidpro/messages.response", "community", "rapidpro/messages.response.community"),
    ("rapidpro/messages.response", "v7", "rapidpro/messages.response.v7"),
    ("rapidpro/broadcasts.response", "v7", "rapidpro/broadcasts.response.v8"),
    ("rapidpro/contacts.response", "textit-2025", "rapidpro/contacts.response.textit"),
    ("rapidpro/workspace.response", "community", "rapidpro/workspace.response"),
    ("rapidpro/messages.response", None, "rapidpro/messages.response"),
]


@pytest.mark.parametrize(("schema", "generation", "name"), NAMES)
def test_name(schema: str, generation: str | None, name: str) -> None:
    """A generation has the nearest schema that there is; where none is known, the one that holds for all."""
    assert bundled().name(schema, generation) == name


# The inspector


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


KINDS = {"textit.com": "rapidpro", "community.org": "rapidpro:community", "cht.org": "cht", "couch.org": "couch"}


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def ask(network: Network, loop: SimulationLoop, journal: Journal, service: Service) -> Ask:
    for host in (*KINDS, "mail.org"):
        network.attach(host, service)

    async def asking(party: str, method: str, url: str, **options: Any) -> None:
        async with network.client(party).request(method, f"https://{url}", **options) as response:
            await response.read()

    def ask(method: str, url: str, *, party: str = "gateway", answers: bool = False, **options: Any) -> list[Entry]:
        before = journal.where()
        journal.listeners[:] = [Inspector(journal, ["gateway", "gateway of *"], KINDS.get, answers=answers)]
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


def test_lie(ask: Ask, service: Service) -> None:
    """Asked to, the inspector finds what our own hosts get wrong, whoever asked them."""
    service.status, service.answer = 404, {"detail": ""}
    (entry,) = ask("GET", f"textit.com{MESSAGES}", party="tester", answers=True)
    assert (entry.kind, entry.get("schema"), entry.get("path")) == ("schema.lie", "rapidpro/error", "$.detail")


def test_answers_are_left_alone(ask: Ask, service: Service) -> None:
    """Unless asked to, the inspector reads no answers."""
    service.answer = {"results": "many"}
    assert ask("GET", f"textit.com{MESSAGES}") == []


def test_fault_is_no_lie(ask: Ask, faults: Faults) -> None:
    """What a fault made of an answer is not held against the host."""
    faults.add(Fault(kind=FaultKind.STATUS, status=403))
    assert ask("GET", f"textit.com{MESSAGES}", answers=True) == []


def test_cht_and_its_gateway() -> None:
    """CHT's own gateway keeps to the schemas, and so do the answers of CHT and its CouchDB."""
    with Simulation(seed=7) as simulation:
        kinds = {"cht.example.org": "cht", "couchdb.cht.example.org": "couch"}
        inspector = Inspector(simulation.journal, ["*"], kinds.get, answers=True)
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
