"""What a monitoring system may read without logging in: the queues of messages (cht 9.4).

Only the parts about SMS; a part that cannot be read is -1, and never an error.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from rapidpro_simulator.cht.couch.client import CouchClientError

from .information import deployed
from .responses import json_response

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import datetime

    from aiohttp import web

    from .call import ChtCall
    from .context import ApiContext

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


async def version_1(context: ApiContext, call: ChtCall) -> web.Response:
    """Return the queues of messages by state."""
    state = await _attempt(_totals(context), dict.fromkeys(GROUPS, UNKNOWN))
    return json_response({**await _common(context), "messaging": {"outgoing": {"state": state}}})


async def version_2(context: ApiContext, call: ChtCall) -> web.Response:
    """Return the queues of messages in total, of the last seven days, and of the last hundred."""
    unknown = dict.fromkeys(GROUPS, UNKNOWN)
    outgoing = {
        "total": await _attempt(_totals(context), unknown),
        "seven_days": await _attempt(_seven_days(context), unknown),
        "last_hundred": {
            group: await _attempt(_last_hundred(context, group), dict.fromkeys(states, UNKNOWN))
            for group, states in LAST_GROUPS.items()
        },
    }
    return json_response({**await _common(context), "messaging": {"outgoing": outgoing}})


async def _common(context: ApiContext) -> dict[str, Any]:
    deployment = await _attempt(deployed(context), {"version": ""})
    couch = await _attempt(context.couch.request("GET", ""), {"version": ""})
    return {
        "version": {"app": deployment["version"], "node": NODE_VERSION, "couchdb": couch.get("version", "")},
        "outbound_push": {"backlog": await _attempt(_outbound_backlog(context), UNKNOWN)},
        "sentinel": {"backlog": await _attempt(_sentinel_backlog(context), UNKNOWN)},
    }


async def _attempt(part: Awaitable[Any], otherwise: Any) -> Any:
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
        between = {"startkey": [group, _milliseconds(midnight)], "endkey": [group, _milliseconds(now)]}
        rows = await context.couch.view(QUEUE, reduce=True, **between)
        counts[group] = sum(row["value"] for row in rows)
    return counts


async def _last_hundred(context: ApiContext, group: str) -> dict[str, int]:
    rows = await context.couch.view(LAST_UPDATED, descending=True, startkey=[group, {}], endkey=[group], limit=LAST)
    return {**dict.fromkeys(LAST_GROUPS[group], 0), **Counter(str(row["key"][2]) for row in rows)}


async def _outbound_backlog(context: ApiContext) -> int:
    between = {"startkey": '"task:outbound:"', "endkey": '"task:outbound:\ufff0"'}
    query = urlencode(between)
    answer = await context.couch.request("GET", f"{context.database}-sentinel/_all_docs?{query}")
    return len(answer["rows"])


async def _sentinel_backlog(context: ApiContext) -> int:
    progress = await context.couch.get("_local/transitions-seq", f"{context.database}-sentinel") or {}
    since = quote(str(progress.get("value", 0)), safe="")
    answer = await context.couch.request("GET", f"{context.database}/_changes?since={since}&limit=0")
    backlog: int = answer["pending"]
    return backlog


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
