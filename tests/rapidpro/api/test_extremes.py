"""Whatever the value, the answer is one of RapidPro's own, and what was refused has changed nothing."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from rapidpro_simulator.rapidpro.api.errors import SERVER_ERROR
from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.rapidpro.model.resthooks import ResthookEvent

from ..mailroom.building import MSG_WAIT, flow, node, send  # noqa: TID252 - the tests have no name from outside
from .dumps import dump

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rapidpro_simulator.world.loop import SimulationLoop

    from .conftest import Reply, Server

URN = "tel:+250788123123"
REFERENCES = ("community", "textit-2026")
INFINITY = '"1e400"'  # what is written instead of this text is a number without end
DEEP = json.loads("[" * 150 + "]" * 150)

VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1, 1.5, 7.0, 2**31, -(2**31) - 1, 2**63, 10**30, -(10**30), 1e300, INFINITY),
    *("", " ", "0", "-1", "1.0", "x" * 70, "x" * 700, "x" * 10_001, "9" * 5000, "\x00", "a\x00b", "\ud800", "é" * 65),
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
    *(URN, "tel:" + "1" * 300, "tel:\x00", "11111111-1111-4111-8111-111111111111", "eng", '"', "\\", "true", "null"),
    *([], [None], [[]], [{}], [""], [URN], [URN] * 101, ["\ud800"], [10**30], {}, {"": ""}, {"eng": None}, DEEP),
    *({"eng": []}, {"eng": [{"text": "\ud800"}]}, {"eng": "\x00"}, {"\ud800": "x"}, {"\x00": {"\x00": "\x00"}}),
    *({"eng": [{"type": "fish", "text": []}]}, {str(number): 1 for number in range(101)}, {"due": "x" * 5000}),
    *({"due": "9999-12-31T23:59:59Z"}, {"due": "0001-01-01T00:00:00Z"}, {"due": "31-12-9999 24:00"}, {"due": 10**30}),
    *({"age": "1e999999"}, {"age": "9" * 4000}, {"age": INFINITY}, {"due": "\x00"}, {"a": {"b": DEEP}}),
]

TEXTS = [
    *(
        "",
        "0",
        "-1",
        "1.0",
        str(2**31),
        str(2**63),
        str(10**30),
        "9" * 5000,
        "１２",
        "1e400",
        "NaN",
        "\x00",
        "a\x00b",
        "é",
    ),
    *(
        "0001-01-01",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59.999999-23:59",
        "0001-01-01T00:00:00+23:59",
        "2026-W01-1",
    ),
    *("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-7fff-bfff-ffffffffffff", "{" + "f" * 32 + "}", "x" * 3000),
    *(URN, "tel:" + "1" * 300, "tel:\x00", "eng", "true", "invalid", "*", "[", '"'),
]
CURSORS = [
    *(
        "p=9999-12-31",
        "p=0001-01-01T00:00:00%2B23:59",
        "p=9999-12-31T23:59:59-23:59",
        "p=%00",
        "o=" + "9" * 400,
        "o=-1",
    ),
    *("r=x", "o=1&r=1", "p=2026-03-02&o=99999999999"),
]

QUERIES = {
    "archives": "archive_type type period before after limit offset",
    "broadcasts": "id uuid before after cursor",
    "campaigns": "uuid cursor",
    "campaign_events": "uuid campaign cursor",
    "channels": "uuid address cursor",
    "channel_events": "id contact before after cursor",
    "classifiers": "uuid cursor",
    "contacts": "uuid urn group deleted before after reverse cursor",
    "definitions": "flow campaign dependencies",
    "fields": "key cursor",
    "flow_starts": "id uuid before after reverse cursor",
    "flows": "uuid type archived before after cursor",
    "globals": "key before after reverse cursor",
    "groups": "uuid name manual_only cursor",
    "labels": "uuid name cursor",
    "messages": "id uuid broadcast contact label folder before after cursor",
    "optins": "cursor",
    "resthooks": "reverse cursor",
    "resthook_events": "resthook cursor",
    "resthook_subscribers": "id resthook cursor",
    "runs": "id uuid flow contact responded before after reverse paths cursor",
    "statistics": "since until",
    "templates": "cursor",
    "tickets": "contact uuid ticket reverse cursor",
    "topics": "cursor",
    "users": "role uuid email cursor",
}


@pytest.fixture(params=GENERATIONS)
def server(request: pytest.FixtureRequest, start: Callable[..., Server], loop: SimulationLoop) -> Server:
    """Return a host of any generation whose workspace has one of everything."""
    server = start(request.param)
    workspace = server.workspace
    workspace.access.rates = dict.fromkeys(workspace.access.rates_in_force, "1000000/hour")
    for key, kind in (("due", "datetime"), ("age", "number"), ("nick", "text")):
        workspace.fields.add(key, kind=kind)
    [survey] = workspace.import_flows(flow("Survey", node(send("Name?")), node(wait=MSG_WAIT)))
    workspace.start_flow(survey, urns=[URN])
    loop.advance(5)
    contact = workspace.receive(URN, "Ann").contact
    group = workspace.add_group("Mothers", [contact])
    campaign = workspace.mailroom.campaigns.add("Visits", group)
    workspace.mailroom.campaigns.add_event(
        campaign, offset=1, unit="days", relative_to="due", message={"eng": "Come"}, delivery_hour=9
    )
    workspace.mailroom.tickets.open(contact)
    workspace.database.labels.add("Spam")
    workspace.globals.set("org", "Acme")
    resthook = workspace.database.resthooks.add("new-registration")
    workspace.database.resthooks.subscribe(resthook, "https://receiver.example/", 1)
    resthook.events.append(ResthookEvent(resthook, {"a": 1}, workspace.created_on))
    workspace.create_broadcast(
        urns=[URN], contacts=[], groups=[], text={"eng": "Hi"}, attachments={}, quick_replies={}, base_language="eng"
    )
    loop.advance(60)
    return server


def bodies(server: Server) -> dict[str, dict[str, Any]]:
    """Return a body of each write that is taken, with every field that there is; `path?query` by endpoint."""
    database = server.workspace.database
    contact = next(iter(database.contacts)).uuid
    [ticket], [campaign] = database.tickets, database.campaigns.values()
    [event], [survey] = campaign.events, database.flows
    topic, message = next(iter(database.topics)), next(each.id for each in database.store.messages if each.incoming)
    event_body = {
        "campaign": campaign.uuid,
        "relative_to": "due",
        "offset": 1,
        "unit": "weeks",
        "delivery_hour": 9,
        "message": "Hi",
        "flow": survey.uuid,
    }
    one = {"name": "Bob", "language": "kin", "urns": [URN], "groups": ["Mothers"], "fields": {"age": "5"}, "note": "Hm"}
    return {
        "broadcasts": {
            "urns": [URN],
            "contacts": [contact],
            "groups": ["Mothers"],
            "text": "Hi",
            "base_language": "eng",
            "attachments": {},
            "quick_replies": ["Yes"],
        },
        "campaigns": {"name": "Calls", "group": "Mothers"},
        f"campaigns?uuid={campaign.uuid}": {"name": "Visits", "group": "Mothers"},
        "campaign_events": event_body,
        f"campaign_events?uuid={event.uuid}": event_body,
        "contacts": {**one, "urns": []},
        f"contacts?uuid={contact}": one,
        "contact_actions": {"contacts": [contact], "action": "block", "group": "Mothers"},
        "fields": {"name": "Village", "label": "Village", "type": "text", "value_type": "text"},
        "fields?key=due": {"name": "Due", "label": "Due", "type": "datetime", "value_type": "datetime"},
        "flow_starts": {
            "flow": survey.uuid,
            "contacts": [contact],
            "groups": [],
            "urns": [],
            "params": {},
            "extra": {},
            "restart_participants": True,
            "exclude_active": False,
        },
        "globals": {"name": "Town", "value": "Kigali"},
        "globals?key=org": {"name": "Org", "value": "Kigali"},
        "groups": {"name": "Fathers"},
        "labels": {"name": "Good"},
        "topics": {"name": "Money"},
        "optins": {"name": "Jokes"},
        "messages": {"contact": contact, "text": "Hi", "attachments": [], "quick_replies": [], "ticket": ticket},
        "message_actions": {"messages": [message], "action": "label", "label": "Spam", "label_name": "Spam"},
        "resthook_subscribers": {"resthook": "new-registration", "target_url": "https://x.example/"},
        "ticket_actions": {"tickets": [ticket], "action": "close", "assignee": None, "note": "x", "topic": topic},
        "media": {"file": "x"},
    }


def some(values: list[Any], server: Server) -> list[Any]:
    """Return all values for a reference generation, and some for what lies between those."""
    return values if server.rapidpro.generation.name in REFERENCES else values[::4]


def variations(body: dict[str, Any], values: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield `body` with each value in the place of each field."""
    for name in body:
        for value in values:
            yield {**body, name: value}


def check_answer(reply: Reply, about: str) -> None:
    """Fail where an answer is none of RapidPro's."""
    assert "defect" not in reply.text, about
    assert reply.status < 500 or (reply.status, reply.text) == (500, SERVER_ERROR), about


class Watch:
    """Sees to it that what is refused changes nothing."""

    def __init__(self, server: Server, loop: SimulationLoop) -> None:
        self._server, self._loop = server, loop
        self._known = dump(server.workspace)

    def check(self, reply: Reply, about: str) -> None:
        check_answer(reply, about)
        if reply.status < 300:
            self._loop.advance(600)  # what follows from it must not be taken for what the next request did
            self._known = dump(self._server.workspace)
        else:
            assert dump(self._server.workspace) == self._known, about


WRITES = (
    *("broadcasts", "campaigns", "campaign_events", "contacts", "contact_actions", "fields", "flow_starts", "globals"),
    *("groups", "labels", "media", "topics", "optins", "messages", "message_actions", "resthook_subscribers"),
    "ticket_actions",
)


@pytest.mark.parametrize("endpoint", WRITES)
def test_bodies(server: Server, loop: SimulationLoop, endpoint: str) -> None:
    """Any value in any field is either taken or refused, and then nothing is half saved."""
    headers = server.authorization | {"Content-Type": "application/json"}
    watch = Watch(server, loop)
    for key, body in bodies(server).items():
        name, _, query = key.partition("?")
        if name != endpoint:
            continue
        for each in variations(body, some(VALUES, server)):
            raw = json.dumps(each).replace(INFINITY, "1e400").encode()
            reply = server.ask("POST", f"{name}.json?{query}", headers=headers, data=raw)
            watch.check(reply, f"{key} {raw[:300]!r} {reply.text[:300]}")
    loop.advance(3600)
    assert server.get(f"{endpoint}.json").status in {200, 404, 405}


@pytest.mark.parametrize("endpoint", QUERIES)
def test_queries(server: Server, endpoint: str) -> None:
    """Any value of any parameter finds something, or nothing, or is refused; it changes nothing."""
    before = dump(server.workspace)
    for name in QUERIES[endpoint].split():
        values = TEXTS + [base64.b64encode(each.encode()).decode() for each in CURSORS] * (name == "cursor")
        for value in some(values, server):
            reply = server.get(f"{endpoint}.json?{name}={quote(value)}")
            check_answer(reply, f"{name}={value}")
    assert dump(server.workspace) == before


def test_dump(server: Server) -> None:
    """A dump tells of the smallest change, and of nothing else."""
    before = dump(server.workspace)
    assert server.get("contacts.json").status == 200
    assert dump(server.workspace) == before
    next(iter(server.workspace.contacts)).name = "Ann"
    assert dump(server.workspace) != before


LOOKUPS = {
    "campaigns": "uuid",
    "campaign_events": "uuid",
    "contacts": "uuid urn",
    "fields": "key",
    "globals": "key",
    "groups": "uuid",
    "labels": "uuid",
    "topics": "uuid",
    "resthook_subscribers": "id",
}


@pytest.mark.parametrize("endpoint", LOOKUPS)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_lookups(server: Server, loop: SimulationLoop, endpoint: str, method: str) -> None:
    """Whatever names what is to be changed, nothing is where nothing is so called."""
    watch = Watch(server, loop)
    for name in LOOKUPS[endpoint].split():
        for value in some(TEXTS, server):
            reply = server.ask(method, f"{endpoint}.json?{name}={quote(value)}", {} if method == "POST" else None)
            watch.check(reply, f"{name}={value} {reply.text[:300]}")
