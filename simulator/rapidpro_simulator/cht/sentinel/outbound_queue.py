"""Pushes that failed, or were not due: they are tried again every five minutes, for ever (cht 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.outbound import pushes

if TYPE_CHECKING:
    from rapidpro_simulator.cht.lineage import Lineage
    from rapidpro_simulator.cht.outbound import Outbound

    Document = dict[str, Any]

FIRST, LAST = "task:outbound:", "task:outbound:\ufff0"


async def push_queued(outbound: Outbound, lineage: Lineage) -> None:
    """Go once through all that is queued, one document after the other as it is now. Raises `CouchClientError`."""
    database = outbound.infos.database
    rows = await outbound.store.docs_between(FIRST, LAST, database)
    for task in [row["doc"] for row in rows if row.get("doc")]:
        document = await lineage.read(str(task.get("doc_id")))
        if document is None:
            await outbound.store.put({**task, "_deleted": True}, database)
        else:
            await _push(outbound, task, document)


async def _push(outbound: Outbound, task: Document, document: Document) -> None:
    info = await outbound.infos.of(document["_id"])
    configured = {name: push for name, push in pushes(outbound.settings()).items() if outbound.is_due(push)}
    queue = task["queue"] = list(task.get("queue") or [])
    before = list(queue)
    for name in before:
        push = configured.get(name)
        if push is None:
            if not outbound.release.outbound_keeps_later_pushes:
                queue.remove(name)  # what is not due is taken for deleted
        elif await outbound.attempt(push, document, info) and queue:
            queue.pop(0)  # CHT takes the name for a place in the queue, and removes the first one (H16)
    if queue != before:
        await outbound.store.put(task if queue else {**task, "_deleted": True}, outbound.infos.database)
