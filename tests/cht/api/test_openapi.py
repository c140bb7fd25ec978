"""The OpenAPI document of a release's api, and the api held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import schemathesis
from schemathesis import GenerationMode

from rapidpro_simulator.cht.api.openapi import describe
from rapidpro_simulator.cht.api.routes import served_routes
from rapidpro_simulator.cht.releases import RELEASES, release
from rapidpro_simulator.world.network.routing import ANY
from tests.support.openapi_conformance import Conformance
from tests.support.simulated_requests import SimulatedRequests

from .conftest import ADMIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Instance

PERSON = {"_id": "ann", "type": "person", "name": "Ann", "phone": "+254712345678"}
PLACE = {"_id": "moshi", "type": "clinic", "name": "Moshi", "contact": {"_id": "ann"}}
REPORT = {"_id": "visit", "type": "data_record", "form": "TEST", "from": "+254712345678", "fields": {}}
HELD = ("3.11", "4.0", "5.2")


@pytest.mark.parametrize("name", [each.name for each in RELEASES.values()])
def test_document(name: str) -> None:
    """The document is valid OpenAPI, and has each path of the release, those that only differ in their end once."""
    described = describe(release(name), "medic")
    schemathesis.openapi.from_dict(described).validate()
    told = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}
    assert told == {
        (route.method, route.path)
        for route in served_routes(release(name), "medic")
        if route.method != ANY and not route.path.endswith("/")
    } - {("GET", "/medic/_design/medic/_rewrite/app_settings/medic/{rest*}")} | {
        ("GET", "/medic/_design/medic/_rewrite/app_settings/medic")
    }


def test_summaries() -> None:
    """Each operation says what it is for, and what any answer of it can be."""
    for methods in describe(release("5.2"), "medic")["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert all("content" in answer for status, answer in operation["responses"].items() if status != "302")


def test_served(cht: Instance) -> None:
    """Whoever asks gets the document, logged in or not."""
    reply = cht.ask("GET", "/openapi.json")
    assert (reply.status, reply.json()) == (200, describe(release("5.2"), "medic"))


@pytest.fixture
def conformance(request: pytest.FixtureRequest, build: Callable[..., Instance]) -> Conformance:
    """Return an instance of a release that has a place, a person and a report, asked by its administrator."""
    instance = build(request.param)
    for document in (PERSON, PLACE, REPORT):
        instance.database.put(document)
    session = SimulatedRequests(instance.network, instance.loop).session()
    session.auth = ADMIN
    session.headers["Accept"] = "application/json"
    known = {"id": ["ann", "moshi", "visit"], "name": ["gw", "chw", "nobody"], "words": ["ann"]}
    return Conformance(instance.network, "https://cht.org", session, describe(release(request.param), "medic"), known)


@pytest.mark.parametrize("conformance", HELD, indirect=True)
def test_valid_requests(conformance: Conformance) -> None:
    """Whatever keeps to the document is answered as the document says."""
    conformance.hold(GenerationMode.POSITIVE, expected)


@pytest.mark.parametrize("conformance", HELD, indirect=True)
def test_invalid_requests(conformance: Conformance) -> None:
    """So is what does not keep to it."""
    conformance.hold(GenerationMode.NEGATIVE, expected)


def expected(_case: object, response: schemathesis.Response) -> None:
    """CHT itself says 500 to much that is invalid, in JSON; nothing else is a 5xx (cht 1.3, 1.6, 9.1)."""
    assert response.status_code < 500 or (response.status_code == 500 and response.json()["error"] == "Server error")
