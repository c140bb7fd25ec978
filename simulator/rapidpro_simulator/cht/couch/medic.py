"""What CHT installs in its main database: the design documents and the map functions of their views (cht 7).

The maps read documents as JavaScript would: what is missing is nothing, and a document they stumble over has no rows.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .documents import DESIGN, JSON
from .views import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .views import Emitted

CONTACT_TYPES = frozenset({"contact", "district_hospital", "health_center", "clinic", "person"})
SENDABLE_STATES = frozenset({"pending", "forwarded-to-gateway"})
QUEUES = {"scheduled": "scheduled", "muted": "muted", "cleared": "muted", "denied": "muted", "duplicate": "muted"}
OUTCOMES = {"delivered": "delivered", "sent": "delivered", "failed": "failed"}
PROGRESS = {
    "sent": "final",
    "delivered": "final",
    "failed": "final",
    "muted": "muted",
    "cleared": "muted",
    "denied": "muted",
    "duplicate": "muted",
    "scheduled": "scheduled",
}
SIBLINGS = ("sentinel", "vault", "audit", "users-meta", "logs", "archive")
"""The databases beside the main one, `<main>-<sibling>` (cht 0.1)."""


def gateway_messages_by_state(doc: JSON) -> Iterator[Emitted]:
    """Messages that a gateway knows (cht 7.1)."""
    for task in _tasks(doc):
        if _is_true(reference := task.get("gateway_ref")):
            for message in _complete_messages(task):
                yield task.get("state"), {"id": message["uuid"], "gateway_ref": reference}


def messages_by_gateway_ref(doc: JSON) -> Iterator[Emitted]:
    """Messages by the reference a gateway gave them, of any JSON type; received ones too (cht 7.2)."""
    for task in _tasks(doc):
        if _is_true(reference := task.get("gateway_ref")):
            for message in task.get("messages") or []:
                yield reference, message.get("uuid")
    received = doc.get("sms_message")
    if doc.get("type") == "data_record" and isinstance(received, dict) and _is_true(received.get("gateway_ref")):
        yield received["gateway_ref"], received.get("uuid")


def messages_by_uuid(doc: JSON) -> Iterator[Emitted]:
    """Messages by their uuid (cht 7.3)."""
    for task in _tasks(doc):
        for message in task.get("messages") or []:
            if _is_true(message.get("uuid")):
                yield message["uuid"], None


def messages_by_state(doc: JSON) -> Iterator[Emitted]:
    """Messages by the state of their task and by when they are due (cht 7.4)."""
    for task in _tasks(doc):
        state, due = task.get("state"), _due(doc, task)
        if task.get("messages") is None:
            yield [state, due], {}
            continue
        for message in _complete_messages(task):
            value = {"content": message["message"], "to": message["to"], "id": message["uuid"]}
            yield [state, due], value
            if state in SENDABLE_STATES:
                yield ["pending-or-forwarded", due], value


def message_queue(doc: JSON) -> Iterator[Emitted]:
    """All messages as administrators see them, by queue; what was sent is still counted as due (cht 7)."""
    for task in _tasks(doc):
        state, due = task.get("state"), _due(doc, task)
        queues = [QUEUES.get(state or "", "due")]
        if state in OUTCOMES:
            queues.append(OUTCOMES[state])
        for sms in [None] if task.get("messages") is None else _complete_messages(task):
            for queue in queues:
                yield [queue, due], _queued(doc, task, sms, due)


def messages_by_last_updated_state(doc: JSON) -> Iterator[Emitted]:
    """Tasks by how far they have come and when they got there (cht 7)."""
    for task in _tasks(doc):
        history = task.get("state_history")
        updated = history[-1].get("timestamp") if history else task.get("timestamp") or doc.get("reported_date")
        state = task.get("state")
        yield [PROGRESS.get(state or "", "pending"), _milliseconds(updated), state], None


def contacts_by_phone(doc: JSON) -> Iterator[Emitted]:
    """Contacts by their phone number as it is stored (cht 7)."""
    if doc.get("type") in CONTACT_TYPES and _is_true(doc.get("phone")):
        yield doc["phone"], None


def contacts_by_reference(doc: JSON) -> Iterator[Emitted]:
    """Contacts by their shortcode, and by a code of somebody else in capitals (cht-sentinel 10.6)."""
    if doc.get("type") not in CONTACT_TYPES:
        return
    for name in ("place_id", "patient_id"):
        if _is_true(doc.get(name)):
            yield ["shortcode", str(doc[name])], doc.get("reported_date")
    if _is_true(doc.get("rc_code")):
        yield ["external", str(doc["rc_code"]).upper()], doc.get("reported_date")


def reports_by_subject(doc: JSON) -> Iterator[Emitted]:
    """List reports by everything that names whom they are about (cht-sentinel 10.6)."""
    if _is_report(doc):
        fields = doc.get("fields") or {}
        names = ("patient_id", "place_id", "case_id")
        named = [*(doc.get(name) for name in names), *(fields.get(name) for name in names)]
        for subject in [*named, fields.get("patient_uuid"), fields.get("place_uuid")]:
            if _is_true(subject):
                yield str(subject), doc.get("reported_date")


def registered_patients(doc: JSON) -> Iterator[Emitted]:
    """List reports without errors by the shortcode of their patient or place (cht-sentinel 10.6)."""
    if _is_report(doc) and not doc.get("errors"):
        fields = doc.get("fields") or {}
        for name in ("patient_id", "place_id"):
            if _is_true(shortcode := doc.get(name) or fields.get(name)):
                yield str(shortcode), None


def docs_by_shortcode(doc: JSON) -> Iterator[Emitted]:
    """Whatever has a shortcode of its own (cht-sentinel 10.6)."""
    for name in ("patient_id", "place_id", "case_id"):
        if _is_true(doc.get(name)):
            yield doc[name], None


def contacts_by_depth(doc: JSON) -> Iterator[Emitted]:
    """Contacts by themselves and by every place above them (cht-sentinel 10.6)."""
    if doc.get("type") in CONTACT_TYPES:
        place, depth = doc, 0
        while isinstance(place, dict) and place.get("_id"):
            yield [place["_id"]], None
            yield [place["_id"], depth], None
            place, depth = place.get("parent") or {}, depth + 1


def reports_by_form_and_parent(doc: JSON) -> Iterator[Emitted]:
    """List reports by form and by the place of who sent them (cht-sentinel 10.6)."""
    if _is_report(doc):
        yield [doc["form"], _parent_of_sender(doc)], doc.get("reported_date")


def reports_by_date(doc: JSON) -> Iterator[Emitted]:
    """List reports by date (cht-sentinel 10.6)."""
    if _is_report(doc):
        yield [doc.get("reported_date")], doc.get("reported_date")


def reports_by_week(doc: JSON) -> Iterator[Emitted]:
    """List weekly reports by form, week and place (cht-sentinel 10.6)."""
    yield from _by_period(doc, "week", "week_number")


def reports_by_month(doc: JSON) -> Iterator[Emitted]:
    """List monthly reports by form, month and place (cht-sentinel 10.6)."""
    yield from _by_period(doc, "month", "month_num")


def reports_by_freetext(doc: JSON) -> Iterator[Emitted]:
    """List reports by each of their values, in small letters (cht-sentinel 10.6)."""
    if _is_report(doc):
        for name, value in {**doc, **(doc.get("fields") or {})}.items():
            if isinstance(value, str | int | float) and not name.endswith("_date"):
                yield [f"{name}:{value}".lower()], doc.get("reported_date")


VIEWS = {
    "medic/contacts_by_depth": View(contacts_by_depth),
    "medic/docs_by_shortcode": View(docs_by_shortcode),
    "medic/reports_by_form_and_parent": View(reports_by_form_and_parent, "_count"),
    "medic/reports_by_form_year_month_parent_reported_date": View(reports_by_month),
    "medic/reports_by_form_year_week_parent_reported_date": View(reports_by_week),
    "medic-client/registered_patients": View(registered_patients),
    "medic-client/reports_by_date": View(reports_by_date),
    "medic-client/reports_by_freetext": View(reports_by_freetext),
    "medic-client/reports_by_subject": View(reports_by_subject),
    "medic/messages_by_state": View(messages_by_state),
    "medic-admin/message_queue": View(message_queue, "_count"),
    "medic-client/contacts_by_phone": View(contacts_by_phone),
    "medic-client/contacts_by_reference": View(contacts_by_reference),
    "medic-sms/gateway_messages_by_state": View(gateway_messages_by_state),
    "medic-sms/messages_by_gateway_ref": View(messages_by_gateway_ref),
    "medic-sms/messages_by_last_updated_state": View(messages_by_last_updated_state),
    "medic-sms/messages_by_uuid": View(messages_by_uuid),
}


def design_documents(release: str) -> list[JSON]:
    """Return the design documents of the CHT `release` ("5.2.0"); `_design/medic` says which one it is (cht 8.2)."""
    documents: dict[str, JSON] = {}
    for path, view in VIEWS.items():
        design, _, name = path.partition("/")
        document = documents.setdefault(design, {"_id": DESIGN + design, "language": "javascript", "views": {}})
        document["views"][name] = {"map": f"/* {view.map.__name__}: runs in Python */"}
        if view.reduce:
            document["views"][name]["reduce"] = view.reduce
    build = {
        "version": release,
        "base_version": release,
        "build": release,
        "namespace": "medic",
        "application": "medic",
    }
    documents["medic"].update(build_info=build, deploy_info={"version": release, "user": "admin"})
    return list(documents.values())


def _is_report(doc: JSON) -> bool:
    return doc.get("type") == "data_record" and _is_true(doc.get("form"))


def _parent_of_sender(doc: JSON) -> Any:
    return ((doc.get("contact") or {}).get("parent") or {}).get("_id")


def _by_period(doc: JSON, *names: str) -> Iterator[Emitted]:
    fields = doc.get("fields") or {}
    period = next((fields[name] for name in names if fields.get(name)), None)
    if _is_report(doc) and fields.get("year") and period is not None:
        yield [doc["form"], fields["year"], period, _parent_of_sender(doc), doc.get("reported_date")], None


def _tasks(doc: JSON) -> Iterator[JSON]:
    for name in ("tasks", "scheduled_tasks"):
        yield from doc.get(name) or []


def _complete_messages(task: JSON) -> Iterator[JSON]:
    for message in task.get("messages") or []:
        if all(_is_true(message.get(name)) for name in ("uuid", "to", "message")):
            yield message


def _queued(doc: JSON, task: JSON, sms: JSON | None, due: int | float | None) -> JSON:
    kept = ("translation_key", "message_key", "group", "state", "state_details", "state_history", "gateway_ref", "type")
    return {
        "sms": sms,
        "task": {name: task[name] for name in kept if name in task},
        "due": due,
        "record": {"id": doc["_id"], "reportedDate": doc.get("reported_date"), "form": doc.get("form")},
    }


def _due(doc: JSON, task: JSON) -> int | float | None:
    due = next((value for value in (task.get("due"), task.get("timestamp")) if _is_true(value)), None)
    return _milliseconds(doc.get("reported_date") if due is None else due)


def _milliseconds(moment: Any) -> int | float | None:
    if isinstance(moment, int | float) and not isinstance(moment, bool):
        return moment
    try:
        parsed = datetime.fromisoformat(moment)
    except (TypeError, ValueError):
        return None
    # JavaScript reads a date as UTC, and a time without zone as local; CHT's servers live in UTC.
    zoned = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return round(zoned.timestamp() * 1000)


def _is_true(value: Any) -> bool:
    """Return what JavaScript makes of `value` in a condition: empty lists and objects are true there."""
    return bool(value) or isinstance(value, list | dict)
