"""Which exchanges of RapidPro's API have schemas."""

from __future__ import annotations

import pytest

from rapidpro_simulator.rapidpro.api.schemas import ENDPOINTS, wire_schemas
from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.world.schemas import QUERY, REQUEST

WIRE = wire_schemas(GENERATIONS["community"])
BROADCASTS = "/api/v2/broadcasts.json"
MESSAGES = "/api/v2/messages.json"

ENDPOINT_NAMES = (
    "GET broadcasts, POST broadcasts, GET messages, POST messages, GET contacts, POST contacts, "
    "DELETE contacts, GET workspace, GET org, GET flow_starts, POST flow_starts, GET runs, GET flows, GET definitions, "
    "GET campaigns, POST campaigns, GET campaign_events, POST campaign_events, GET resthooks, GET resthook_events, "
    "GET resthook_subscribers, POST resthook_subscribers"
)


def test_endpoints() -> None:
    """The table has exactly the endpoints that are told below."""
    names = [f"{each.method} {each.path.removeprefix('/api/v2/').removesuffix('.json')}" for each in ENDPOINTS]
    assert names == ENDPOINT_NAMES.split(", ")


@pytest.mark.parametrize(
    ("method", "path", "part", "schema"),
    [
        ("POST", BROADCASTS, REQUEST, "rapidpro/broadcasts.request"),
        ("GET", f"{MESSAGES}/", QUERY, "rapidpro/messages.query"),
    ],
)
def test_found(method: str, path: str, part: str, schema: str) -> None:
    """Each request finds its endpoint, with or without a slash at the end."""
    endpoint = WIRE.find(method, path)
    assert endpoint is not None
    assert endpoint.parts[part] == schema


@pytest.mark.parametrize("path", ["/api/v2/messages", "/api/v2/tickets.json"])
def test_not_found(path: str) -> None:
    """What the table does not have has no schema."""
    assert WIRE.find("GET", path) is None


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
    endpoint = WIRE.find("POST", BROADCASTS)
    assert endpoint is not None
    assert endpoint.answer(status) == schema
