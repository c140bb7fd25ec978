"""What a monitoring system may read without logging in (cht 9.4, cht-sentinel 14).

A part that cannot be read is -1, or an empty text, and never an error.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.javascript import milliseconds

from .information import deployed
from .monitored_databases import databases
from .responses import json_response

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from aiohttp import web

    from rapidpro_simulator.cht.couch.client import Document

    from .call import ChtCall
    from .context import ApiContext

T = TypeVar("T")

UNKNOWN = -1
NODE_VERSION = "v22.15.0"
QUEUE = "medic-admin/message_queue"
LAST_UPDATED = "medic-sms/messages_by_last_updated_state"
GROUPS = ("due", "scheduled", "muted", "failed", "delivered")
LAST = 100
LAST_GROUPS: dict[str, tuple[str, ...]] = {
    "pending": ("pending", "forwarded-to-gateway", "received-by-gateway", "forwarded-by-gateway"),
    "final": ("sent", "delivered", "failed"),
    "muted": ("denied", "cleared", "muted", "duplicate"),
}
CONNECTED_DAYS = 7.0
MOST_REPLICATED = 10_000  # documents: who has more is counted


async def version_1(context: ApiContext, call: ChtCall) -> web.Response:
    """Return all that is monitored; of the messages only how many there are by state."""
    state = await _attempt(_totals(context), dict.fromkeys(GROUPS, UNKNOWN))
    return json_response({**await _common(context, call), "messaging": {"outgoing": {"state": state}}})


async def version_2(context: ApiContext, call: ChtCall) -> web.Response:
    """Return all that is monitored; the messages in total, of the last seven days, and of the last hundred."""
    unknown = dict.fromkeys(GROUPS, UNKNOWN)
    outgoing = {
        "total": await _attempt(_totals(context), unknown),
        "seven_days": await _attempt(_seven_days(context), unknown),
        "last_hundred": {
            group: await _attempt(_last_hundred(context, group), dict.fromkeys(states, UNKNOWN))
            for group, states in LAST_GROUPS.items()
        },
    }
    return json_response({**await _common(context, call), "messaging": {"outgoing": outgoing}})


async def _common(context: ApiContext, call: ChtCall) -> dict[str, Any]:
    deployment = await _attempt(deployed(context), {"version": ""})
    couch = await _attempt(context.couch.request("GET", ""), {"version": ""})
    return {
        "version": {"app": deployment["version"], "node": NODE_VERSION, "couchdb": couch.get("version", "")},
        "couchdb": await databases(context.couch),
        "date": {"current": context.milliseconds(), "uptime": context.clock.seconds()},
        "sentinel": {"backlog": await _attempt(_sentinel_backlog(context), UNKNOWN)},
        "outbound_push": {"backlog": await _attempt(_count(context, "sentinel", "task:outbound:"), UNKNOWN)},
        "feedback": {"count": await _attempt(_count(context, "users-meta", "feedback-"), UNKNOWN)},
        "conflict": {"count": await _attempt(_conflicts(context), UNKNOWN)},
        "replication_limit": {"count": await _attempt(_replicating_too_much(context), UNKNOWN)},
        "connected_users": {"count": await _attempt(_connected_users(context, call), UNKNOWN)},
    }


async def _attempt(part: Awaitable[T], otherwise: T) -> T:
    try:
        return await part
    except CouchClientError:
        return otherwise


async def _totals(context: ApiContext) -> dict[str, int]:
    rows = await context.couch.view(QUEUE, reduce=True, group_level=1)
    counts = {row["key"][0]: row["value"] for row in rows}
    return {group: counts.get(group, 0) for group in GROUPS}


async def _seven_days(context: ApiContext) -> dict[str, int]:
    now = context.clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=7)
    counts = {}
    for group in GROUPS:
        between = {"startkey": [group, milliseconds(midnight)], "endkey": [group, milliseconds(now)]}
        rows = await context.couch.view(QUEUE, reduce=True, **between)
        counts[group] = sum(row["value"] for row in rows)
    return counts


async def _last_hundred(context: ApiContext, group: str) -> dict[str, int]:
    rows = await context.couch.view(LAST_UPDATED, descending=True, startkey=[group, {}], endkey=[group], limit=LAST)
    return {**dict.fromkeys(LAST_GROUPS[group], 0), **Counter(str(row["key"][2]) for row in rows)}


async def _sentinel_backlog(context: ApiContext) -> int:
    progress = await context.couch.get("_local/transitions-seq", f"{context.database}-sentinel") or {}
    since = quote(str(progress.get("value", 0)), safe="")
    answer = await context.couch.request("GET", f"{context.database}/_changes?since={since}&limit=0")
    backlog: int = answer["pending"]
    return backlog


async def _beginning(context: ApiContext, sibling: str, beginning: str) -> list[Document]:
    rows = await context.couch.docs_between(beginning, f"{beginning}\ufff0", f"{context.database}-{sibling}")
    return [row["doc"] for row in rows if row.get("doc")]


async def _count(context: ApiContext, sibling: str, beginning: str) -> int:
    return len(await _beginning(context, sibling, beginning))


async def _conflicts(context: ApiContext) -> int:
    path = f"{context.database}/_all_docs?include_docs=true&conflicts=true"
    rows = (await context.couch.request("GET", path))["rows"]
    return sum(1 for row in rows if row["doc"].get("_conflicts"))


async def _replicating_too_much(context: ApiContext) -> int:
    documents = await _beginning(context, "logs", "replication-count-")
    return sum(1 for each in documents if each.get("count", 0) > MOST_REPLICATED)


async def _connected_users(context: ApiContext, call: ChtCall) -> int:
    try:
        days = float(call.query.get("connected_user_interval") or CONNECTED_DAYS)
    except ValueError:
        days = CONNECTED_DAYS
    earliest = context.milliseconds() - days * 24 * 60 * 60 * 1000
    documents = await _beginning(context, "logs", "connected-user-")
    return sum(1 for each in documents if each.get("timestamp", 0) >= earliest)
