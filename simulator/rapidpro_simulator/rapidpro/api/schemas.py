"""Which JSON Schemas the exchanges of the API have, in each generation (rapidpro 4, 10)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rapidpro_simulator.world.schemas import EndpointSchemas, WireSchemas
from rapidpro_simulator.world.schemas.endpoints import answer_schemas

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.generations import Generation

_ERRORS = {"400": "rapidpro/error.invalid", "429": "rapidpro/error.throttled", "4*": "rapidpro/error"}


def _endpoint(method: str, name: str, **parts: str) -> EndpointSchemas:
    return EndpointSchemas(method, f"/api/v2/{name}.json", {**answer_schemas("rapidpro", parts), **_ERRORS})


_NEW_MESSAGE = {"query": "nothing.query", "request": "messages.request", "form": "messages.form"}
_NEW_CONTACT = {"query": "contact.query", "request": "contacts.request", "form": "contacts.form"}

ENDPOINTS = (
    _endpoint("GET", "broadcasts", query="broadcasts.query", answer="broadcasts.response"),
    _endpoint("POST", "broadcasts", query="nothing.query", request="broadcasts.request", answer="broadcast.response"),
    _endpoint("GET", "messages", query="messages.query", answer="messages.response"),
    _endpoint("POST", "messages", **_NEW_MESSAGE, answer="message.response"),
    _endpoint("GET", "contacts", query="contacts.query", answer="contacts.response"),
    _endpoint("POST", "contacts", **_NEW_CONTACT, answer="contact.response"),
    _endpoint("DELETE", "contacts", query="contact.delete.query"),
    _endpoint("GET", "workspace", query="nothing.query", answer="workspace.response"),
    _endpoint("GET", "org", query="nothing.query", answer="workspace.response"),
    _endpoint("GET", "flow_starts", query="flow_starts.query", answer="flow_starts.response"),
    _endpoint("POST", "flow_starts", request="flow_starts.request", answer="flow_start.response"),
    _endpoint("GET", "runs", query="runs.query", answer="runs.response"),
    _endpoint("GET", "flows", answer="flows.response"),
    _endpoint("GET", "definitions", answer="definitions.response"),
    _endpoint("GET", "campaigns", answer="campaigns.response"),
    _endpoint("POST", "campaigns", answer="campaign.response"),
    _endpoint("GET", "campaign_events", answer="campaign_events.response"),
    _endpoint("POST", "campaign_events", answer="campaign_event.response"),
    _endpoint("GET", "resthooks", answer="resthooks.response"),
    _endpoint("GET", "resthook_events", answer="resthook_events.response"),
    _endpoint("GET", "resthook_subscribers", answer="resthook_subscribers.response"),
    _endpoint("POST", "resthook_subscribers", answer="resthook_subscriber.response"),
)


def wire_schemas(generation: Generation) -> WireSchemas:
    """Return the schemas that hold for the hosts of a generation."""
    return _with_endings(generation.schemas)


@cache
def _with_endings(endings: tuple[str, ...]) -> WireSchemas:
    return WireSchemas(ENDPOINTS, endings)
