"""What becomes of the events of a sprint: messages, records, and work for others (flows 3.10, 3.11).

Those about the contact are in `contact_events`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.mailroom.messages.content import MessageContent
from rapidpro_simulator.rapidpro.model.messages import TemplateUse
from rapidpro_simulator.rapidpro.model.resthooks import ResthookEvent
from rapidpro_simulator.rapidpro.urns import identity

from .contact_events import CONTACT_HANDLERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rapidpro_simulator.rapidpro.model.database import Database

    from .sprint_context import Event, SprintContext

GONE = "subscriber_gone"


def play(context: SprintContext, events: Iterable[Event]) -> None:
    """Let each event of a sprint have its effect; those without one are only recorded."""
    for event in events:
        handler = HANDLERS.get(event["type"])
        if handler is not None:
            handler(context, event)
    if context.changed:
        context.contact.modified_on = context.mailroom.runtime.now()
        context.mailroom.changed(context.contact)


# Runs


def _run_started(context: SprintContext, event: Event) -> None:
    run = context.known_runs.get(event["run_uuid"])
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
    if context.flow is not None and "locale" in said:
        language, _, _ = said["locale"].partition("-")
        context.database.flows.spoken[context.flow.uuid, language] += 1
    if "templating" in said:
        _record_template(context, said)
    if message.failed_reason is None:
        context.sent.append(message)


def _record_template(context: SprintContext, said: Mapping[str, Any]) -> None:
    variables = [each["value"] for each in said["templating"].get("variables", ())]
    template = said["templating"]["template"]["name"]
    context.record("template.sent", template=template, locale=said["locale"], variables=variables)


def _quick_replies(said: Mapping[str, Any]) -> list[Mapping[str, str | None]]:
    return [{"type": "text", "text": each} if isinstance(each, str) else each for each in said.get("quick_replies", ())]


def _broadcast_created(context: SprintContext, event: Event) -> None:
    translations: Mapping[str, Mapping[str, Any]] = event["translations"]

    def part(name: str) -> dict[str, Any]:
        return {language: said[name] for language, said in translations.items() if said.get(name)}

    contacts, groups = _recipients(context.database, event)
    context.mailroom.broadcasts.create(
        urns=[identity(urn) for urn in event.get("urns", ())],
        contacts=contacts,
        groups=groups,
        query=event.get("contact_query"),
        text=part("text"),
        attachments=part("attachments"),
        quick_replies={
            language: _quick_replies(said) for language, said in translations.items() if said.get("quick_replies")
        },
        base_language=event["base_language"],
        evaluated=True,
        template=TemplateUse(event["template"]["uuid"], event["template_variables"]) if "template" in event else None,
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
    **CONTACT_HANDLERS,
    "airtime_created": _sent_elsewhere("airtime.transferred", "recipient", "currency", "amount"),
    "broadcast_created": _broadcast_created,
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
    "warning": _problem,
    "webhook_called": _webhook_called,
}
"""By the type of the event."""
