"""The OpenAPI document of each generation, and the API held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from schemathesis import GenerationMode

from rapidpro_simulator.rapidpro.api.endpoints import endpoints
from rapidpro_simulator.rapidpro.api.errors import SERVER_ERROR
from rapidpro_simulator.rapidpro.api.openapi import describe
from rapidpro_simulator.rapidpro.generations import GENERATIONS
from tests.support.openapi_conformance import Conformance
from tests.support.simulated_requests import SimulatedRequests

from .furnished import furnish, known

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network

    from .conftest import Server

FRAGILE = {"uuid", "ticket", "broadcast", "cursor", "id"}
"""Parameters over which RapidPro itself fails in some endpoint and generation (rapidpro 1.8, 3.2, 4.2)."""
COLUMN = 2**31  # beyond it, some column cannot hold a number


def unstorable(value: object) -> bool:
    """Say whether there is something in `value` over which a database fails: a NUL character, a large number."""
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        return any(map(unstorable, value))
    if isinstance(value, str):
        return "\x00" in value or (value.isdecimal() and int(value) >= COLUMN)
    return isinstance(value, int) and not -COLUMN <= value < COLUMN


@pytest.mark.parametrize("name", GENERATIONS)
def test_document(name: str) -> None:
    """The document is valid OpenAPI, and has every method of every endpoint."""
    generation = GENERATIONS[name]
    described = describe(generation)
    schemathesis.openapi.from_dict(described).validate()
    told = {(path, method.upper()) for path, methods in described["paths"].items() for method in methods}
    assert told == {
        (f"/api/v2/{endpoint.name}.json", method)
        for endpoint in endpoints(generation).values()
        for method in endpoint.methods
    }


def test_served(server: Server) -> None:
    """Whoever asks gets the document, without a token, and it costs nothing."""
    reply = server.ask("GET", "/openapi.json", headers={})
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    assert reply.json() == describe(server.rapidpro.generation)
    assert {usage.used for usage in server.api.quota(server.workspace).values()} == {0}


def test_one_generation_is_not_the_other() -> None:
    """What a generation does not know its document does not have."""

    def parameters(generation: str, path: str) -> list[str]:
        return [each["name"] for each in describe(GENERATIONS[generation])["paths"][path]["get"]["parameters"]]

    assert "uuid" in parameters("textit-2026", "/api/v2/messages.json")
    assert "uuid" not in parameters("community", "/api/v2/messages.json")
    assert "/api/v2/optins.json" not in describe(GENERATIONS["textit-2026"])["paths"]


@pytest.fixture
def conformance(
    request: pytest.FixtureRequest, start: Callable[..., Server], network: Network, loop: SimulationLoop
) -> Conformance:
    """Return a furnished host of a generation, without a quota."""
    server = start(request.param)
    furnish(server, loop)
    server.workspace.access.rates_in_force = {}
    session = SimulatedRequests(network, loop).session()
    session.headers.update(server.authorization)
    document = describe(server.rapidpro.generation)
    return Conformance(network, "https://rapidpro.org", session, document, known(server))


@pytest.mark.parametrize("conformance", GENERATIONS, indirect=True)
def test_valid_requests(conformance: Conformance) -> None:
    """Whatever keeps to the document is answered as the document says, and breaks nothing."""

    def check(case: schemathesis.Case[Any], response: schemathesis.Response) -> None:
        assert response.status_code < 500 or unstorable([case.query, case.body])

    conformance.hold(GenerationMode.POSITIVE, check)


@pytest.mark.parametrize("conformance", GENERATIONS, indirect=True)
def test_invalid_requests(conformance: Conformance) -> None:
    """So is what does not keep to it; RapidPro fails only where the real one does."""

    def check(case: schemathesis.Case[Any], response: schemathesis.Response) -> None:
        if response.status_code == 500:
            assert response.text == SERVER_ERROR
            assert FRAGILE & set(case.query or ()) or unstorable([case.query, case.body])

    conformance.hold(GenerationMode.NEGATIVE, check)
