"""Scheduled tasks whose time has come: they get their text and become pending (cht 6.5, cht-sentinel 7.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_object, is_truthy, milliseconds, trim
from rapidpro_simulator.cht.lineage import minified
from rapidpro_simulator.cht.messages.composer import CompositionError
from rapidpro_simulator.cht.messages.context import Subject
from rapidpro_simulator.cht.messages.moments import read_moment
from rapidpro_simulator.cht.messages.states import set_task_state, tasks_of
from rapidpro_simulator.cht.transitions.context import objects_in
from rapidpro_simulator.cht.transitions.lookups import registrations_by_shortcode

if TYPE_CHECKING:
    from datetime import datetime

    from rapidpro_simulator.cht.transitions.context import TransitionContext

    Document = dict[str, Any]

PAGE = 1000
OVERDUE = timedelta(days=7)
"""A task that is overdue for longer than this never becomes pending."""
VIEW = "medic/messages_by_state"


async def make_due_tasks_pending(context: TransitionContext, now: datetime) -> None:
    """Go once through the tasks that are due by `now`.

    Raises `CouchClientError`: a conflict in one document ends it for all that come after it, until the next run.
    """
    between = {"startkey": ["scheduled", milliseconds(now - OVERDUE)], "endkey": ["scheduled", milliseconds(now)]}
    rows = await context.store.view(VIEW, include_docs=True, **between, limit=PAGE)
    while rows:
        await _make_pending(context, rows)
        if len(rows) < PAGE:
            return
        last = rows[-1]
        between["startkey"] = last["key"]
        rows = await context.store.view(VIEW, include_docs=True, **between, startkey_docid=last["id"], limit=PAGE)
        if [row["id"] for row in rows] == [last["id"]] * len(rows):
            return


async def _make_pending(context: TransitionContext, rows: list[Document]) -> None:
    """Handle one page of the view: all due tasks of one document together."""
    due: dict[str, set[Any]] = {}
    documents: dict[str, Document] = {}
    for row in rows:
        if row.get("doc"):
            due.setdefault(row["id"], set()).add(row["key"][1])
            documents[row["id"]] = row["doc"]
    for document in await context.lineage.hydrate(documents.values()):
        if await _change(context, document, due[document["_id"]]):
            await context.store.put(minified(document))


async def _change(context: TransitionContext, document: Document, instants: set[Any]) -> bool:
    """Change the due tasks of a hydrated document, and say whether that changed anything."""
    tasks = [each for each in tasks_of(document) if _is_due(context, document, each, instants)]
    subject = await _subject(context, document) if any(not each.get("messages") for each in tasks) else Subject()
    return sum(_settle(context, document, task, subject) for task in tasks) > 0


def _is_due(context: TransitionContext, document: Document, task: Document, instants: set[Any]) -> bool:
    # Up to 5.1.0 nobody asked for the state: whatever shares its instant with a scheduled task was sent again (H14).
    if context.release.due_only_if_scheduled and task.get("state") != "scheduled":
        return False
    moments = (task.get("due"), task.get("timestamp"), document.get("reported_date"))
    due = read_moment(next((each for each in moments if is_truthy(each)), None), context.zone)
    return due is not None and milliseconds(due) in instants


async def _subject(context: TransitionContext, document: Document) -> Subject:
    fields = as_object(document.get("fields"))
    patient, place = document.get("patient"), document.get("place")
    if not context.release.due_knows_uuids and not is_truthy(fields.get("patient_id")):
        patient = None
    return Subject(
        patient=patient,
        place=place,
        registrations=await registrations_by_shortcode(context, _shortcode(fields, patient, "patient_id")),
        place_registrations=await registrations_by_shortcode(context, _shortcode(fields, place, "place_id")),
    )


def _shortcode(fields: Document, contact: Document | None, name: str) -> Any:
    return fields.get(name) or as_object(contact).get(name)


def _settle(context: TransitionContext, document: Document, task: Document, subject: Subject) -> bool:
    """Make a task pending if it has a text by now, or give it up if the settings want that."""
    if not task.get("messages"):
        message = _message(context, document, task, subject)
        if message is not None and not message.get("error"):
            task["messages"] = [message]
    if _has_text(context, task):
        set_task_state(task, "pending", context.clock.now())
        return True
    if context.release.due_needs_text and is_truthy(context.section("sms").get("clear_failing_schedules")):
        set_task_state(task, "clear", context.clock.now())
        return True
    return False


def _message(context: TransitionContext, document: Document, task: Document, subject: Subject) -> Document | None:
    content = {"translation_key": task.get("message_key"), "message": task.get("message")}
    try:
        return context.composer.generate(document, content, task.get("recipient"), subject)
    except CompositionError as error:
        context.log(f"No message for a scheduled task of {document['_id']}: {error}")
        return None


def _has_text(context: TransitionContext, task: Document) -> bool:
    messages = objects_in(task.get("messages"))
    if not context.release.due_needs_text:
        return bool(messages)
    return any(isinstance(each.get("message"), str) and trim(each["message"]) for each in messages)
