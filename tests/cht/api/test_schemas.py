"""Which exchanges with CHT have schemas, and which are CouchDB's."""

from __future__ import annotations

import pytest

from rapidpro_simulator.cht.api.schemas import OWN_ENDPOINTS, WIRE_SCHEMAS
from rapidpro_simulator.world.schemas import FORM, REQUEST, TEXT

ENDPOINT_NAMES = (
    "POST /api/v2/sms/rapidpro/incoming-messages, POST /api/v1/sms/radpidpro/incoming-messages, GET /api/sms, "
    "POST /api/sms, PUT /api/v1/credentials/**, GET /api/v1/settings, PUT /api/v1/settings, "
    "GET /api/v1/settings/deprecated-transitions, PUT /*/_design/medic/_rewrite/update_settings/medic, "
    "GET /*/_design/medic/_rewrite/app_settings/medic, POST /api/v1/records, POST /api/v2/records, GET /api/info, "
    "GET /api/deploy-info, GET /setup/poll, POST /*/login"
)


def test_endpoints() -> None:
    """The table has exactly the endpoints that are told below."""
    assert [f"{each.method} {each.path}" for each in OWN_ENDPOINTS] == ENDPOINT_NAMES.split(", ")


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
