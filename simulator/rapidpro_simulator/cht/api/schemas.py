"""Which JSON Schemas the exchanges with CHT have (cht 1)."""

from __future__ import annotations

from rapidpro_simulator.cht.couch import schemas as couch
from rapidpro_simulator.world.schemas import EndpointSchemas, WireSchemas
from rapidpro_simulator.world.schemas.endpoints import answer_schemas


def _endpoint(
    method: str, path: str, summary: str, *successes: int, errors: str = "cht/error", **parts: str
) -> EndpointSchemas:
    return EndpointSchemas(
        method, path, {**answer_schemas("cht", parts), "[45]*": errors}, successes or (200,), summary
    )


_SETTINGS = "/api/v1/settings"
_DESIGN = "/*/_design/medic/_rewrite"
_UPDATES = {"query": "settings.query", "request": "settings.request", "answer": "settings.updated.response"}
_RECORDS = {"request": "records.request", "form": "records.form", "answer": "records.response"}
_WEBHOOK = {"request": "incoming-messages.request", "answer": "incoming-messages.response"}
_BY_PHONE = {
    "query": "contacts-by-phone.query",
    "answer": "contacts-by-phone.response",
    "errors": "cht/contacts-by-phone.error",
}
_CREATE_USERS = {"request": "users.request", "answer": "users.created.response"}
_UPDATE_USER = {"request": "user.request", "answer": "users.created.response"}
_ONE = {"query": "entity.query", "answer": "entity.response"}
_SEVERAL = {"query": "entities.query", "answer": "entities.response"}
_UPGRADE = {"request": "upgrade.request", "answer": "upgrade.response"}
_MONITORING = {"query": "monitoring.query", "answer": "monitoring.response"}

OWN_ENDPOINTS = (
    _endpoint("POST", "/api/v2/sms/rapidpro/incoming-messages", "Takes a message that came in to RapidPro", **_WEBHOOK),
    # misspelt by CHT itself (cht 1.1)
    _endpoint(
        "POST", "/api/v1/sms/radpidpro/incoming-messages", "Takes a message that came in to RapidPro", **_WEBHOOK
    ),
    _endpoint("GET", "/api/sms", "Says that this is a place for cht-gateway", answer="sms.welcome.response"),
    _endpoint(
        "POST",
        "/api/sms",
        "Takes messages and states, and gives messages to send",
        request="sms.request",
        answer="sms.response",
    ),
    _endpoint(
        "PUT", "/api/v1/credentials/**", "Keeps a secret", text="credentials.request", answer="credentials.response"
    ),
    _endpoint("GET", _SETTINGS, "Returns the app settings", answer="settings.response"),
    _endpoint("PUT", _SETTINGS, "Changes the app settings", **_UPDATES),
    _endpoint(
        "GET",
        f"{_SETTINGS}/deprecated-transitions",
        "Lists deprecated transitions",
        answer="deprecated-transitions.response",
    ),
    _endpoint("PUT", f"{_DESIGN}/update_settings/medic", "Changes the app settings, as cht-conf once did", **_UPDATES),
    _endpoint(
        "GET",
        f"{_DESIGN}/app_settings/medic/**",
        "Returns a part of the app settings",
        answer="settings.legacy.response",
    ),
    _endpoint("GET", f"{_DESIGN}/app_settings/medic", "Returns the app settings", answer="settings.legacy.response"),
    _endpoint("POST", "/api/v1/records", "Takes a report, in a language", query="records.query", **_RECORDS),
    _endpoint("POST", "/api/v2/records", "Takes a report", **_RECORDS),
    _endpoint("GET", "/api/v1/contacts-by-phone", "Finds contacts by their number", **_BY_PHONE),
    _endpoint(
        "POST",
        "/api/v1/contacts-by-phone",
        "Finds contacts by their number",
        request="contacts-by-phone.request",
        **_BY_PHONE,
    ),
    _endpoint("POST", "/api/v1/people", "Creates a person", request="contact.request", answer="contact.response"),
    _endpoint("POST", "/api/v1/places", "Creates a place", request="contact.request", answer="contact.response"),
    _endpoint("POST", "/api/v1/places/*", "Changes a place", request="place.request", answer="contact.response"),
    *(
        _endpoint("GET", f"/api/v{each}/users", "Lists users", query="users.query", answer="users.response")
        for each in "12"
    ),
    _endpoint("GET", "/api/v2/users/*", "Returns a user", answer="user.response"),
    *(_endpoint("POST", f"/api/v{each}/users", "Creates users", **_CREATE_USERS) for each in "123"),
    *(_endpoint("POST", f"/api/v{each}/users/*", "Changes a user", **_UPDATE_USER) for each in "13"),
    *(
        _endpoint("GET", f"/api/v1/{kind}", f"Lists documents of a {kind} type", **_SEVERAL)
        for kind in ("person", "place")
    ),
    *(
        _endpoint("GET", f"/api/v1/{kind}/uuid", f"Lists the ids of each {kind} that is searched for", **_SEVERAL)
        for kind in ("contact", "report")
    ),
    *(
        _endpoint("GET", f"/api/v1/{kind}/*", f"Returns a {kind}", **_ONE)
        for kind in ("person", "place", "contact", "report")
    ),
    *(_endpoint("POST", f"/api/v{each}/upgrade", "Upgrades the instance", **_UPGRADE) for each in "12"),
    *(_endpoint("POST", f"/api/v{each}/upgrade/stage", "Prepares an upgrade", **_UPGRADE) for each in "12"),
    *(_endpoint("POST", f"/api/v{each}/upgrade/complete", "Completes an upgrade", **_UPGRADE) for each in "12"),
    *(
        _endpoint("GET", f"/api/v{each}/upgrade", "Tells how far an upgrade is", answer="upgrade.progress.response")
        for each in "12"
    ),
    _endpoint("GET", "/api/v2/export/*", "Exports a table", query="export.query"),
    _endpoint("POST", "/api/v2/export/*", "Exports a table", query="export.query", request="place.request"),
    *(_endpoint("GET", f"/api/v{each}/monitoring", "Tells how the instance is doing", **_MONITORING) for each in "12"),
    _endpoint(
        "GET",
        "/api/v1/replication/get-ids",
        "Lists what the caller's phone may have",
        answer="replication-ids.response",
    ),
    _endpoint("GET", "/api/info", "Tells the version of the api", answer="info.response"),
    _endpoint("GET", "/api/deploy-info", "Tells what is deployed", answer="deploy-info.response"),
    _endpoint("GET", "/setup/poll", "Says that the instance is ready", answer="setup-poll.response"),
    _endpoint("POST", "/*/login", "Logs in", 302, errors="cht/login.error", request="login.request"),
    _endpoint("GET", "/*/login", "Returns the page to log in"),
)

# What CHT doesn't know it hands on to CouchDB, but may refuse in words of its own before (cht 0.2, step 7).
_OTHERS = (EndpointSchemas("*", "/api/**"), EndpointSchemas("*", "/setup/**"))
_HANDED_ON = tuple(
    EndpointSchemas(each.method, each.path, {part: schema for part, schema in each.parts.items() if part != "[45]*"})
    for each in couch.ENDPOINTS
)

WIRE_SCHEMAS = WireSchemas((*OWN_ENDPOINTS, *_OTHERS, *_HANDED_ON))
