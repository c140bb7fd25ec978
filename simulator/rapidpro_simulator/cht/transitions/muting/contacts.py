"""Muting and unmuting contacts, with all below them and the messages about them (cht-sentinel 5.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.infodocs import info_id
from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.transitions.context import objects_in
from rapidpro_simulator.cht.transitions.lookups import registrations_of, subject_ids
from rapidpro_simulator.cht.transitions.schedules import mute_tasks, unmute_tasks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.cht.transitions.context import TransitionContext

    Json = dict[str, Any]

BATCH = 50  # contacts
BY_DEPTH = "medic/contacts_by_depth"


async def set_muted(context: TransitionContext, contact: Json, *, muted: bool, report_id: str) -> None:
    """Mute `contact` and all below it; or unmute the topmost muted place above it, and all below that.

    Raises `CouchClientError`; of documents that somebody else changed meanwhile, nobody hears.
    """
    start = contact if muted else _topmost_muted(contact)
    rows = await context.store.view(BY_DEPTH, key=[start["_id"]])
    ids = [row["id"] for row in rows]
    for begin in range(0, len(ids), BATCH):
        await _set_batch(context, ids[begin : begin + BATCH], muted=muted, report_id=report_id)


async def set_registrations_muted(context: TransitionContext, ids: Sequence[Any], *, muted: bool) -> None:
    """Mute, or schedule again, the messages of all registrations about `ids`."""
    change = mute_tasks if muted else unmute_tasks
    changed = [each for each in await registrations_of(context, ids) if change(context, each)]
    if changed:
        await context.store.bulk_docs(changed)


async def add_to_histories(
    context: TransitionContext, contact_ids: Sequence[str], *, muted: bool, report_id: Any, date: str
) -> None:
    """Note in the info documents of contacts that a report has muted or unmuted them."""
    entry = {"muted": muted, "date": date, "report_id": report_id}
    histories = await muting_histories(context, contact_ids)
    longer = {
        contact_id: [*history, entry]
        for contact_id, history in histories.items()
        if not (history and _says_the_same(history[-1], entry))
    }
    if longer:
        await context.infos.save_muting_history(longer)


async def muting_histories(context: TransitionContext, contact_ids: Sequence[str]) -> dict[str, list[Json]]:
    """Return the muting histories of contacts, by their ids."""
    rows = await context.store.all_docs([info_id(each) for each in contact_ids], context.infos.database)
    infos = [row.get("doc") or {} for row in rows]
    return {each: objects_in(info.get("muting_history")) for each, info in zip(contact_ids, infos, strict=True)}


def _topmost_muted(contact: Json) -> Json:
    found = contact
    place: Any = contact
    while isinstance(place, dict):
        if is_truthy(place.get("muted")):
            found = place
        place = place.get("parent")
    return found


async def _set_batch(context: TransitionContext, ids: Sequence[str], *, muted: bool, report_id: str) -> None:
    contacts = [row["doc"] for row in await context.store.all_docs(ids) if row.get("doc")]
    now = context.now_iso()
    everybody = not context.release.mutes_only_who_changes
    changed = [each for each in contacts if everybody or is_truthy(each.get("muted")) != muted]
    for contact in changed:
        _set_contact(contact, now if muted else None)
    if changed:
        await context.store.bulk_docs(changed)
    subjects = [name for each in contacts for name in subject_ids(each)]
    await set_registrations_muted(context, subjects, muted=muted)
    touched = [each["_id"] for each in changed]
    if touched:
        await add_to_histories(context, touched, muted=muted, report_id=report_id, date=now)


def _set_contact(contact: Json, muted: str | None) -> None:
    if muted is None:
        contact.pop("muted", None)
    else:
        contact["muted"] = muted


def _says_the_same(last: Json, entry: Json) -> bool:
    return all(last.get(name) == entry[name] for name in ("muted", "report_id"))
