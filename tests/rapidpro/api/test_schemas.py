"""Which exchanges of RapidPro's API have schemas."""

from __future__ import annotations

import pytest

from rapidpro_simulator.rapidpro.api.endpoints import endpoints
from rapidpro_simulator.rapidpro.api.schemas import ENDPOINTS, wire_schemas
from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.world.schemas import MULTIPART, QUERY, REQUEST

WIRE = wire_schemas(GENERATIONS["community"])
BROADCASTS = "/api/v2/broadcasts.json"
MESSAGES = "/api/v2/messages.json"


@pytest.mark.parametrize("name", GENERATIONS)
def test_endpoints(name: str) -> None:
    """Every method of every endpoint has its schemas: of its query, of what it is sent, and of what it answers."""
    for endpoint in endpoints(GENERATIONS[name]).values():
        for method in endpoint.methods:
            found = WIRE.find(method, f"/api/v2/{endpoint.name}.json")
            assert found is not None
            assert QUERY in found.parts
            assert method != "POST" or {REQUEST, MULTIPART} & set(found.parts)
            assert all(status == 204 or found.answer(status) for status in found.successes)


def test_table() -> None:
    """The table has nothing that no generation has, and each method of each endpoint once."""
    known = {
        (method, f"/api/v2/{endpoint.name}.json")
        for generation in GENERATIONS.values()
        for endpoint in endpoints(generation).values()
        for method in endpoint.methods
    }
    assert sorted((each.method, each.path) for each in ENDPOINTS) == sorted(known)


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


@pytest.mark.parametrize("path", ["/api/v2/messages", "/api/v2/surveys.json"])
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
