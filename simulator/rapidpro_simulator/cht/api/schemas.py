"""Which JSON Schemas the exchanges with CHT have (cht 1)."""

from __future__ import annotations

from rapidpro_simulator.cht.couch import schemas as couch
from rapidpro_simulator.world.schemas import EndpointSchemas, WireSchemas
from rapidpro_simulator.world.schemas.endpoints import answer_schemas


def _endpoint(method: str, path: str, *, errors: str = "cht/error", **parts: str) -> EndpointSchemas:
    return EndpointSchemas(method, path, {**answer_schemas("cht", parts), "[45]*": errors})


_SETTINGS = "/api/v1/settings"
_DESIGN = "/*/_design/medic/_rewrite"
_UPDATES = {"query": "settings.query", "request": "settings.request", "answer": "settings.updated.response"}
_RECORDS = {"request": "records.request", "form": "records.form", "answer": "records.response"}
_WEBHOOK = {"request": "incoming-messages.request", "answer": "incoming-messages.response"}

OWN_ENDPOINTS = (
    _endpoint("POST", "/api/v2/sms/rapidpro/incoming-messages", **_WEBHOOK),
    _endpoint("POST", "/api/v1/sms/radpidpro/incoming-messages", **_WEBHOOK),  # misspelt by CHT itself (cht 1.1)
    _endpoint("GET", "/api/sms", answer="sms.welcome.response"),
    _endpoint("POST", "/api/sms", request="sms.request", answer="sms.response"),
    _endpoint("PUT", "/api/v1/credentials/**", text="credentials.request", answer="credentials.response"),
    _endpoint("GET", _SETTINGS, answer="settings.response"),
    _endpoint("PUT", _SETTINGS, **_UPDATES),
    _endpoint("GET", f"{_SETTINGS}/deprecated-transitions", answer="deprecated-transitions.response"),
    _endpoint("PUT", f"{_DESIGN}/update_settings/medic", **_UPDATES),
    _endpoint("GET", f"{_DESIGN}/app_settings/medic", answer="settings.legacy.response"),
    _endpoint("POST", "/api/v1/records", query="records.query", **_RECORDS),
    _endpoint("POST", "/api/v2/records", **_RECORDS),
    _endpoint("GET", "/api/info", answer="info.response"),
    _endpoint("GET", "/api/deploy-info", answer="deploy-info.response"),
    _endpoint("GET", "/setup/poll", answer="setup-poll.response"),
    _endpoint("POST", "/*/login", errors="cht/login.error", request="login.request"),
)

# What CHT doesn't know it hands on to CouchDB, but may refuse in words of its own before (cht 0.2, step 7).
_OTHERS = (EndpointSchemas("*", "/api/**"), EndpointSchemas("*", "/setup/**"), EndpointSchemas("GET", "/*/login"))
_HANDED_ON = tuple(
    EndpointSchemas(each.method, each.path, {part: schema for part, schema in each.parts.items() if part != "[45]*"})
    for each in couch.ENDPOINTS
)

WIRE_SCHEMAS = WireSchemas((*OWN_ENDPOINTS, *_OTHERS, *_HANDED_ON))
