"""Triggers and resumes as the engine reads them (flows 3.6): what happened, told in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.triggers import MATCH_TYPES

if TYPE_CHECKING:
    from datetime import datetime

    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.campaigns import CampaignEvent
    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.flows import Flow, FlowStart
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.model.named import NamedRow
    from rapidpro_simulator.rapidpro.model.tickets import Ticket
    from rapidpro_simulator.rapidpro.model.triggers import Trigger

Document = dict[str, Any]

ORIGINS = frozenset({"api", "ui", "zapier"})


def moment(value: datetime) -> str:
    """Return an instant as the engine writes it."""
    return value.isoformat().removesuffix("+00:00") + "Z"


def reference(named: NamedRow) -> Document:
    return {"uuid": named.uuid, "name": named.name}


def received(message: Message) -> Document:
    """Return the event of an incoming message."""
    said: Document = {"text": message.text, "urn": message.urn}
    said |= {"external_id": message.external_id, "payload": message.payload}
    if message.channel is not None:
        said["channel"] = {"uuid": message.channel.uuid, "name": message.channel.name}
    if message.attachments:
        said["attachments"] = list(message.attachments)
    stamp = {"uuid": message.uuid, "created_on": moment(message.created_on)}
    return {"type": "msg_received", **stamp, "msg": {key: value for key, value in said.items() if value is not None}}


def by_message(trigger: Trigger, keyword: str, message: Message) -> Document:
    """Return the trigger of a message that fits one of the workspace's; the `keyword` may be empty."""
    document = {
        "type": "msg",
        "flow": reference(trigger.flow),
        "triggered_on": moment(message.modified_on),
        "event": received(message),
    }
    if keyword:
        document["keyword_match"] = {"type": MATCH_TYPES[trigger.match_type], "keyword": keyword}
    return document


def by_start(mailroom: Mailroom, start: FlowStart) -> Document:
    """Return the trigger of a start: of a user's, the API's or a schedule's, or of another flow's."""
    document: Document = {"flow": reference(start.flow), "triggered_on": moment(mailroom.runtime.now())}
    if start.total > 1 or start.groups or start.query:
        document["batch"] = True
    if start.run_summary is not None:
        return {"type": "flow_action", **document, "run_summary": start.run_summary, "history": start.history}
    if start.params:
        document["params"] = start.params
    if start.origin in ORIGINS:
        document["origin"] = start.origin
    if start.user is not None:
        document["user"] = reference(start.user)
    return {"type": "manual", **document}


def by_campaign(mailroom: Mailroom, event: CampaignEvent, flow: Flow) -> Document:
    """Return the trigger of a campaign event."""
    campaign = {"uuid": event.campaign.uuid, "name": event.campaign.name}
    fired = _event(mailroom, "campaign_fired", {"campaign": campaign, "point_uuid": event.uuid})
    return {"type": "campaign", "flow": reference(flow), "triggered_on": fired["created_on"], "event": fired}


def by_event(mailroom: Mailroom, event: str, channel: Channel | None, details: Document) -> Document:
    """Return the trigger, without its flow, of something that happened on a channel."""
    told = _event(mailroom, event, {**_channel(channel), **details})
    return {"type": "call", "triggered_on": told["created_on"], "event": told}


def by_ticket(mailroom: Mailroom, ticket: Ticket) -> Document:
    """Return the trigger, without its flow, of a ticket that was closed."""
    told = _event(mailroom, "ticket_closed", {"ticket_uuid": ticket.uuid})
    shown: Document = {"uuid": ticket.uuid, "status": ticket.status, "topic": reference(ticket.topic)}
    if ticket.assignee is not None:
        shown["assignee"] = {**reference(ticket.assignee), "email": ticket.assignee.email}
    return {"type": "ticket", "triggered_on": told["created_on"], "event": told, "ticket": shown}


def by_chat(mailroom: Mailroom, channel: Channel | None, params: Document) -> Document:
    """Return the trigger, without its flow, of a new conversation."""
    told = _event(mailroom, "chat_started", {**_channel(channel), **({"params": params} if params else {})})
    return {"type": "chat", "triggered_on": told["created_on"], "event": told} | ({"params": params} if params else {})


def resumed_by_message(message: Message) -> Document:
    """Return the resume of a message."""
    return {"type": "msg", "resumed_on": moment(message.modified_on), "event": received(message)}


def resumed_by_time(mailroom: Mailroom, kind: str, event: str) -> Document:
    """Return the resume of a wait that is over: of a kind, `wait_timeout` or `wait_expiration`, with its event."""
    told = _event(mailroom, event, {})
    return {"type": kind, "resumed_on": told["created_on"], "event": told}


def _channel(channel: Channel | None) -> Document:
    return {} if channel is None else {"channel": {"uuid": channel.uuid, "name": channel.name}}


def _event(mailroom: Mailroom, kind: str, details: Document) -> Document:
    now = mailroom.runtime.now()
    return {"type": kind, "uuid": mailroom.sessions.new_uuid(), "created_on": moment(now), **details}
