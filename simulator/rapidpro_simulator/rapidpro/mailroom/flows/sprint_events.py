"""What becomes of the events of a sprint: rows, changes of the contact, and work for others (flows 3.10, 3.11)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from rapidpro_simulator.rapidpro.flows.core.field_values import FieldValue
from rapidpro_simulator.rapidpro.mailroom.messages.content import MessageContent
from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.resthooks import ResthookEvent
from rapidpro_simulator.rapidpro.urns import identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.database import Database
    from rapidpro_simulator.rapidpro.model.flows import Flow, Run
    from rapidpro_simulator.rapidpro.model.messages import Message

Event = dict[str, Any]
GONE = "subscriber_gone"


@dataclass
class SprintContext:
    """A sprint's events on their way into the workspace: whose they are, and which message set them off, if any.

    Where it is `urgent`, somebody waits for what is said: it is sent before what many are told (rapidpro 6.5). `rows`
    are the session's runs by UUID, `runs` those that go on while the events happen, the innermost last; `sent` are the
    messages that were queued.
    """

    mailroom: Mailroom
    contact: Contact
    message: Message | None = None
    urgent: bool = False
    rows: Mapping[str, Run] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    waits: Event | None = None
    changed: bool = False

    def play(self, events: Iterable[Event]) -> None:
        """Let each event have its effect; those without one are only recorded."""
        for event in events:
            handler = HANDLERS.get(event["type"])
            if handler is not None:
                handler(self, event)
        if self.changed:
            self.contact.modified_on = self.mailroom.runtime.now()
            self.mailroom.changed(self.contact)

    @property
    def database(self) -> Database:
        return self.mailroom.database

    @property
    def flow(self) -> Flow | None:
        return self.runs[-1].flow if self.runs else None

    def record(self, kind: str, **data: Any) -> None:
        """Record something in the journal, with the contact and the flow."""
        flow = self.flow
        self.mailroom.runtime.record(kind, contact=self.contact.uuid, flow=flow and flow.name, **data)


# Runs


def _run_started(context: SprintContext, event: Event) -> None:
    run = context.rows.get(event["run_uuid"])
    if run is not None:
        context.runs.append(run)
    context.record("flow.started", run=event["run_uuid"])


def _run_ended(context: SprintContext, event: Event) -> None:
    context.record("run.ended", run=event["run_uuid"], status=event["status"])
    if len(context.runs) > 1:
        context.runs.pop()


def _result_changed(context: SprintContext, event: Event) -> None:
    context.record("result.saved", name=event["name"], value=event["value"], category=event.get("category") or None)


def _wait(context: SprintContext, event: Event) -> None:
    context.waits = event


def _problem(context: SprintContext, event: Event) -> None:
    context.record(f"flow.{event['type']}", text=event["text"])


# Messages


def _message_created(context: SprintContext, event: Event) -> None:
    said = event["msg"]
    message = context.mailroom.dispatcher.create(
        context.contact,
        MessageContent(said.get("text") or "", said.get("attachments") or (), _quick_replies(said)),
        flow=context.flow,
        high_priority=context.urgent,
        preferred=identity(said["urn"]) if said.get("urn") else None,
    )
    if message.failed_reason is None:
        context.sent.append(message)


def _quick_replies(said: Mapping[str, Any]) -> list[Mapping[str, str | None]]:
    return [{"type": "text", "text": each} if isinstance(each, str) else each for each in said.get("quick_replies", ())]


def _broadcast_created(context: SprintContext, event: Event) -> None:
    translations: Mapping[str, Mapping[str, Any]] = event["translations"]

    def part(name: str) -> dict[str, Any]:
        return {language: said[name] for language, said in translations.items() if said.get(name)}

    contacts, groups = _recipients(context.database, event)
    if event.get("contact_query"):
        contacts += context.mailroom.query_groups.matching(event["contact_query"])
    context.mailroom.broadcasts.create(
        urns=[identity(urn) for urn in event.get("urns", ())],
        contacts=contacts,
        groups=groups,
        text=part("text"),
        attachments=part("attachments"),
        quick_replies={
            language: _quick_replies(said) for language, said in translations.items() if said.get("quick_replies")
        },
        base_language=event["base_language"],
        evaluated=True,
    )


def _recipients(database: Database, event: Event) -> tuple[list[Any], list[Any]]:
    contacts = (database.contacts.by_uuid(each["uuid"]) for each in event.get("contacts", ()))
    groups = (database.groups.get(each["uuid"]) for each in event.get("groups", ()))
    return [each for each in contacts if each is not None], [each for each in groups if each is not None]


def _labels_added(context: SprintContext, event: Event) -> None:
    message = context.database.store.message_by_uuid(event["input_uuid"])
    if message is None:
        return
    labels = (context.database.labels.get(each["uuid"]) for each in event["labels"])
    own = message.labels or []
    message.labels = own + [label for label in labels if label is not None and label not in own]


# The contact


def _changes(apply: Callable[[SprintContext, Event], object]) -> Callable[[SprintContext, Event], None]:
    def handler(context: SprintContext, event: Event) -> None:
        apply(context, event)
        context.changed = True

    return handler


@_changes
def _name_changed(context: SprintContext, event: Event) -> None:
    context.contact.name = event["name"] or None


@_changes
def _language_changed(context: SprintContext, event: Event) -> None:
    context.contact.language = event["language"] or None


@_changes
def _timezone_changed(context: SprintContext, event: Event) -> None:
    context.contact.timezone = event["timezone"] or None


@_changes
def _status_changed(context: SprintContext, event: Event) -> None:
    context.contact.status = ContactStatus(event["status"])


@_changes
def _urns_changed(context: SprintContext, event: Event) -> None:
    channels = {channel.uuid: channel for channel in context.database.channels}
    urns, affinity = [], {}
    for urn in event["urns"]:
        base, mark, display = urn.partition("#")
        path, _, query = base.partition("?")
        urns.append(f"{path}{mark}{display}")
        channel = channels.get(parse_qs(query).get("channel", [""])[0])
        if channel is not None:
            affinity[path] = channel
    context.database.contacts.set_urns(context.contact, urns)
    context.contact.affinity = affinity or None


@_changes
def _field_changed(context: SprintContext, event: Event) -> None:
    contact, key, value = context.contact, event["field"]["key"], event["value"]
    if value is None:
        contact.fields.pop(key, None)
        return
    contact.fields[key] = value["text"]
    if contact.values is None:
        contact.values = {}
    contact.values[key] = FieldValue.from_json(value, context.mailroom.environment.current)


@_changes
def _groups_changed(context: SprintContext, event: Event) -> None:
    groups = context.database.groups
    for each in event.get("groups_added", ()):
        if (group := groups.get(each["uuid"])) is not None:
            group.add(context.contact)
    for each in event.get("groups_removed", ()):
        if (group := groups.get(each["uuid"])) is not None:
            group.remove(context.contact)


def _ticket_opened(context: SprintContext, event: Event) -> None:
    database, ticket = context.database, event["ticket"]
    users = {user.uuid: user for user in database.users.values()}
    context.mailroom.tickets.open(
        context.contact,
        database.topics.get(ticket["topic"]["uuid"]),
        uuid=ticket["uuid"],
        flow=context.flow,
        assignee=users.get(ticket.get("assignee", {}).get("uuid")),
    )


def _ticket_noted(context: SprintContext, event: Event) -> None:
    context.mailroom.tickets.add_note(context.database.tickets[event["ticket_uuid"]], event["note"])


# Others


def _webhook_called(context: SprintContext, event: Event) -> None:
    told = {name: event.get(name) for name in ("url", "status", "status_code", "elapsed_ms", "resthook")}
    context.record("webhook.called", **told)
    context.mailroom.webhook_health.count(_calling_node(context, event), event["elapsed_ms"] / 1000)
    resthook = context.database.resthooks.get(event.get("resthook") or "")
    if resthook is not None and event["status"] == GONE:
        for subscriber in [each for each in resthook.subscribers if each.target_url == event["url"]]:
            context.database.resthooks.unsubscribe(subscriber)
            context.record("resthook.unsubscribed", resthook=resthook.slug, url=subscriber.target_url)


def _calling_node(context: SprintContext, event: Event) -> str:
    """Return where the run was when a call began: the event does not say it."""
    began = datetime.fromisoformat(event["created_on"]) - timedelta(milliseconds=event["elapsed_ms"])
    path = context.runs[-1].path if context.runs else []
    passed: list[str] = [step["node_uuid"] for step in path if datetime.fromisoformat(step["arrived_on"]) <= began]
    return passed[-1] if passed else event["url"]


def _resthook_called(context: SprintContext, event: Event) -> None:
    resthook = context.database.resthooks.get(event["resthook"])
    if resthook is not None:
        resthook.events.append(ResthookEvent(resthook, event["payload"], context.mailroom.runtime.now()))


def _session_triggered(context: SprintContext, event: Event) -> None:
    flow = context.database.flows.get(event["flow"]["uuid"])
    if flow is None:
        return
    contacts, groups = _recipients(context.database, event)
    exclusions = event.get("exclusions") or {}
    context.mailroom.starts.create(
        flow,
        contacts=contacts,
        groups=groups,
        urns=[identity(urn) for urn in event.get("urns", ())],
        query=event.get("contact_query"),
        create_contact=bool(event.get("create_contact")),
        exclude_active=bool(exclusions.get("in_a_flow")),
        exclude_inactive=bool(exclusions.get("non_active")),
        restart_participants=not exclusions.get("started_previously"),
        run_summary=event["run_summary"],
        history=event["history"],
        origin="flow",
    )


def _sent_elsewhere(kind: str, *names: str) -> Callable[[SprintContext, Event], None]:
    return lambda context, event: context.record(kind, **{name: event.get(name) for name in names})


HANDLERS: dict[str, Callable[[SprintContext, Event], None]] = {
    "airtime_created": _sent_elsewhere("airtime.transferred", "recipient", "currency", "amount"),
    "broadcast_created": _broadcast_created,
    "contact_field_changed": _field_changed,
    "contact_groups_changed": _groups_changed,
    "contact_language_changed": _language_changed,
    "contact_name_changed": _name_changed,
    "contact_status_changed": _status_changed,
    "contact_timezone_changed": _timezone_changed,
    "contact_urns_changed": _urns_changed,
    "dial_wait": _wait,
    "email_sent": _sent_elsewhere("email.sent", "to", "subject", "body"),
    "error": _problem,
    "failure": _problem,
    "input_labels_added": _labels_added,
    "ivr_created": _message_created,
    "llm_called": _sent_elsewhere("llm.called", "instructions", "input", "output"),
    "msg_created": _message_created,
    "msg_wait": _wait,
    "resthook_called": _resthook_called,
    "run_ended": _run_ended,
    "run_result_changed": _result_changed,
    "run_started": _run_started,
    "session_triggered": _session_triggered,
    "ticket_note_added": _ticket_noted,
    "ticket_opened": _ticket_opened,
    "warning": _problem,
    "webhook_called": _webhook_called,
}
"""By the type of the event."""
