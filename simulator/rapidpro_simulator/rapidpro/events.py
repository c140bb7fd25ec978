"""The events that RapidPro records, beside `host` and `workspace`, which all of them have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.world.events import EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_BODY = 200
NOTHING = "nothing"


def _message(data: Mapping[str, Any]) -> str:
    broadcast = "" if data.get("broadcast") is None else f" of broadcast {data['broadcast']}"
    return f"message {data['message']}{broadcast}"


def _message_created(data: Mapping[str, Any]) -> str:
    way = "from" if data["direction"] == "in" else "to"
    said = f" “{data['text']}”" if data.get("broadcast") is None and data.get("text") else ""
    return f"{_message(data)} {way} {data['urn']}{said} is {data['status']}"


def _provider_called(data: Mapping[str, Any]) -> str:
    answer = data["status"] or "nobody answers"
    return f"{_message(data)} to the aggregator {data['url']}: {data['problem'] or answer}"


def _trigger_matched(data: Mapping[str, Any]) -> str:
    keyword = f" “{data['keyword']}”" if data.get("keyword") else ""
    return f"{data['type'].replace('_', ' ')}{keyword} starts {data['flow']}"


def _category(data: Mapping[str, Any]) -> str:
    return f" ({data['category']})" if data["category"] else ""


def _webhook_called(data: Mapping[str, Any]) -> str:
    status = data.get("status_code")
    return f"{data['flow']} has called {data['url']}: {data['status'] if status is None else status}"


def _webhook_answered(data: Mapping[str, Any]) -> str:
    status = data["status_code"]
    return f"{data['method']} {data['url']} -> {'nobody answers' if status is None else status}"


def _webhook_bodies(data: Mapping[str, Any]) -> str:
    bodies = [f"{way} {_short(data[name])}" for name, way in (("sent", "sent"), ("answer", "got ")) if data[name]]
    return "\n".join([_webhook_answered(data), *bodies])


def _short(body: str) -> str:
    try:
        body = json.dumps(json.loads(body), ensure_ascii=False)
    except ValueError:
        body = " ".join(body.split())
    return body if len(body) <= LONGEST_BODY else body[: LONGEST_BODY - 1] + "…"


_MESSAGES = (
    EventKind("broadcast.created", ("broadcast", "status", "urns", "text"), "broadcast {broadcast} is {status}"),
    EventKind("broadcast.removed", ("count", "first", "last"), "broadcasts removed: {count}, from {first} to {last}"),
    EventKind("broadcast.status", ("broadcast", "from", "to"), "broadcast {broadcast} is {to}"),
    EventKind("message.archived", ("count", "first", "last"), "messages archived: {count}, from {first} to {last}"),
    EventKind(
        "message.created", ("message", "broadcast", "direction", "urn", "text", "status"), sentence=_message_created
    ),
    EventKind(
        "message.status", ("message", "broadcast", "from", "to"), lambda data: f"{_message(data)} is {data['to']}"
    ),
    EventKind("provider.called", ("message", "url", "status", "problem"), _provider_called),
    EventKind("throttle.refused", ("scope", "wait"), "no quota left in {scope}"),
)

_FLOWS = (
    EventKind(
        "call.requested", ("contact", "flow"), "{flow} is a voice flow: it would call the contact", label="error"
    ),
    EventKind(
        "flow.branch",
        ("contact", "flow", "node", "operand", "tried", "category", "reason"),
        "{flow} takes “{operand}” for {category}",
    ),
    EventKind("flow.error", ("contact", "flow", "text"), "error in {flow}: {text}", label="error", note="{text}"),
    EventKind("flow.failure", ("contact", "flow", "text"), "{flow} fails: {text}", label="failure", note="{text}"),
    # Told by the steps, where they play a flow that hands a text over to the gateway.
    EventKind("flow.handed_over", ("id", "status"), "a flow hands over {id}: {status}"),
    EventKind("flow.not_resumed", ("contact", "session", "reason"), "the flow cannot go on: {reason}", label="error"),
    EventKind("flow.not_started", ("contact", "flow", "reason"), "{flow} cannot start: {reason}", label="error"),
    EventKind("flow.started", ("contact", "flow", "run"), "{flow} begins", label="flow"),
    EventKind("flow.warning", ("contact", "flow", "text"), "warning in {flow}: {text}", label="warning", note="{text}"),
    EventKind("flows.imported", ("flows",), lambda data: f"imported {', '.join(data['flows'])}"),
    EventKind("import.skipped", ("where", "text"), "not imported: {where}: {text}"),
    EventKind(
        "result.saved",
        ("contact", "flow", "name", "value", "category"),
        lambda data: f"{data['flow']} saves {data['name']} = “{data['value']}”{_category(data)}",
        label="saved",
        note=lambda data: f"{data['name']} = {data['value'] or NOTHING}{_category(data)}",
    ),
    EventKind("run.ended", ("contact", "flow", "run", "status"), "{flow} is over: {status}", label="flow"),
    EventKind("runs.archived", ("count",), "runs archived: {count}"),
    EventKind("wait.expired", ("contact", "session"), "the wait for an answer expires", label="time"),
    EventKind("wait.timed_out", ("contact", "session"), "the wait for an answer is over", label="time"),
)

_AUTOMATION = (
    EventKind(
        "campaign.fired",
        ("campaign", "event", "flow", "contacts"),
        "the campaign {campaign} fires",
        label="campaign",
        note="{campaign}",
    ),
    EventKind("flow_start.created", ("flow", "start", "origin"), "a start of {flow}"),
    EventKind("flow_start.failed", ("flow", "start", "reason"), "{flow} cannot start: {reason}", label="error"),
    EventKind(
        "trigger.matched",
        ("type", "keyword", "score", "flow", "contact", "trigger"),
        _trigger_matched,
        label="trigger",
    ),
)

_SERVICES = (
    EventKind(
        "airtime.transferred",
        ("contact", "flow", "recipient", "currency", "amount"),
        "{flow} transfers {amount} {currency} to {recipient}",
        label="airtime",
        note="{amount} {currency} to {recipient}",
    ),
    EventKind(
        "email.sent",
        ("contact", "flow", "to", "subject", "body"),
        lambda data: f"{data['flow']} writes to {', '.join(data['to'])}: {data['subject']}",
        label="email",
        note=lambda data: f"to {', '.join(data['to'])}: {data['subject']}\n{data['body']}",
    ),
    EventKind("incident.ended", ("type",), "the incident is over: {type}"),
    EventKind("incident.started", ("type",), "an incident begins: {type}"),
    EventKind(
        "llm.called",
        ("contact", "flow", "instructions", "input", "output"),
        "{flow} asks a language model: {input} -> {output}",
        label="model",
        note="{input} -> {output}",
    ),
    EventKind("llm.simulated", ("model",), "nobody has said what {model} answers: the answer is simulated"),
    EventKind(
        "template.sent",
        ("contact", "flow", "template", "locale", "variables"),
        lambda data: (
            f"{data.get('flow') or 'a broadcast'} sends the template {data['template']} ({data['locale']}): "
            f"{', '.join(data['variables'])}"
        ),
        label="template",
        note="{template} ({locale})",
    ),
    EventKind(
        "resthook.unsubscribed",
        ("contact", "flow", "resthook", "url"),
        "{url} no longer listens to the resthook {resthook}",
    ),
    # Told by `flow chat`, which shows what is sent and answered.
    EventKind(
        "webhook.answered",
        ("method", "url", "sent", "status_code", "answer"),
        _webhook_answered,
        label="web",
        note=_webhook_bodies,
    ),
    EventKind(
        "webhook.called",
        ("contact", "flow", "url", "status", "status_code", "elapsed_ms", "resthook"),
        _webhook_called,
    ),
)

_TICKET = ("contact", "flow", "ticket")

_TICKETS = (
    EventKind("ticket.assigned", (*_TICKET, "to"), lambda data: f"the ticket is {_whose(data['to'])}"),
    EventKind("ticket.closed", _TICKET, "the ticket is closed"),
    EventKind("ticket.moved", (*_TICKET, "topic"), "the ticket is now about {topic}"),
    EventKind("ticket.noted", (*_TICKET, "note"), "a note on the ticket: {note}"),
    EventKind("ticket.opened", _TICKET, "a ticket is opened", label="ticket", note="opened"),
    EventKind("ticket.reopened", _TICKET, "the ticket is open again"),
)


def _whose(user: str | None) -> str:
    return f"assigned to {user}" if user else "assigned to nobody"


RAPIDPRO_EVENTS = (*_MESSAGES, *_FLOWS, *_AUTOMATION, *_SERVICES, *_TICKETS)
