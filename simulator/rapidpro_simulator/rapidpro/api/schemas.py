"""Which JSON Schemas the exchanges of the API have, in each generation (rapidpro 4, 10)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from rapidpro_simulator.world.schemas import EndpointSchemas, WireSchemas
from rapidpro_simulator.world.schemas.endpoints import answer_schemas

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.generations import Generation

_ERRORS: Final = {"400": "rapidpro/error.invalid", "429": "rapidpro/error.throttled", "4*": "rapidpro/error"}
_PREFIX: Final = "/api/v2/"
_SUFFIX: Final = ".json"


def _endpoint(method: str, name: str, summary: str, *successes: int, **parts: str) -> EndpointSchemas:
    schemas = {**answer_schemas("rapidpro", parts), **_ERRORS}
    return EndpointSchemas(method, f"{_PREFIX}{name}{_SUFFIX}", schemas, successes or (200,), summary)


def _page(name: str, summary: str, query: str | None = None) -> EndpointSchemas:
    return _endpoint("GET", name, summary, query=query or f"{name}.query", answer=f"{name}.response")


def _show(name: str, summary: str, answer: str, query: str = "nothing.query") -> EndpointSchemas:
    return _endpoint("GET", name, summary, query=query, answer=f"{answer}.response")


def _create(name: str, summary: str, answer: str, **parts: str) -> EndpointSchemas:
    bodies = parts or {"request": f"{name}.request"}
    return _endpoint("POST", name, summary, 201, query="nothing.query", answer=f"{answer}.response", **bodies)


def _write(name: str, summary: str, answer: str, query: str, **parts: str) -> EndpointSchemas:
    bodies = {"request": f"{name}.request", **parts}
    return _endpoint("POST", name, summary, 200, 201, query=query, answer=f"{answer}.response", **bodies)


def _act(name: str, summary: str, *successes: int) -> EndpointSchemas:
    parts = {"query": "nothing.query", "request": f"{name}.request", "answer": "failures.response"}
    return _endpoint("POST", name, summary, *successes, **parts)


def _delete(name: str, summary: str, query: str = "uuid.delete.query") -> EndpointSchemas:
    return _endpoint("DELETE", name, summary, 204, query=query)


def _both(schema: str) -> dict[str, str]:
    # Where all values are text, a form looks like the object.
    return {"request": schema, "form": schema}


_MESSAGE = {"request": "messages.request", "form": "messages.form"}
_NAME = _both("named.request")
_SUBSCRIBER = _both("resthook_subscribers.request")

ENDPOINTS = (
    _page("archives", "Lists the files of archived messages and runs, the newest first"),
    _page("boundaries", "Lists the places that the workspace knows, from countries to wards"),
    _page("broadcasts", "Lists broadcasts, the newest first"),
    _create("broadcasts", "Sends a text to contacts, groups and numbers", "broadcast"),
    _page("campaigns", "Lists campaigns, the newest first"),
    _write("campaigns", "Creates a campaign, or changes the named one", "campaign", "uuid.query"),
    _page("campaign_events", "Lists what campaigns do and when, the newest first"),
    _write("campaign_events", "Creates an event, or changes the named one", "campaign_event", "uuid.query"),
    _delete("campaign_events", "Deletes the named event"),
    _page("channels", "Lists channels, the newest first"),
    _page("channel_events", "Lists what happened on channels beside messages, the newest first"),
    _page("classifiers", "Lists classifiers of texts, the newest first"),
    _page("contacts", "Lists contacts, the last modified first"),
    _write("contacts", "Creates a contact, or changes the named one", "contact", "contact.query", form="contacts.form"),
    _delete("contacts", "Deletes the named contact", "contact.delete.query"),
    _act("contact_actions", "Does one thing to many contacts", 204),
    _show("definitions", "Exports flows and campaigns", "definitions", "definitions.query"),
    _page("fields", "Lists contact fields, the newest first"),
    _write("fields", "Creates a contact field, or changes the named one", "field", "key.query", form="fields.request"),
    _page("flow_starts", "Lists the starts of flows by users and clients, the last modified first"),
    _create("flow_starts", "Starts a flow for contacts, groups and numbers", "flow_start"),
    _page("flows", "Lists flows, the newest first"),
    _page("globals", "Lists globals, the last modified first"),
    _write("globals", "Creates a global, or changes the named one", "global", "key.query", form="globals.request"),
    _page("groups", "Lists groups of contacts, the newest first"),
    _write("groups", "Creates a group without a query, or renames the named one", "group", "uuid.query", **_NAME),
    _delete("groups", "Deletes the named group"),
    _page("labels", "Lists labels of messages, the newest first"),
    _write("labels", "Creates a label, or renames the named one", "label", "uuid.query", **_NAME),
    _delete("labels", "Deletes the named label"),
    _create("media", "Uploads a file, to be attached to messages", "media", multipart="media.multipart"),
    _page("messages", "Lists messages, the newest first"),
    _create("messages", "Sends one message to one contact", "message", **_MESSAGE),
    _act("message_actions", "Does one thing to many incoming messages", 200, 204),
    _page("optins", "Lists what contacts can opt in to, the newest first", "page.query"),
    _create("optins", "Creates an opt-in", "optin", **_NAME),
    _show("org", "Tells about the workspace, under its older name", "workspace"),
    _page("resthooks", "Lists the events that others can subscribe to, the last modified first", "changed.query"),
    _page("resthook_events", "Lists what resthooks sent within 48 hours, the newest first"),
    _page("resthook_subscribers", "Lists who is called when a resthook happens, the newest first"),
    _create("resthook_subscribers", "Subscribes a URL to a resthook", "resthook_subscriber", **_SUBSCRIBER),
    _delete("resthook_subscribers", "Ends the named subscription", "id.delete.query"),
    _page("runs", "Lists what contacts did in flows, the last modified first"),
    _show("statistics", "Counts the messages of each channel by day", "statistics", "statistics.query"),
    _page("templates", "Lists templates of WhatsApp messages, the last modified first", "changed.query"),
    _page("tickets", "Lists tickets, the last modified first"),
    _act("ticket_actions", "Does one thing to many tickets", 200, 204),
    _page("topics", "Lists topics of tickets, the newest first", "page.query"),
    _write("topics", "Creates a topic, or renames the named one", "topic", "uuid.query", **_NAME),
    _page("users", "Lists the people of the workspace, the newest first"),
    _show("workspace", "Tells about the workspace of the token", "workspace"),
)


def wire_schemas(generation: Generation) -> WireSchemas:
    """Return the schemas that hold for the hosts of a generation."""
    return _with_endings(generation.schemas)


@cache
def _with_endings(endings: tuple[str, ...]) -> WireSchemas:
    return WireSchemas(ENDPOINTS, endings)
