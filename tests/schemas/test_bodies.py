"""Bodies as the specification shows them, and how each of them can be wrong."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidpro_simulator.world.schemas import bundled

UUID = "b5ffd1a5-3f94-4a2b-9a3c-2f1c8c1c1b0a"
ANN = {"uuid": UUID, "name": "Ann"}
BROADCAST: dict[str, Any] = {
    "id": 10457,
    "urns": ["tel:+250788123123"],
    "contacts": [],
    "groups": [],
    "text": {"eng": "Visit tomorrow"},
    "attachments": {"eng": []},
    "base_language": "eng",
    "status": "queued",
    "created_on": "2026-03-02T17:28:12.123456Z",
}
NEW_BROADCAST = BROADCAST | {
    "uuid": "0199bb93-ec0f-703b-9b5b-d26d4b6b133c",
    "status": "pending",
    "progress": {"total": -1, "started": 0},
    "quick_replies": {"eng": []},
}
MESSAGE: dict[str, Any] = {
    "id": 4105426,
    "broadcast": 2690007,
    "contact": ANN,
    "urn": "tel:+250788123123",
    "channel": {"uuid": UUID, "name": "MTN"},
    "direction": "out",
    "type": "text",
    "status": "wired",
    "archived": False,
    "visibility": "visible",
    "text": "Visit tomorrow",
    "labels": [],
    "flow": None,
    "attachments": [{"content_type": "image/jpeg", "url": "https://example.org/a.jpg"}],
    "created_on": "2026-03-02T17:28:12Z",
    "sent_on": None,
    "modified_on": "2026-03-02T17:28:12.123456Z",
    "media": "image/jpeg:https://example.org/a.jpg",
}
NEW_MESSAGE = MESSAGE | {
    "uuid": UUID,
    "status": "read",
    "quick_replies": [{"type": "text", "text": "Yes", "extra": None}],
}
CONTACT: dict[str, Any] = {
    "uuid": UUID,
    "name": "Ann",
    "status": "active",
    "language": "eng",
    "urns": ["tel:+250788123123"],
    "groups": [ANN],
    "fields": {"age": "32", "joined": None},
    "flow": None,
    "created_on": "2026-03-02T17:28:12Z",
    "modified_on": "2026-03-02T17:28:12Z",
    "last_seen_on": None,
    "blocked": False,
    "stopped": False,
}
WORKSPACE: dict[str, Any] = {
    "uuid": UUID,
    "name": "Old",
    "country": "RW",
    "languages": ["eng", "kin"],
    "timezone": "Africa/Kigali",
    "date_style": "day_first",
    "anon": False,
    "credits": {"used": -1, "remaining": -1},
    "primary_language": "eng",
}
REPLY: dict[str, Any] = {"urns": ["tel:+254712345678"], "text": "Thanks Ann, received."}
INCOMING: dict[str, Any] = {"id": "in-1", "from": "+254712345678", "content": "yo"}
GATEWAY_POST: dict[str, Any] = {
    "messages": [{**INCOMING, "sms_sent": 1, "sms_received": 2}],
    "updates": [{"id": "<message uuid>", "status": "FAILED", "reason": "no credit"}],
}
DOCUMENT: dict[str, Any] = {
    "_id": "r1",
    "_rev": "2-aad1e396791416353e379bb22e8454aa",
    "type": "data_record",
    "reported_date": 1795251577761,
    "tasks": [
        {
            "messages": [{"uuid": UUID, "to": "+254712345678", "message": "Thanks Ann, received."}],
            "state": "received-by-gateway",
            "state_details": "Queued",
            "gateway_ref": 1,
            "state_history": [
                {"state": "pending", "timestamp": "2026-11-21T08:59:37.779Z"},
                {"state": "received-by-gateway", "state_details": "Queued", "timestamp": "2026-11-21T08:59:38.244Z"},
            ],
        }
    ],
    "scheduled_tasks": [
        {
            "due": "2026-12-01T09:00:00.000Z",
            "group": 1,
            "type": "ANC Reminders LMP",
            "message_key": "messages.anc.reminder",
            "recipient": "reporting_unit",
            "state": "scheduled",
            "state_history": [{"state": "scheduled", "timestamp": "2026-11-21T08:59:37.779Z"}],
        }
    ],
}
SETTINGS: dict[str, Any] = {
    "default_country_code": 254,
    "phone_validation": "full",
    "outgoing_deny_list": "800, SAFARICOM",
    "outgoing_phone_replace": {"match": "", "replace": ""},
    "sms": {"outgoing_service": "rapidpro", "duplicate_limit": 5, "rapidpro": {"url": "https://rapidpro.example.org"}},
    "anything": {"else": True},
}
CURSOR = "https://rp.example.org/api/v2/messages.json?cursor=cD0yMDI2LTAzLTAy&folder=inbox"
INFO: dict[str, Any] = {"db_name": "medic", "doc_count": 3, "update_seq": "3-g1AAAA"}
ROWS: dict[str, Any] = {
    "total_rows": 2,
    "offset": 0,
    "rows": [{"id": "r1", "key": ["pending", 1], "value": {"id": "u1"}}],
}
CHANGES: dict[str, Any] = {
    "results": [{"seq": "1-x", "id": "r1", "changes": [{"rev": "1-a"}], "deleted": True}],
    "last_seq": "1-x",
    "pending": 0,
}


def page(*results: Any, link: str | None = None) -> dict[str, Any]:
    return {"next": link, "previous": None, "results": list(results)}


VALID: dict[str, list[Any]] = {
    "rapidpro/broadcasts.query": [{}, {"id": "12", "before": "2026-03-02T17:28:12.123Z", "cursor": "cD0y"}],
    "rapidpro/broadcasts.request": [
        REPLY,
        {"contacts": [UUID], "text": {"eng": "Hi", "kin": "Muraho"}, "base_language": "eng"},
        {"groups": ["Nurses"], "attachments": ["image/jpeg:https://rp.example.org/media/" + UUID]},
        REPLY | {"quick_replies": [{"text": "Yes"}, {"type": "location"}]},
        REPLY | {"quick_replies": {"eng": [{"type": "url", "text": "Map", "extra": "https://example.org"}]}},
        REPLY | {"text": "x" * 4096},
    ],
    "rapidpro/broadcasts.request.community": [REPLY, REPLY | {"text": "x" * 640}],
    "rapidpro/broadcasts.request.textit": [REPLY | {"text": {"eng": "x" * 4096}, "quick_replies": [{"text": "Yes"}]}],
    "rapidpro/broadcasts.request.v8": [REPLY | {"ticket": UUID}],
    "rapidpro/broadcast.response": [BROADCAST, NEW_BROADCAST],
    "rapidpro/broadcast.response.community": [BROADCAST, BROADCAST | {"urns": None, "text": {"eng": None}}],
    "rapidpro/broadcast.response.textit-2026": [NEW_BROADCAST],
    "rapidpro/broadcasts.response.community": [page(BROADCAST)],
    "rapidpro/messages.query": [
        {"broadcast": "10457"},
        {"folder": "Sent", "after": "2026-03-02T17:28:12+00:00"},
        {"contact": UUID, "cursor": "x"},
    ],
    "rapidpro/messages.request": [{"contact": UUID, "text": "Hi"}],
    "rapidpro/messages.request.community": [{"contact": UUID, "text": "Hi", "ticket": None}],
    "rapidpro/messages.request.textit": [{"contact": UUID, "text": "Hi", "quick_replies": [{"text": "Yes"}]}],
    "rapidpro/messages.form": [{"contact": UUID, "text": "Hi", "attachments": ["a", "b"]}],
    "rapidpro/messages.response": [page(), page(MESSAGE, NEW_MESSAGE, link=CURSOR)],
    "rapidpro/messages.response.community": [page(MESSAGE, MESSAGE | {"urn": None, "channel": None})],
    "rapidpro/messages.response.textit-2026": [page(NEW_MESSAGE)],
    "rapidpro/message.response.textit-2026": [NEW_MESSAGE | {"status": "failed", "urn": None, "channel": None}],
    "rapidpro/contacts.query": [
        {"urn": "tel:+250788123123", "expand_urns": "true"},
        {"deleted": "1", "reverse": "Y"},
        {"uuid": [UUID, UUID]},
    ],
    "rapidpro/contact.query": [{}, {"urn": "tel:+250788123123"}],
    "rapidpro/contact.delete.query": [{"uuid": UUID}],
    "rapidpro/contacts.request": [
        {},
        {"name": None, "language": "eng", "urns": ["tel:+250788123123"], "fields": {"age": 32, "joined": None}},
    ],
    "rapidpro/contacts.form": [{"urns": "tel:+250788123123", "groups": ["A", "B"], "fields.age": "32"}],
    "rapidpro/contact.response": [CONTACT],
    "rapidpro/contact.response.community": [CONTACT | {"anon_display": "0000000042", "urns": ["tel:********"]}],
    "rapidpro/contact.response.textit": [CONTACT | {"notes": []}],
    "rapidpro/contacts.response": [
        page(CONTACT | {"urns": [{"channel": None, "scheme": "tel", "path": "+250788123123", "display": None}]})
    ],
    "rapidpro/workspace.response": [WORKSPACE, WORKSPACE | {"country": ""}],
    "rapidpro/error": [{"detail": "Invalid token"}],
    "rapidpro/error.throttled": [
        {"detail": "Request was throttled. Expected available in 3587 seconds."},
        {"detail": "Request was throttled. Expected available in 1 second."},
        {"detail": "Request was throttled."},
    ],
    "rapidpro/error.invalid": [
        {"detail": "Value for id must be an integer"},
        {"non_field_errors": ["Must provide either text or attachments."]},
        {"urns": {"0": ["Invalid URN: tel:12345. Ensure phone numbers contain country codes."]}},
        {"text": {"eng": ["Ensure this field has no more than 640 characters."]}},
    ],
    "cht/incoming-messages.request": [INCOMING, INCOMING | {"id": 42}],
    "cht/incoming-messages.response": [{"saved": 1}],
    "cht/sms.welcome.response": [{"medic-gateway": True}],
    "cht/sms.request": [{}, GATEWAY_POST],
    "cht/sms.response": [{"messages": [{"content": "hi", "to": "+254712345678", "id": UUID}]}],
    "cht/credentials.request": ["tok123"],
    "cht/credentials.response": [{"ok": True}],
    "cht/settings.query": [{}, {"replace": "1"}, {"overwrite": "true"}],
    "cht/settings.request": [SETTINGS],
    "cht/settings.response": [SETTINGS],
    "cht/settings.updated.response": [{"success": True, "updated": False}],
    "cht/records.request": [{"_meta": {"form": "TEST", "from": "+254712345678"}, "name": "hello", "number": 5}],
    "cht/records.form": [{"message": "TEST hello 5", "from": ""}],
    "cht/records.response": [{"success": True, "id": UUID}],
    "cht/info.response": [{"version": "0.1.0"}],
    "cht/deploy-info.response": [{"version": "5.2.0"}],
    "cht/setup-poll.response": [
        {"ready": True, "handler": "medic-api", "version": "0.1.0", "detail": "All are running"}
    ],
    "cht/login.request": [{"user": "gw", "password": "pass"}],
    "cht/login.error": [{"error": "Not logged in"}],
    "cht/error": [
        {"code": 400, "error": "Message was not saved"},
        {"code": 500, "error": "Server error", "details": "Form not found: NOPE"},
        {"type": "ERROR", "error": "502 Bad Gateway", "server": "nginx"},
        {"error": "not_found", "reason": "Database does not exist."},
    ],
    "couch/rows.query": [
        {"keys": '["u1"]', "limit": "25", "skip": "0"},
        {"startkey": '["scheduled",0]', "reduce": "false"},
    ],
    "couch/rows.request": [{"keys": []}],
    "couch/rows.response": [
        ROWS,
        {"rows": [{"key": "x", "error": "not_found"}]},
        {"rows": [{"key": None, "value": 3}]},
    ],
    "couch/bulk-docs.request": [{"docs": [DOCUMENT], "new_edits": True}],
    "couch/bulk-docs.response": [
        [
            {"ok": True, "id": "r1", "rev": "2-ab"},
            {"id": "r2", "error": "conflict", "reason": "Document update conflict."},
        ]
    ],
    "couch/document.request": [DOCUMENT, {"_id": "r1-info", "type": "info", "transitions": {}}],
    "couch/document.response": [DOCUMENT, [{"ok": DOCUMENT}, {"missing": "9-z"}]],
    "couch/saved.response": [{"ok": True, "id": "r1", "rev": "1-ab"}],
    "couch/database.response": [INFO],
    "couch/changes.query": [{"feed": "longpoll", "heartbeat": "10000", "since": "1-x", "limit": "25"}],
    "couch/changes.response": [CHANGES],
    "couch/session.response": [{"ok": True, "userCtx": {"name": "gw", "roles": ["gateway"]}}],
    "couch/session.request": [{"name": "gw", "password": "pass"}],
    "couch/error": [{"error": "unauthorized", "reason": "Authentication required."}],
}


OF_GENERATIONS = [
    ("broadcast", "community", BROADCAST),
    ("broadcast", "textit-2025", {name: value for name, value in NEW_BROADCAST.items() if name != "uuid"}),
    ("broadcast", "textit-2026", NEW_BROADCAST),
    (
        "broadcast",
        "v8",
        {name: BROADCAST[name] for name in ("id", "urns", "contacts", "groups", "text", "status", "created_on")},
    ),
    ("message", "community", MESSAGE),
    ("message", "textit-2025", {name: value for name, value in NEW_MESSAGE.items() if name != "uuid"}),
    ("message", "textit-2026", NEW_MESSAGE),
    ("message", "v8", {name: value for name, value in MESSAGE.items() if name != "flow"}),
    ("message", "v7", {name: value for name, value in MESSAGE.items() if name != "flow"} | {"status": "resent"}),
    ("contact", "community", CONTACT),
    ("contact", "textit-2026", CONTACT | {"notes": []}),
]


BY_OTHERS = [
    pytest.param(thing, generation, other, body, id=f"{thing}-{generation}-as-{other}")
    for thing, generation, body in OF_GENERATIONS
    for other_thing, other, _ in OF_GENERATIONS
    if thing == other_thing
]


@pytest.mark.parametrize(("thing", "generation", "other", "body"), BY_OTHERS)
def test_generations_differ(thing: str, generation: str, other: str, body: Any) -> None:
    """What one generation answers, an object or a page, keeps to its own schemas and to no other's."""
    holds = other == generation or (generation, other) == ("v8", "v7")  # version 7 only knew more statuses
    one, many = (bundled().name(f"rapidpro/{name}.response", other) for name in (thing, f"{thing}s"))
    assert (bundled().check(one, body) == []) is holds
    assert (bundled().check(many, page(body)) == []) is holds


@pytest.mark.parametrize(("schema", "body"), [(schema, body) for schema, bodies in VALID.items() for body in bodies])
def test_valid(schema: str, body: Any) -> None:
    """What the specification shows breaks no schema."""
    assert bundled().check(schema, body) == []


ABSENT = object()


def change(body: Any, place: str, value: Any) -> Any:
    """Return `body` with something else at `place` (`tasks.0.state`), or nothing for `ABSENT`."""
    changed = deepcopy(body)
    *parents, last = (int(step) if step.isdecimal() else step for step in place.split("."))
    target = changed
    for step in parents:
        target = target[step]
    if value is ABSENT:
        del target[last]
    else:
        target[last] = value
    return changed


# schema, valid body, what to change, into what, where the schema sees it, and what it says.
BROKEN: list[tuple[str, Any, str, Any, str, str]] = [
    # What a gateway sends to RapidPro
    ("rapidpro/messages.query", {}, "broadcast", "", "$.broadcast", "'' is not an integer"),
    ("rapidpro/messages.query", {}, "broadcast", "undefined", "$.broadcast", "'undefined' is not an integer"),
    ("rapidpro/messages.query", {}, "broadcast", "1,2", "$.broadcast", "'1,2' is not an integer"),
    ("rapidpro/messages.query", {}, "broadcast", "0", "$.broadcast", "'0' is not an integer above zero"),
    ("rapidpro/messages.query", {}, "broadcast", ["1", "2"], "$.broadcast", "is not of type 'string'"),
    ("rapidpro/messages.query", {"broadcast": "1"}, "folder", "sent", "$", "at most one of contact, folder, label"),
    ("rapidpro/messages.query", {}, "folder", "drafts", "$.folder", "'drafts' is not a folder"),
    ("rapidpro/messages.query", {}, "broadcasts", "1", "$", "('broadcasts' was unexpected)"),
    ("rapidpro/messages.query", {}, "after", "2026-03-02T17:28:12 02:00", "$.after", "a plus sign in a query"),
    ("rapidpro/broadcasts.query", {}, "uuid", "12", "$.uuid", "'12' is not a UUID"),
    ("rapidpro/nothing.query", {}, "uuid", UUID, "$", "is expected to be empty"),
    ("rapidpro/contacts.query", {}, "contact", UUID, "$", "('contact' was unexpected)"),
    ("rapidpro/contacts.query", {}, "urn", "+250788123123", "$.urn", "is not a URN with a scheme"),
    ("rapidpro/contact.query", {"uuid": UUID}, "urn", "tel:+250788123123", "$", "is not a query with only one of urn"),
    ("rapidpro/contact.delete.query", {"uuid": UUID}, "uuid", ABSENT, "$", "{} should be non-empty"),
    ("rapidpro/broadcasts.request", REPLY, "urn", "tel:1", "$", "('urn' was unexpected)"),
    ("rapidpro/broadcasts.request", REPLY, "urns", ABSENT, "$", "is not a broadcast with urns, contacts or groups"),
    ("rapidpro/broadcasts.request", REPLY, "urns", [], "$", "is not a broadcast with urns, contacts or groups"),
    ("rapidpro/broadcasts.request", REPLY, "urns", "tel:+254712345678", "$.urns", "is not of type 'array'"),
    ("rapidpro/broadcasts.request", REPLY, "urns.0", "+254712345678", "$.urns[0]", "is not a URN with a scheme"),
    ("rapidpro/broadcasts.request", REPLY, "urns", ["tel:1"] * 101, "$.urns", "is too long"),
    ("rapidpro/broadcasts.request", REPLY, "text", ABSENT, "$", "is not a message with text or attachments"),
    ("rapidpro/broadcasts.request", REPLY, "text", "  ", "$.text", "'  ' is not text that is not blank"),
    ("rapidpro/broadcasts.request", REPLY, "text", "x" * 4097, "$.text", "is too long"),
    ("rapidpro/broadcasts.request", REPLY, "text", {"english": "Hi"}, "$.text", "is not a language of three letters"),
    ("rapidpro/broadcasts.request", REPLY, "text", {"eng": None}, "$.text.eng", "None is not of type 'string'"),
    (
        "rapidpro/broadcasts.request",
        REPLY,
        "quick_replies",
        [{"extra": "x"}],
        "$.quick_replies[0]",
        "'text' is a required",
    ),
    (
        "rapidpro/broadcasts.request",
        REPLY,
        "attachments",
        ["https://x.org/a.jpg"],
        "$.attachments[0]",
        "uploaded media",
    ),
    ("rapidpro/broadcasts.request.community", REPLY, "text", "x" * 641, "$.text", "is too long"),
    ("rapidpro/broadcasts.request.community", REPLY, "text", {"eng": "x" * 641}, "$.text.eng", "is too long"),
    (
        "rapidpro/broadcasts.request.community",
        REPLY,
        "quick_replies",
        [],
        "$.quick_replies",
        "known to this generation",
    ),
    ("rapidpro/broadcasts.request.v8", REPLY, "base_language", "eng", "$.base_language", "known to this generation"),
    ("rapidpro/messages.request", {"contact": UUID, "text": "x"}, "contact", ABSENT, "$", "'contact' is a required"),
    ("rapidpro/messages.request.textit", {"contact": UUID, "text": "x"}, "ticket", UUID, "$.ticket", "this generation"),
    ("rapidpro/messages.form", {"contact": UUID, "text": "x"}, "text", ABSENT, "$", "is not a message with text"),
    ("rapidpro/contacts.form", {}, "urns", ["+250788123123"], "$.urns[0]", "is not a URN with a scheme"),
    ("rapidpro/contacts.request", {}, "language", "en", "$.language", "'en' is too short"),
    ("rapidpro/contacts.request", {}, "fields", {"age": []}, "$.fields.age", "[] is not of type 'string', 'number'"),
    ("rapidpro/contacts.request.community", {}, "note", "x", "$.note", "known to this generation"),
    # What a gateway sends to CHT
    ("cht/incoming-messages.request", INCOMING, "id", ABSENT, "$", "'id' is a required property"),
    ("cht/incoming-messages.request", INCOMING, "id", {}, "$.id", "{} is not of type 'string', 'integer'"),
    ("cht/incoming-messages.request", INCOMING, "content", "", "$.content", "'' should be non-empty"),
    ("cht/incoming-messages.request", INCOMING, "content", 5, "$.content", "5 is not of type 'string'"),
    ("cht/incoming-messages.request", INCOMING, "text", "yo", "$", "('text' was unexpected)"),
    ("cht/sms.request", GATEWAY_POST, "messages", None, "$.messages", "None is not of type 'array'"),
    ("cht/sms.request", GATEWAY_POST, "updates.0.status", "sent", "$.updates[0].status", "'sent' is not one of"),
    ("cht/sms.request", GATEWAY_POST, "updates.0.id", ABSENT, "$.updates[0]", "'id' is a required property"),
    ("cht/settings.query", {}, "replace", "false", "$.replace", "is not a flag that means what it says"),
    ("cht/settings.request", SETTINGS, "sms.rapidpro.url", "textit.com", "$.sms.rapidpro.url", "an absolute URL"),
    (
        "cht/settings.request",
        SETTINGS,
        "sms.rapidpro.url",
        "https://x.org/?a=1",
        "$.sms.rapidpro.url",
        "without a query",
    ),
    ("cht/settings.request", SETTINGS, "sms.outgoing_service", "rapid", "$.sms.outgoing_service", "is not one of"),
    ("cht/records.request", {"_meta": {"form": "T"}}, "_meta.form", ABSENT, "$._meta", "'form' is a required property"),
    ("cht/records.form", {"message": "", "from": ""}, "from", ABSENT, "$", "'from' is a required property"),
    ("cht/login.request", {"user": "gw", "password": "x"}, "name", "gw", "$", "('name' was unexpected)"),
    # What a gateway sends to CouchDB
    ("couch/document.request", DOCUMENT, "tasks.0.state", "constructor", "$.tasks[0].state", "is not one of"),
    ("couch/document.request", DOCUMENT, "tasks.0.state", ABSENT, "$.tasks[0]", "'state' is a required property"),
    ("couch/document.request", DOCUMENT, "tasks.0.gateway_ref", None, "$.tasks[0].gateway_ref", "None is not of type"),
    ("couch/document.request", DOCUMENT, "scheduled_tasks.0.due", "soon", "$.scheduled_tasks[0].due", "ISO 8601"),
    ("couch/document.request", DOCUMENT, "_rev", "new", "$._rev", "'new' is not a revision"),
    ("couch/bulk-docs.request", {"docs": [DOCUMENT]}, "docs.0.tasks", {}, "$.docs[0].tasks", "is not of type 'array'"),
    ("couch/rows.query", {}, "limit", "25.0", "$.limit", "'25.0' is not an integer"),
    ("couch/rows.query", {}, "keys", "u1", "$.keys", "'u1' is not a list in JSON"),
    ("couch/rows.query", {}, "include_doc", "true", "$", "('include_doc' was unexpected)"),
    # What the servers answer
    ("rapidpro/broadcast.response.community", BROADCAST, "uuid", UUID, "$.uuid", "known to this generation"),
    ("rapidpro/broadcast.response.community", BROADCAST, "status", "pending", "$.status", "is not one of"),
    ("rapidpro/broadcast.response.textit-2026", NEW_BROADCAST, "progress", ABSENT, "$", "'progress' is a required"),
    (
        "rapidpro/messages.response.community",
        page(MESSAGE),
        "results.0.status",
        "read",
        "$.results[0].status",
        "not one of",
    ),
    (
        "rapidpro/messages.response.community",
        page(MESSAGE),
        "next",
        "?cursor=x",
        "$.next",
        "an absolute URL with a cursor",
    ),
    (
        "rapidpro/message.response",
        MESSAGE,
        "created_on",
        "2026-03-02T17:28:12.000000Z",
        "$.created_on",
        "zero left out",
    ),
    (
        "rapidpro/message.response",
        MESSAGE,
        "created_on",
        "2026-03-02T17:28:12+00:00",
        "$.created_on",
        "RapidPro prints",
    ),
    ("rapidpro/message.response", MESSAGE, "status", "handled", "$.status", "is not a status of outgoing messages"),
    ("rapidpro/contact.response.community", CONTACT, "notes", [], "$.notes", "known to this generation"),
    ("rapidpro/contact.response", CONTACT, "fields.age", 32, "$.fields.age", "32 is not of type 'string', 'null'"),
    ("rapidpro/workspace.response", WORKSPACE, "country", None, "$.country", "None is not of type 'string'"),
    (
        "rapidpro/error.throttled",
        {},
        "detail",
        "Request was throttled. Expected available in 1 seconds.",
        "$.detail",
        "is not",
    ),
    ("rapidpro/error.invalid", {}, "text", "Not a valid string.", "$.text", "is not of type 'array', 'object'"),
    ("rapidpro/error", {"detail": "x"}, "code", 403, "$", "('code' was unexpected)"),
    ("cht/incoming-messages.response", {}, "saved", 2, "$.saved", "1 was expected"),
    ("cht/sms.welcome.response", {}, "medic-gateway", False, "$.medic-gateway", "True was expected"),
    ("cht/error", {"code": 400, "error": "x"}, "message", "x", "$", "is not an error of CHT, of the nginx before it"),
    ("couch/changes.response", CHANGES, "results.0.changes", [], "$.results[0].changes", "[] should be non-empty"),
    ("couch/rows.response", ROWS, "rows.0.value", ABSENT, "$.rows[0]", "is not a row with a value, or an error"),
    ("couch/document.response", DOCUMENT, "_id", ABSENT, "$", "'_id' is a required property"),
    ("couch/saved.response", {"ok": True, "id": "r1"}, "rev", "1", "$.rev", "'1' is not a revision"),
    ("couch/error", {"error": "conflict", "reason": "x"}, "reason", ABSENT, "$", "'reason' is a required property"),
]


@pytest.mark.parametrize(
    ("schema", "body", "place", "value", "path", "message"),
    [pytest.param(*row, id=f"{row[0]}-{row[2]}-{number}") for number, row in enumerate(BROKEN)],
)
def test_broken(schema: str, body: Any, place: str, value: Any, path: str, message: str) -> None:
    """One thing wrong is found where it is, and called by its name."""
    found = bundled().check(schema, change(body, place, value))
    assert {violation.path for violation in found} == {path}
    assert any(message in violation.message for violation in found), found


@pytest.mark.parametrize("key", ["tok123\n", "tok\n123", "tok\r", ""])
def test_key(key: str) -> None:
    """A credential with a line break would never match: cht 3.1."""
    (found,) = bundled().check("cht/credentials.request", key)
    assert "is not a key without line breaks" in found.message


NUMBERS = st.integers(min_value=1, max_value=2**63)


@given(NUMBERS)
@settings(derandomize=True, deadline=None)
def test_every_number(number: int) -> None:
    """Every id that RapidPro gives can be asked about."""
    assert bundled().check("rapidpro/messages.query", {"broadcast": str(number)}) == []


@given(st.text().filter(lambda text: not text.strip("\n").isascii() or not text.strip("\n").isdecimal()))
@settings(derandomize=True, deadline=None)
def test_no_number(text: str) -> None:
    """Nothing but a number can be asked about."""
    assert bundled().check("rapidpro/messages.query", {"broadcast": text})
