"""Reminders of reports: messages to the places that should send one, when its time has come (cht-sentinel 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.contact_types import leaf_place_types, type_named
from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.javascript import compile_pattern, milliseconds, trim
from rapidpro_simulator.cht.lineage import minified
from rapidpro_simulator.cht.messages.context import Subject
from rapidpro_simulator.cht.messages.moments import from_milliseconds, iso
from rapidpro_simulator.cht.recurrence import RecurrenceError, parse_cron, parse_text
from rapidpro_simulator.cht.transitions.context import objects_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from rapidpro_simulator.cht.recurrence import Times
    from rapidpro_simulator.cht.transitions.context import TransitionContext

    Document = dict[str, Any]

BATCH = 1000
LOG = "reminderlog"
_DURATION = compile_pattern(r"(\d+) (minute|hour|day|week)s?")


@dataclass(frozen=True)
class Reminder:
    """One entry of `reminders` in the settings, which is right."""

    entry: Document
    form: str
    times: Times
    types: list[Any]

    def mute_after(self) -> timedelta | None:
        """Return for how long a report makes the reminder unnecessary; None: it never does."""
        found = _DURATION.fullmatch(trim(str(self.entry.get("mute_after_form_for") or "")))
        return timedelta(**{f"{found[2]}s": int(found[1])}) if found else None


async def send_reminders(context: TransitionContext) -> None:
    """Send each reminder whose latest time has not been served yet; times missed before that are not made up for.

    Raises `CouchClientError`: what is left is done in the next run.
    """
    for entry in objects_in(context.settings.get("reminders")):
        reminder = _read(context, entry)
        due = await _due(context, reminder) if reminder is not None else None
        if reminder is not None and due is not None:
            await _serve(context, reminder, due)


def _read(context: TransitionContext, entry: Document) -> Reminder | None:
    form, types = entry.get("form"), entry.get("contact_types")
    text, cron = entry.get("text_expression"), entry.get("cron")
    is_right = (
        isinstance(form, str)
        and form
        and (entry.get("message") or entry.get("translation_key"))
        and (text or cron)
        and (
            types is None
            or (isinstance(types, list) and types and all(type_named(context.settings, each) for each in types))
        )
    )
    if not is_right:
        context.log(f"Reminder configuration is not valid, it is skipped: {entry}")
        return None
    try:
        times = parse_text(str(text)) if text else parse_cron(str(cron))
    except RecurrenceError as error:
        context.log(f"Reminder of {form}: {error}")
        return None
    return Reminder(entry, str(form), times, types or leaf_place_types(context.settings))


async def _due(context: TransitionContext, reminder: Reminder) -> datetime | None:
    """Return the latest time behind the last one that was served; a day and the hour that has begun are looked back."""
    now = context.now()
    begin = now.replace(minute=0, second=0, microsecond=0) - timedelta(days=1)
    logged = await context.store.docs_between(
        f"{LOG}:{reminder.form}:{milliseconds(now)}",
        f"{LOG}:{reminder.form}:{milliseconds(begin)}",
        context.infos.database,
        descending=True,
        limit=1,
    )
    served = from_milliseconds(int(logged[0]["id"].rpartition(":")[2]), context.zone) if logged else None
    return reminder.times.latest(served or begin, now)


async def _serve(context: TransitionContext, reminder: Reminder, due: datetime) -> None:
    began = context.now_milliseconds()
    for kind in reminder.types:
        async for places in _places(context, kind):
            await _remind(context, reminder, due, places)
    log = {
        "_id": f"{LOG}:{reminder.form}:{milliseconds(due)}",
        "duration": context.now_milliseconds() - began,
        "reminder": reminder.entry,
        "reported_date": context.now_milliseconds(),
        "type": LOG,
    }
    await context.store.put(log, context.infos.database)


async def _places(context: TransitionContext, kind: Any) -> AsyncIterator[list[Document]]:
    """Yield the places of a type in their order, so many at a time."""
    skip = 0
    while True:
        rows = await context.store.view(
            "medic-client/contacts_by_type", key=[kind], include_docs=True, limit=BATCH, skip=skip
        )
        documents = [row["doc"] for row in rows if row.get("doc")]
        yield sorted(documents, key=lambda each: str(each["_id"]))
        if len(rows) < BATCH:
            return
        skip += BATCH


async def _remind(context: TransitionContext, reminder: Reminder, due: datetime, places: list[Document]) -> None:
    willing = [
        each
        for each in places
        if each.get("contact") and not each.get("muted") and not _has_legacy_task(each, reminder, due)
    ]
    ids = {each["_id"]: f"reminder:{reminder.form}:{milliseconds(due)}:{each['_id']}" for each in willing}
    rows = await context.store.all_docs(list(ids.values())) if ids else []
    sent = {row["id"] for row in rows if row.get("doc")}
    silent = [
        each
        for each in willing
        if ids[each["_id"]] not in sent and not await _has_reported(context, reminder, due, each)
    ]
    for place in await context.lineage.hydrate(silent):
        await _send(context, reminder, due, place, ids[place["_id"]])


def _has_legacy_task(place: Document, reminder: Reminder, due: datetime) -> bool:
    return any(
        each.get("type") == "reminder" and each.get("form") == reminder.form and each.get("timestamp") == iso(due)
        for each in objects_in(place.get("tasks"))
    )


async def _has_reported(context: TransitionContext, reminder: Reminder, due: datetime, place: Document) -> bool:
    mute_after = reminder.mute_after()
    if mute_after is None:
        return False
    key = [reminder.form, place["_id"]]
    rows = await context.store.view("medic/reports_by_form_and_parent", key=key, reduce=False)
    dates = [row["value"] for row in rows if isinstance(row["value"], int | float)]
    latest = from_milliseconds(max(dates), context.zone) if dates else None
    return latest is not None and latest >= due - mute_after


async def _send(
    context: TransitionContext, reminder: Reminder, due: datetime, place: Document, identifier: str
) -> None:
    document: Document = {
        "_id": identifier,
        "type": "reminder",
        "contact": place.get("contact"),
        "place": {name: place[name] for name in ("_id", "parent") if name in place},
        "form": reminder.form,
        "reported_date": context.now_milliseconds(),
        "tasks": [],
    }
    extras = {"week": _week(due), "year": due.year}
    subject = Subject(patient=place, extras=extras)
    task = {"form": reminder.form, "timestamp": iso(due), "type": "reminder"}
    context.composer.add_message(document, reminder.entry, "reporting_unit", subject, **task)
    document["place"] = minified(document["place"])
    try:
        await context.store.put(minified(document))
    except CouchClientError as error:
        context.log(f"The reminder {identifier} could not be saved: {error}")
        raise


def _week(moment: datetime) -> int:
    """Return the number of the week as English speakers count: it begins on Sunday, the first one holds 1 January."""
    first_of_year = moment.replace(month=1, day=1)
    offset = first_of_year.isoweekday() % 7
    week = (moment.timetuple().tm_yday - 1 + offset) // 7 + 1
    saturday = moment + timedelta(days=6 - moment.isoweekday() % 7)
    return 1 if saturday.year > moment.year else week
