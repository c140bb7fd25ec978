"""Which endpoints API v2 has, which methods each of them takes, and who answers them (rapidpro 4.0)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import (
    archives,
    boundaries,
    broadcasts,
    campaign_events,
    campaigns,
    channel_events,
    channels,
    classifiers,
    contact_actions,
    contact_fields,
    contact_writing,
    contacts,
    definitions,
    flow_starts,
    flows,
    groups,
    labels,
    media,
    message_actions,
    messages,
    optins,
    resthooks,
    runs,
    statistics,
    templates,
    tickets,
    topics,
    users,
    workspace_globals,
    workspaces,
)
from .bodies import FORM, JSON, MULTIPART
from .calls import RapidProCall, RapidProResponse

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.generations import Generation

Handler = Callable[[RapidProCall], Awaitable[RapidProResponse]]

ROOT = "/api/v2/"
PARSED = [JSON, MULTIPART, FORM]

HANDLERS: dict[str, dict[str, Handler]] = {
    "archives": {"GET": archives.listing},
    "boundaries": {"GET": boundaries.listing},
    "broadcasts": {"GET": broadcasts.listing, "POST": broadcasts.create},
    "campaigns": {"GET": campaigns.listing, "POST": campaigns.write},
    "campaign_events": {
        "GET": campaign_events.listing,
        "POST": campaign_events.write,
        "DELETE": campaign_events.delete,
    },
    "channels": {"GET": channels.listing},
    "channel_events": {"GET": channel_events.listing},
    "classifiers": {"GET": classifiers.listing},
    "contacts": {"GET": contacts.listing, "POST": contact_writing.write, "DELETE": contact_writing.delete},
    "contact_actions": {"POST": contact_actions.act},
    "definitions": {"GET": definitions.show},
    "fields": {"GET": contact_fields.listing, "POST": contact_fields.write},
    "flow_starts": {"GET": flow_starts.listing, "POST": flow_starts.create},
    "flows": {"GET": flows.listing},
    "globals": {"GET": workspace_globals.listing, "POST": workspace_globals.write},
    "groups": {"GET": groups.listing, "POST": groups.write, "DELETE": groups.delete},
    "labels": {"GET": labels.listing, "POST": labels.write, "DELETE": labels.delete},
    "media": {"POST": media.upload},
    "message_actions": {"POST": message_actions.act},
    "messages": {"GET": messages.listing, "POST": messages.create},
    "optins": {"GET": optins.listing, "POST": optins.create},
    "org": {"GET": workspaces.show},
    "resthooks": {"GET": resthooks.listing},
    "resthook_events": {"GET": resthooks.events},
    "resthook_subscribers": {
        "GET": resthooks.subscribers,
        "POST": resthooks.subscribe,
        "DELETE": resthooks.unsubscribe,
    },
    "runs": {"GET": runs.listing},
    "statistics": {"GET": statistics.show},
    "templates": {"GET": templates.listing},
    "tickets": {"GET": tickets.listing},
    "ticket_actions": {"POST": tickets.act},
    "topics": {"GET": topics.listing, "POST": topics.write},
    "users": {"GET": users.listing},
    "workspace": {"GET": workspaces.show},
}
"""By endpoint and method."""


@dataclass(frozen=True)
class ApiEndpoint:
    """One endpoint: its methods, and whether it is bound to a model or names its permission itself (rapidpro 1.5)."""

    name: str
    methods: tuple[str, ...]
    explicit: bool = False

    @cached_property
    def allow(self) -> str:
        """Return the `Allow` header."""
        head = ("HEAD",) if "GET" in self.methods else ()
        return ", ".join((*self.methods, *head, "OPTIONS"))

    @property
    def metadata(self) -> dict[str, Any]:
        """Return what OPTIONS tells about the endpoint, where it may be asked at all."""
        return {"name": self.name.replace("_", " ").title(), "description": "", "renders": [JSON], "parses": PARSED}

    async def answer(self, method: str, call: RapidProCall) -> RapidProResponse:
        """Answer a `method` that the endpoint takes."""
        return await HANDLERS[self.name][method](call)


_READ = ("GET",)
_WRITE = ("POST",)
_BOTH = ("GET", "POST")
_ALL = ("GET", "POST", "DELETE")

_EVERYWHERE = (
    ApiEndpoint("archives", _READ),
    ApiEndpoint("boundaries", _READ),
    ApiEndpoint("broadcasts", _BOTH),
    ApiEndpoint("campaigns", _BOTH),
    ApiEndpoint("campaign_events", _ALL),
    ApiEndpoint("channels", _READ),
    ApiEndpoint("channel_events", _READ),
    ApiEndpoint("contacts", _ALL),
    ApiEndpoint("contact_actions", _WRITE, explicit=True),
    ApiEndpoint("definitions", _READ, explicit=True),
    ApiEndpoint("fields", _BOTH),
    ApiEndpoint("flow_starts", _BOTH),
    ApiEndpoint("flows", _READ),
    ApiEndpoint("globals", _BOTH),
    ApiEndpoint("groups", _ALL),
    ApiEndpoint("labels", _ALL),
    ApiEndpoint("messages", _BOTH),
    ApiEndpoint("message_actions", _WRITE, explicit=True),
    ApiEndpoint("org", _READ, explicit=True),
    ApiEndpoint("resthooks", _READ),
    ApiEndpoint("resthook_events", _READ),
    ApiEndpoint("resthook_subscribers", _ALL),
    ApiEndpoint("runs", _READ),
    ApiEndpoint("tickets", _READ),
    ApiEndpoint("ticket_actions", _WRITE, explicit=True),
    ApiEndpoint("topics", _BOTH),
    ApiEndpoint("users", _READ),
    ApiEndpoint("workspace", _READ, explicit=True),
)
_OPTIONAL = {
    "media": ApiEndpoint("media", _WRITE),
    "classifiers": ApiEndpoint("classifiers", _READ),
    "optins": ApiEndpoint("optins", _BOTH),
    "statistics": ApiEndpoint("statistics", _READ, explicit=True),
    "templates": ApiEndpoint("templates", _READ),
}


def endpoints(generation: Generation) -> dict[str, ApiEndpoint]:
    """Return the endpoints of a generation by name, in alphabetical order."""
    every = {endpoint.name: endpoint for endpoint in _EVERYWHERE}
    every |= {name: _OPTIONAL[name] for name in generation.api.optional_endpoints}
    if not generation.fields.written_messages:
        every["messages"] = replace(every["messages"], methods=_READ)
    return dict(sorted(every.items()))
