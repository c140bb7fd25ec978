"""Which exchanges with CHT have schemas, and which are CouchDB's."""

from __future__ import annotations

import re

import pytest

from rapidpro_simulator.cht.api.routes import served_routes
from rapidpro_simulator.cht.api.schemas import OWN_ENDPOINTS, WIRE_SCHEMAS
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.world.network.routing import ANY
from rapidpro_simulator.world.schemas import FORM, REQUEST, TEXT


@pytest.mark.parametrize("name", ["3.11", "4.0", "5.2"])
def test_endpoints(name: str) -> None:
    """Each path that a release answers itself is in the table, with what it is for."""
    for route in served_routes(release(name), "medic"):
        found = WIRE_SCHEMAS.find(route.method, re.sub(r"\{.*?\}", "x", route.path))
        assert route.method == ANY or (found in OWN_ENDPOINTS and found is not None and found.summary)


FOUND = [
    ("POST", "/api/sms/", REQUEST, "cht/sms.request"),
    ("PUT", "/api/v1/credentials/a/b", TEXT, "cht/credentials.request"),
    ("POST", "/api/v2/records", FORM, "cht/records.form"),
    ("POST", "/medic/login", REQUEST, "cht/login.request"),
    ("POST", "/medic/_bulk_docs", REQUEST, "couch/bulk-docs.request"),
]


@pytest.mark.parametrize(("method", "path", "part", "schema"), FOUND)
def test_found(method: str, path: str, part: str, schema: str) -> None:
    """Each request finds its endpoint, CHT's own or that of CouchDB behind it."""
    endpoint = WIRE_SCHEMAS.find(method, path)
    assert endpoint is not None
    assert endpoint.parts[part] == schema


def test_not_a_document() -> None:
    """A path of CHT's own that has no schema is not taken for a document of CouchDB."""
    endpoint = WIRE_SCHEMAS.find("GET", "/api/contacts")
    assert endpoint is not None
    assert endpoint.parts == {}
