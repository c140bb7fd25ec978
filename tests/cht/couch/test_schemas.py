"""Which exchanges with CouchDB have schemas."""

from __future__ import annotations

import pytest

from rapidpro_simulator.cht.couch.schemas import WIRE_SCHEMAS
from rapidpro_simulator.world.schemas import QUERY, REQUEST

FOUND = [
    ("PUT", "/medic-vault/credential:rapidpro:outgoing", REQUEST, "couch/document.request"),
    ("GET", "/medic/_design/medic-sms/_view/messages_by_uuid", QUERY, "couch/rows.query"),
    ("GET", "/medic/", "2*", "couch/database.response"),
    ("GET", "/medic/_design/medic", "2*", "couch/document.response"),
]


@pytest.mark.parametrize(("method", "path", "part", "schema"), FOUND)
def test_found(method: str, path: str, part: str, schema: str) -> None:
    """Each request finds its endpoint, with or without a slash at the end."""
    endpoint = WIRE_SCHEMAS.find(method, path)
    assert endpoint is not None
    assert endpoint.parts[part] == schema


NOT_FOUND = [
    ("GET", "/_node/_local/_config/couch_httpd_auth/secret"),
    ("PUT", "/medic/_security"),
    ("GET", "/medic/_design/medic/_info"),
]


@pytest.mark.parametrize(("method", "path"), NOT_FOUND)
def test_not_found(method: str, path: str) -> None:
    """What the table does not have has no schema."""
    assert WIRE_SCHEMAS.find(method, path) is None
