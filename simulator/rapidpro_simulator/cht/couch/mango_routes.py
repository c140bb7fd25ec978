"""Mango on the wire: `_find`, `_explain` and `_index`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .calls import AccessLevel, CouchCall, CouchRoute, answer
from .documents import DESIGN
from .parameters import read_count

if TYPE_CHECKING:
    from aiohttp import web


async def find(call: CouchCall) -> web.Response:
    return answer(call.database.finder.find(call.read_object()))


async def explain(call: CouchCall) -> web.Response:
    return answer(call.database.finder.explain(call.read_object()))


async def show_indexes(call: CouchCall) -> web.Response:
    indexes = [index.as_dict() for index in call.database.finder.indexes()]
    skip, limit = (call.parameters.get(name) for name in ("skip", "limit"))
    start = read_count(skip or 0)
    stop = None if limit is None else start + read_count(limit)
    return answer({"total_rows": len(indexes), "indexes": indexes[start:stop]})


async def create_index(call: CouchCall) -> web.Response:
    call.protect_designs([{"_id": DESIGN}])
    return answer(call.database.finder.create(call.read_object()))


async def delete_index(call: CouchCall) -> web.Response:
    call.database.finder.delete(call.arguments["design"], call.arguments["name"])
    return answer({"ok": True})


ROUTES = [
    CouchRoute("POST", "/{db}/_find", find),
    CouchRoute("POST", "/{db}/_explain", explain),
    CouchRoute("GET", "/{db}/_index", show_indexes),
    CouchRoute("POST", "/{db}/_index", create_index),
    CouchRoute("DELETE", "/{db}/_index/_design/{design}/json/{name}", delete_index, AccessLevel.OWNER),
    CouchRoute("DELETE", "/{db}/_index/{design}/json/{name}", delete_index, AccessLevel.OWNER),
]
